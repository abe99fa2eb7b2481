"""The choices behind the picker fields of forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.api.client import region_table
from zoho_books_connector.boundary import Option, OptionsPage, OptionsSource, RunContext, TokenStore
from zoho_books_connector.oauth.credential import parse_credential
from zoho_books_connector.oauth.organizations import list_organizations
from zoho_books_connector.sending.calls import RunLog


def organizations(
    credential: Mapping[str, Any],
    *,
    tokens: TokenStore,
    run: RunContext,
    search: str = "",
    depends: Mapping[str, Any] | None = None,  # noqa: ARG001 - organizations depend on no other field
    cursor: str | None = None,  # noqa: ARG001 - Zoho lists them all at once
) -> OptionsPage:
    """Return the account's organizations; one call, scope ``ZohoBooks.settings.READ``."""
    parsed = parse_credential(credential, region_table(run))
    return OptionsPage(
        tuple(
            Option(each["organization_id"], str(each.get("name", "")))
            for each in list_organizations(parsed, tokens, RunLog.of(run))
            if search.casefold() in str(each.get("name", "")).casefold()
        )
    )


SOURCES: Final[dict[str, OptionsSource]] = {"organization": organizations}
