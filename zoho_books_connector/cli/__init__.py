"""The command line: ``zoho-books``."""
