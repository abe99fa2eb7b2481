"""Reads from Zoho's lists what changed while nobody listened, as the events that webhooks would have brought."""
