"""The real account of the live round trip, from environment variables (``VARIABLES`` is the one table of them).

``ZOHO_BOOKS_LIVE=1`` switches the round trip on; ``ZOHO_BOOKS_RECORD=1`` also records its cassettes, scrubbed, into
``tests/cassettes/zoho``. The account needs:

    ZOHO_BOOKS_REGION            code of the data centre: us, eu, in, au, jp, ca, cn, sa
    ZOHO_BOOKS_CLIENT_ID         of a client in that region's API console; a self client does
    ZOHO_BOOKS_CLIENT_SECRET     its secret there
    ZOHO_BOOKS_REFRESH_TOKEN     with the scope ZohoBooks.fullaccess.all, or with create, read, update and delete of
                                 contacts, settings, salesorders and invoices
    ZOHO_BOOKS_ORGANIZATION_ID   better one made for tests: records are created in it and deleted again

Then: ``ZOHO_BOOKS_LIVE=1 pytest -m live tests/live``. It makes about 25 calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.boundary import HttpSettings, TokenSet
from zoho_books_connector.stores import MemoryTokenStore

SWITCH: Final = "ZOHO_BOOKS_LIVE"
RECORD: Final = "ZOHO_BOOKS_RECORD"
#: Field of the account → variable.
VARIABLES: Final = {
    "region": "ZOHO_BOOKS_REGION",
    "client_id": "ZOHO_BOOKS_CLIENT_ID",
    "client_secret": "ZOHO_BOOKS_CLIENT_SECRET",
    "refresh_token": "ZOHO_BOOKS_REFRESH_TOKEN",
    "organization_id": "ZOHO_BOOKS_ORGANIZATION_ID",
}


class MissingVariablesError(Exception):
    """The round trip is switched on, but its account is not complete; names variables, never values."""


class Account:
    """A connected account: the credential, and a store whose access token has yet to be fetched."""

    def __init__(self, *, refresh_token: str, http: HttpSettings | None = None, **form: str) -> None:
        self.credential: dict[str, Any] = {"schema_version": 2, **form}
        # A data centre that is not confirmed for Books is the tester's to try.
        self.http = http or HttpSettings(enabled_regions=frozenset({form["region"]}))
        self.tokens = MemoryTokenStore()
        self.tokens.save(TokenSet("none-yet", refresh_token, expires_at=0, issued_at=0), expected=None)

    @property
    def organization_id(self) -> str:
        return str(self.credential["organization_id"])


def account_from(environment: Mapping[str, str]) -> Account:
    """Return the account that the variables name; raises ``MissingVariablesError`` for those that are not set."""
    missing = [variable for variable in VARIABLES.values() if not environment.get(variable)]
    if missing:
        raise MissingVariablesError(f"Set {', '.join(missing)}; tests/live/account.py says what they are.")
    form = {field: environment[variable].strip() for field, variable in VARIABLES.items()}
    return Account(refresh_token=form.pop("refresh_token"), http=None, **form)
