"""Benchmarks: ratios measured side by side in one run, never times. ``make bench`` runs them and writes the table."""
