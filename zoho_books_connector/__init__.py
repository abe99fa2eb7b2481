"""A Zoho Books connector plugin for workflow engines."""
