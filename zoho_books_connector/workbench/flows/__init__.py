"""Flows: when an event arrives, an action runs with fields of it."""
