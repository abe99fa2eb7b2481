"""Pure functions that lift stored credentials and action inputs to the next version, never with a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.boundary import Migration
from zoho_books_connector.oauth.regions import REGIONS


def add_region(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Lift a credential of version 1, three URLs typed apart, to version 2, where one region leads them.

    The region is that of the Token URL, where the tokens came from. URLs that name no region of the table stay as
    they are, so that validation tells the person which one to correct.
    """
    token_url = str(credential.get("token_url", "")).rstrip("/")
    region = next((r.code for r in REGIONS if r.token_url == token_url), None)
    return {**credential, **({"region": region} if region else {}), "schema_version": 2}


#: (kind, stored version) → what lifts it by one.
MIGRATIONS: Final[dict[tuple[str, int], Migration]] = {("credential", 1): add_region}
