"""What a form needs to know of the account behind a connection: choices, custom fields, and its country edition.

A form is drawn with what is known of its account. What is not known yet is asked for beside it, and then kept for a
while: nobody waits for an account to see a form.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import Option, OptionsPage
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo, ConnectionStore
from zoho_books_connector.workbench.credentials.standing import Standings

#: Seconds that a person waits for a list.
PATIENCE: Final = 6.0
#: Seconds for which custom fields are kept, and what could not be read; the edition of an organization stays.
_GOOD: Final = 300.0
_FAILED: Final = 15.0
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


#: Of an action without any.
_NO_CUSTOM: Final = math.inf, CustomFields()


@dataclass(frozen=True)
class Own:
    """What an account has of its own."""

    edition: str | None = None
    custom: CustomFields = CustomFields()


class Accounts:
    """Asks the connector's sources of choices, for people who wait: counted in the budget as theirs."""

    def __init__(
        self,
        host: Host,
        store: ConnectionStore,
        standings: Standings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._store = store
        self._standings = standings
        self._clock = clock
        self._lock = threading.Lock()
        #: Connection and organization → until when it is good, and the edition.
        self._editions: dict[tuple[str, str], tuple[float, str | None]] = {}
        #: Connection, organization and module → until when they are good, and the custom fields.
        self._custom: dict[tuple[str, str, str], tuple[float, CustomFields]] = {}

    def choices(
        self,
        source: str,
        connection_id: str,
        *,
        search: str = "",
        depends: Mapping[str, Any] | None = None,
        cursor: str | None = None,
        patience: float = PATIENCE,
    ) -> OptionsPage:
        """Return a page of choices; raises a ``ConnectorError`` where there is none to be had in so many seconds."""
        return self._host.options(source)(
            self._store.credential(connection_id),
            tokens=self._store.tokens(connection_id),
            run=self._host.run(interactive=True, deadline=time.time() + patience),
            search=search,
            depends=depends,
            cursor=cursor,
        )

    def known(self, connection: ConnectionInfo, module: str | None) -> Own | None:
        """Return what is known of an account and the custom fields of a module; ``None`` where it must be asked."""
        place, now = (connection.id, connection.organization_id), self._clock()
        noted = self._noted_edition(connection)
        with self._lock:
            edition_until, edition = self._editions.get(place, (math.inf, noted) if noted else (now, None))
            custom_until, custom = self._custom.get((*place, module), (now, CustomFields())) if module else _NO_CUSTOM
        return Own(edition, custom) if now < edition_until and now < custom_until else None

    def known_edition(self, connection: ConnectionInfo) -> str | None:
        """Return the country edition of a connection's organization; ``None`` where it is not known."""
        own = self.known(connection, None)
        return own.edition if own else None

    def ask(self, connection: ConnectionInfo, module: str | None) -> Own:
        """Return what an account has of its own, and ask it for what is not known; a form must not break by it."""
        if (own := self.known(connection, module)) is not None:
            return own
        place = connection.id, connection.organization_id
        known = self.known(connection, None)
        edition = known.edition if known else self._ask_edition(*place)
        return Own(edition, self._ask_custom_fields(*place, module) if module else CustomFields())

    def _noted_edition(self, connection: ConnectionInfo) -> str | None:
        """Return the edition of the country that the last test of a connection found."""
        found = self._standings.of(connection.id)
        is_of_it = found is not None and found.organization_id == connection.organization_id
        return edition_of(found.country) if found is not None and is_of_it else None

    def _ask_edition(self, connection_id: str, organization_id: str) -> str | None:
        good, edition = math.inf, None
        try:
            organizations = self.choices("organization", connection_id).options
        except ConnectorError:
            good = _FAILED
        else:
            facts = next((each.data for each in organizations if each.value == organization_id), {})
            editions = (edition_of(facts.get(word)) for word in ("country_code", "country"))
            edition = next(filter(None, editions), None)
        with self._lock:
            self._editions[connection_id, organization_id] = self._clock() + good, edition
        return edition

    def _ask_custom_fields(self, connection_id: str, organization_id: str, module: str) -> CustomFields:
        """Return the custom fields of a module; a warning in their place where they cannot be read."""
        try:
            page = self.choices("custom_field", connection_id, depends={"module": module})
        except ConnectorError as error:
            good, found = _FAILED, CustomFields(warnings=(f"The custom fields could not be read. {error}",))
        else:
            good, found = _GOOD, CustomFields(page.options, page.warnings)
        with self._lock:
            self._custom[connection_id, organization_id, module] = self._clock() + good, found
        return found


def edition_of(country: object) -> str | None:
    """Return the edition of a country, by its name or code."""
    return _EDITIONS.get(country.strip().casefold()) if isinstance(country, str) else None
