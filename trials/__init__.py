"""Trials of what the connector promises under trouble, against the sandbox: faults, and a shared budget at length."""
