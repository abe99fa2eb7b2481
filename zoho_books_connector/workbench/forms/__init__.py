"""Draws an action's input schema as a form, and reads what is posted back to a document.

Inputs are named by JSON pointer, so that an error that points at ``/line_items/0/quantity`` finds its field.
"""
