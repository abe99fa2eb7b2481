"""Credentials and tokens: which hosts may be trusted, consent, and a token that stays fresh."""
