"""Serves the pages: who may open them, what they are drawn with, and how errors look."""
