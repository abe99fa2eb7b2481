"""What a form needs to know of the account behind a connection: choices, custom fields, and its country edition."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import Option, OptionsPage
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionStore

#: Seconds that a person waits for a list.
_PATIENCE: Final = 6.0
#: Countries as Zoho names them and their codes → the edition that ``x-editions`` names.
_EDITIONS: Final = {
    country: edition
    for edition, countries in {
        "in": ("in", "india"),
        "us": ("us", "united states", "u.s.a", "usa"),
        "uk": ("gb", "uk", "united kingdom"),
        "gcc": (
            "ae", "united arab emirates", "sa", "saudi arabia", "bh", "bahrain", "kw", "kuwait", "om", "oman", "qa",
            "qatar",
        ),
        "mx": ("mx", "mexico"),
        "ke": ("ke", "kenya"),
        "za": ("za", "south africa"),
    }.items()
    for country in countries
}  # fmt: skip


@dataclass(frozen=True)
class CustomFields:
    """The custom fields of a module, or why they are not known."""

    options: tuple[Option, ...] = ()
    warnings: tuple[str, ...] = ()


class Accounts:
    """Asks the connector's sources of choices, for people who wait: counted in the budget as theirs."""

    def __init__(self, host: Host, store: ConnectionStore) -> None:
        self._host = host
        self._store = store
        self._lock = threading.Lock()
        #: Connection and organization → edition.
        self._editions: dict[tuple[str, str], str | None] = {}

    def choices(
        self,
        source: str,
        connection_id: str,
        *,
        search: str = "",
        depends: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> OptionsPage:
        """Return a page of choices; raises a ``ConnectorError`` where there is none to be had."""
        return self._host.options(source)(
            self._store.credential(connection_id),
            tokens=self._store.tokens(connection_id),
            run=self._host.run(interactive=True, deadline=time.time() + _PATIENCE),
            search=search,
            depends=depends,
            cursor=cursor,
        )

    def custom_fields(self, connection_id: str, module: str) -> CustomFields:
        """Return the custom fields of a module; a warning in their place where they cannot be read."""
        try:
            page = self.choices("custom_field", connection_id, depends={"module": module})
        except ConnectorError as error:
            return CustomFields(warnings=(f"The custom fields could not be read. {error}",))
        return CustomFields(page.options, page.warnings)

    def edition(self, connection_id: str, organization_id: str) -> str | None:
        """Return the country edition of a connection's organization; ``None`` where it is not known."""
        key = connection_id, organization_id
        with self._lock:
            if key in self._editions:
                return self._editions[key]
        try:
            organizations = self.choices("organization", connection_id).options
        except ConnectorError:
            return None  # a form must not break by it, and asks again next time
        own = next((each.data for each in organizations if each.value == organization_id), {})
        edition = next((found for word in ("country_code", "country") if (found := edition_of(own.get(word)))), None)
        with self._lock:
            self._editions[key] = edition
        return edition


def edition_of(country: object) -> str | None:
    """Return the edition of a country, by its name or code."""
    return _EDITIONS.get(country.strip().casefold()) if isinstance(country, str) else None
