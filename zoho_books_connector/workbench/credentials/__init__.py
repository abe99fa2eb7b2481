"""Connecting accounts: what is typed, authorized, tested and only then stored."""
