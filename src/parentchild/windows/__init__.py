"""What Windows is: how its names and paths compare, which names imitate its own, its releases and integrity levels."""
