"""A list of Zoho as a source of choices: everything that tells one list from another is a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoho_books_connector.api.client import PAGE_SIZE, BooksClient, has_more
from zoho_books_connector.boundary import Option
from zoho_books_connector.options.depending import Depends, record_id
from zoho_books_connector.options.memory import Fetched
from zoho_books_connector.options.picker import Chosen
from zoho_books_connector.options.reading import Facts, Record, Show, is_active, text_of
from zoho_books_connector.options.refusing import unless_unknown


@dataclass(frozen=True)
class Listing:
    """One list. ``{parent}`` in the path is the id of the record whose list it is."""

    id: str
    path: str
    #: Where the records stand in the answer, tried in this order.
    keys: tuple[str, ...]
    value: str
    label: Show
    needs: str
    detail: Show = lambda _: ""
    facts: Facts = field(default_factory=Facts)
    #: Sent with every request.
    query: Mapping[str, str] = field(default_factory=dict)
    #: Fields that a record must have so. Sent, and compared again: Zoho ignores a filter that it does not know, and
    #: was seen to list vendors among customers.
    only: Mapping[str, str] = field(default_factory=dict)
    #: Zoho's parameter to search by; without one, fetched pages are searched.
    search: str = ""
    paged: bool = True
    #: Fields that name the parent; one of them must be filled in.
    parents: tuple[str, ...] = ()
    #: Fields that make the list shorter where they are filled in.
    narrowed_by: tuple[str, ...] = ()
    of_organization: bool = True
    #: Whether an address that Zoho does not know means that there is nothing to choose.
    optional: bool = False

    @property
    def searches(self) -> bool:
        """Whether Zoho searches."""
        return bool(self.search)

    def scope(self, _: Chosen) -> str:
        """Return the scope."""
        return self.needs

    def chosen(self, depends: Depends) -> Chosen:
        """Return the parent, and what makes the list shorter."""
        found = {"parent": record_id(depends, self.parents)} if self.parents else {}
        given = (name for name in self.narrowed_by if text_of(depends.get(name)))
        return found | {name: record_id(depends, (name,)) for name in given}

    def fetch(self, client: BooksClient, chosen: Chosen, search: str, page: int, /) -> Fetched:
        """Ask for a page, and leave out what nobody may choose."""
        only = {**self.only, **{name: value for name, value in chosen.items() if name != "parent"}}
        answer = self._ask(client, self.path.format_map(chosen), self._params(only, search, page))
        if answer is None:
            return Fetched((), warnings=("Zoho Books does not list these choices: give the id yourself.",))
        fitting = (record for record in records_in(answer, self.keys) if is_active(record) and _has(record, only))
        return Fetched(tuple(self._options(fitting)), more=self.paged and has_more(answer))

    def _ask(self, client: BooksClient, path: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        if self.optional:
            return unless_unknown(lambda: client.get(path, params=params))
        return client.get(path, params=params)

    def _params(self, only: Mapping[str, str], search: str, page: int) -> dict[str, str]:
        paging = {"page": str(page), "per_page": str(PAGE_SIZE)} if self.paged else {}
        return {**self.query, **only, **paging, **({self.search: search} if search else {})}

    def _options(self, records: Iterator[Record]) -> Iterator[Option]:
        for record in records:
            if value := text_of(record.get(self.value)):
                yield Option(value, self.label(record) or value, self.detail(record), self.facts.of(record))


def records_in(answer: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[Record]:
    """Yield the records of an answer; blank text and null stand for none."""
    found = next((answer[key] for key in keys if answer.get(key)), None)
    yield from (record for record in (found if isinstance(found, list) else ()) if isinstance(record, dict))


def _has(record: Record, only: Mapping[str, str]) -> bool:
    """Tell whether a record says nothing else in the fields that were asked for."""
    return all(text_of(record.get(name)).lower() in ("", value) for name, value in only.items())
