"""The organization that a subscription belongs to, from the credential of its connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoho_books_connector.oauth.credential import organization_missing


def organization_of(credential: Mapping[str, Any]) -> str:
    """Return the organization's id; raises ``CredentialError`` for a credential without one."""
    value = str(credential.get("organization_id") or "").strip()
    if not (value.isascii() and value.isdigit()):
        raise organization_missing()
    return value
