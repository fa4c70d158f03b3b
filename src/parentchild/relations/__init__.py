"""Relations: what Windows does, as data, and the one decision whether a creation is expected."""
