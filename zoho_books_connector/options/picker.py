"""Answers a picker: from memory where it can, else page by page from Zoho, filtered again on our side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from zoho_books_connector.api.client import BooksClient, client_for, region_table
from zoho_books_connector.api.writes import Writes
from zoho_books_connector.boundary import Option, OptionsPage, RunContext, TokenStore
from zoho_books_connector.oauth.credential import parse_credential
from zoho_books_connector.options.cursor import page_in, written
from zoho_books_connector.options.depending import Depends
from zoho_books_connector.options.memory import Fetched, Memory
from zoho_books_connector.options.searching import folded, matching
from zoho_books_connector.sending.calls import RunLog

#: Pages on which nothing fits are passed over, so many at a time.
MOST_PAGES: Final = 5
#: The longest search that Zoho takes.
_LONGEST: Final = 100

Chosen = Mapping[str, str]


class Source(Protocol):
    """Where the choices of a picker come from."""

    @property
    def id(self) -> str:
        """Its name, as ``x-options`` says it."""

    @property
    def of_organization(self) -> bool:
        """Whether it lists records of one organization."""

    @property
    def searches(self) -> bool:
        """Whether Zoho searches; where it does not, fetched pages are searched."""

    def chosen(self, depends: Depends) -> Chosen:
        """Return what it depends on; raises ``InputError`` where something is to be chosen first."""

    def scope(self, chosen: Chosen) -> str:
        """Return the scope that asking needs."""

    def fetch(self, client: BooksClient, chosen: Chosen, search: str, page: int, /) -> Fetched:
        """Ask Zoho for a page."""


@dataclass(frozen=True)
class Picker:
    """An ``OptionsSource``: what a host calls to fill a picker."""

    source: Source

    def __call__(
        self,
        credential: Mapping[str, Any],
        *,
        tokens: TokenStore,
        run: RunContext,
        search: str = "",
        depends: Depends | None = None,
        cursor: str | None = None,
    ) -> OptionsPage:
        """Return a page of choices; a remembered one costs no call."""
        parsed = parse_credential(credential, region_table(run))
        organization = parsed.require_organization() if self.source.of_organization else None
        chosen = self.source.chosen(depends or {})
        log = RunLog.of(run)
        client = client_for(parsed, tokens, log, organization_id=organization, scope=self.source.scope(chosen))
        place = (self.source.id, parsed.region.code, organization, sorted(chosen.items()))
        asking = _Asking(self.source, client, Memory.of(run), tokens, chosen, str(place), search.strip()[:_LONGEST])
        return asking.answer(cursor)


@dataclass(frozen=True)
class _Asking:
    """One question of one user."""

    source: Source
    client: BooksClient
    memory: Memory
    tokens: TokenStore
    chosen: Chosen
    place: str
    search: str

    def answer(self, cursor: str | None) -> OptionsPage:
        wanted = folded(self.search)
        question = (self.place, wanted)
        start = page_in(cursor, question)
        for page in range(start, start + MOST_PAGES):
            fetched = self._page(page, wanted)
            options = matching(fetched.options, wanted)
            if options or not fetched.more:
                break
        log = self.client.log
        return OptionsPage(
            tuple(map(_copied, options)),
            cursor=written(page + 1, question) if fetched.more else None,
            calls=tuple(log.records),
            quota=log.quota,
            warnings=fetched.warnings,
        )

    def _page(self, page: int, wanted: str) -> Fetched:
        # What an action has created since is looked for in the next form.
        place = (self.place, Writes.of(self.client.log.run).count(self.client.bucket))
        who, now = self.memory.who(self.tokens), self.client.log.clock()
        for search in _shorter(wanted) if self.source.searches else ("",):
            known = self.memory.recall((who, *place, search, page), now)
            # A whole list that was fetched for less holds what is searched for now.
            if known is not None and (search == wanted or not self.source.searches or (page == 1 and not known.more)):
                return known
        fetched = self.source.fetch(self.client, self.chosen, self.search if self.source.searches else "", page)
        # Asking may have renewed the token.
        key = (self.memory.who(self.tokens), *place, wanted if self.source.searches else "", page)
        self.memory.keep(key, fetched, self.client.log.clock())
        return fetched


def _shorter(wanted: str) -> list[str]:
    """Return the search and each of its beginnings, the longest first, down to none at all."""
    return [wanted[:end] for end in range(len(wanted), -1, -1)]


def _copied(option: Option) -> Option:
    """Return a choice that the host may change without changing what is remembered."""
    return replace(option, data=_plain_copy(option.data))


def _plain_copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_copy(inner) for name, inner in value.items()}
    return [_plain_copy(inner) for inner in value] if isinstance(value, list) else value
