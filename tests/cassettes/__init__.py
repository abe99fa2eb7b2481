"""Whole actions against cassettes: recorded from the sandbox, or written by hand in the shapes that Zoho documents."""
