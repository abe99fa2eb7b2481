"""Reads what the browser brought back from consent; believes no host unless it stands in the table."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.errors import CredentialError
from zoho_books_connector.oauth.regions import Region, RegionTable

#: Seconds in which a person has to come back from the consent page.
_PENDING_LIFE: Final = 3600.0


def code_of(pending: Mapping[str, Any], query: Mapping[str, str], now: float) -> str:
    """Return the grant code, if the callback belongs to the authorization that ``pending`` remembers."""
    expected = str(pending.get("state", ""))
    given = query.get("state", "")
    late = now - float(pending.get("started_at", 0)) > _PENDING_LIFE
    if not expected or late or not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise CredentialError(
            "state_mismatch",
            "This callback does not belong to the authorization that was started, or comes too late.",
            "Start the authorization again, in one browser.",
            reason="state_mismatch",
        )
    if query.get("error") or not query.get("code"):
        raise _refused_consent(query.get("error", ""))
    return query["code"]


def region_of(query: Mapping[str, str], regions: RegionTable) -> Region | None:
    """Return the data centre of the user's account, ``None`` where the callback does not say.

    Raises ``CredentialError`` for an accounts server outside the table: the client secret would go there.
    """
    server = query.get("accounts-server")
    if server:
        region = regions.by_url("accounts_url", server)
        if region is None:
            raise CredentialError(
                "untrusted_accounts_server",
                "The callback names an accounts server that is not one of Zoho's enabled data centres.",
                "Authorize again; if the account lives in a new data centre, ask the platform's operator to enable it.",
                reason="untrusted_host",
            )
        return region
    return regions.get(query.get("location", ""))


def region_warnings(before: Region, after: Region) -> list[str]:
    """Say when the account lives in another region than the form said."""
    if before.code == after.code:
        return []
    return [f"The account lives in {after.title}, not in {before.title}; the connection's region was corrected."]


def domain_warnings(region: Region, api_domain: str, regions: RegionTable) -> list[str]:
    """Say when a token answer's ``api_domain`` disagrees; calls stay with the region that issued the tokens."""
    if not api_domain or api_domain.rstrip("/") == region.api_domain:
        return []
    other = regions.by_url("api_domain", api_domain)
    named = other.title if other else "a host that is not in the table of data centres"
    return [f"Zoho's answer names {named} for API calls; {region.title} is used, which issued the tokens."]


def _refused_consent(error: str) -> CredentialError:
    if error == "access_denied":
        return CredentialError(
            "consent_refused",
            "The consent was refused.",
            "Authorize again and choose Accept, with a user who may see the organization's books.",
            reason="consent_refused",
        )
    return CredentialError(
        "authorization_failed",
        "Zoho ended the authorization without a code.",
        "Compare Client ID, Callback URL and API Access Scope with Zoho's API console, then authorize again.",
        reason="client_rejected",
    )
