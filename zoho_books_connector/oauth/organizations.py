"""Lists the organizations that a connected account can reach."""

from __future__ import annotations

from typing import Any, Final

from zoho_books_connector.api.client import client_for
from zoho_books_connector.boundary import TokenStore
from zoho_books_connector.oauth.credential import Credential
from zoho_books_connector.sending.calls import RunLog

ORGANIZATIONS_SCOPE: Final = "ZohoBooks.settings.READ"


def list_organizations(credential: Credential, tokens: TokenStore, log: RunLog) -> tuple[dict[str, Any], ...]:
    """Return every organization as Zoho sends it, ids as text; one call, the only one without an organization id."""
    client = client_for(credential, tokens, log, organization_id=None, scope=ORGANIZATIONS_SCOPE)
    found = client.get("/organizations").get("organizations") or []
    return tuple(
        {**each, "organization_id": str(each["organization_id"])}
        for each in found
        if isinstance(each, dict) and each.get("organization_id")
    )
