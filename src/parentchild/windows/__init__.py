"""What Windows is: how names, paths and arguments read there, what imitates them, releases, programs."""
