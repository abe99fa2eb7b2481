"""Runs of actions: one attempt, what becomes of it, and the history."""
