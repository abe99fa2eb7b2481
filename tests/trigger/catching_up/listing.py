"""A list of one module behind a scripted transport: quick enough to hold tens of thousands of records."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

import httpx

from tests.doubles import NOW, Clock, answer, connected, credential
from zoho_books_connector.boundary import CaughtUp, Event, RunContext
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.trigger import WebhookTrigger

Record = dict[str, Any]


def stamp(seconds: float) -> str:
    """Unix seconds as Zoho writes them."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}+0000"


def seconds_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


_seconds_of = lru_cache(maxsize=100_000)(seconds_of)


@dataclass
class Listing:
    """The records of a module, and how their list is answered."""

    module: str = "contact"
    key: str = "contacts"
    id_field: str = "contact_id"
    filter: Literal["after", "from", "ignored"] = "after"
    sort: Literal["honoured", "ignored", "refused"] = "honoured"
    says_order: bool = True
    records: dict[str, Record] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    #: Called after each answer that was made, with how many there have been.
    between: Callable[[int], None] = lambda _: None
    queries: list[dict[str, str]] = field(default_factory=list)
    _orders: dict[tuple[str, ...], list[Record]] = field(default_factory=dict)

    def put(self, number: int, modified: float, **fields: Any) -> Record:
        """Add or change a record."""
        known = self.records.get(str(number), {})
        record = {self.id_field: str(number), "created_time": stamp(modified)} | known | fields
        self.records[str(number)] = record | {"last_modified_time": stamp(modified)}
        self._orders.clear()
        return self.records[str(number)]

    def remove(self, number: int) -> None:
        del self.records[str(number)]
        self._orders.clear()

    def fill(self, count: int, *, each_second: int = 1, until: float = NOW - 3600) -> None:
        """Add records that end at ``until``, so many with the same time of change."""
        first = until - count // each_second
        for number in range(count):
            self.put(number, first + number // each_second)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.queries.append(query)
        said = answer(**self._answer(query)) if self._takes(query) else answer(400, 2, "Invalid value for sort_column")
        self.between(len(self.queries))
        said.headers["date"] = f"{datetime.fromtimestamp(self.clock.now, UTC):%a, %d %b %Y %H:%M:%S} GMT"
        return said

    def _takes(self, query: dict[str, str]) -> bool:
        return self.sort != "refused" or query.get("sort_column") != "last_modified_time"

    def _answer(self, query: dict[str, str]) -> dict[str, Any]:
        found = self._in_order(query)
        asked = query.get("last_modified_time")
        if asked and self.filter != "ignored":
            least = seconds_of(asked) + (1 if self.filter == "after" else 0)
            first = bisect_left(found, least, key=_changed) if _by_change(query) and self.sort == "honoured" else 0
            found = [record for record in found[first:] if first or _changed(record) >= least]
        page, size = int(query["page"]), int(query["per_page"])
        start = (page - 1) * size
        context = {"page": page, "per_page": size, "has_more_page": len(found) > start + size} | self._order_said(query)
        return {self.key: found[start : start + size], "page_context": context}

    def _order_said(self, query: dict[str, str]) -> dict[str, str]:
        asked = {name: value for name, value in query.items() if name.startswith("sort_")}
        if self.says_order and self.sort == "honoured":
            return asked
        return {"sort_column": "created_time", "sort_order": "A"} if self.says_order else {}

    def _in_order(self, query: dict[str, str]) -> list[Record]:
        column, order = query.get("sort_column", "created_time"), query.get("sort_order", "A")
        if (column, order) not in self._orders:
            found = list(self.records.values())
            if self.sort == "honoured":
                found.sort(key=lambda record: _seconds_of(record[column]), reverse=order == "D")
            self._orders[column, order] = found
        return self._orders[column, order]


def _changed(record: Record) -> float:
    return _seconds_of(record["last_modified_time"])


def _by_change(query: dict[str, str]) -> bool:
    return (query.get("sort_column"), query.get("sort_order")) == ("last_modified_time", "A")


class Reader:
    """A host that catches up on a listing, and keeps what came and the cursor."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        clock = listing.clock
        resources = {
            "zoho_books.transport": httpx.MockTransport(listing),
            "zoho_books.clock": clock,
            "zoho_books.monotonic": clock,
            "zoho_books.sleep": clock.sleep,
        }
        self.runtime = DefaultRuntime(budget=Unlimited(), resources=resources)
        self.tokens = connected()
        self.cursor: dict[str, Any] | None = None
        self.pages: list[CaughtUp] = []

    def ask(self, since: float | None = 0.0, most_calls: int = 10_000, **asked: Any) -> Iterable[CaughtUp]:
        """Begin a catch-up from the cursor."""
        asked = {"modules": (self.listing.module,), "cursor": self.cursor, "since": since} | asked
        modules = asked.pop("modules")
        run = RunContext(self.runtime)
        return WebhookTrigger().catch_up(
            modules, credential=credential(), tokens=self.tokens, run=run, most_calls=most_calls, **asked
        )

    def catch_up(self, since: float | None = 0.0, most_calls: int = 10_000, **asked: Any) -> list[Event]:
        """Catch up to the end and return the events."""
        events: list[Event] = []
        for page in self.ask(since, most_calls, **asked):
            self.pages.append(page)
            events += page.events
            self.cursor = page.cursor
        return events

    @property
    def warnings(self) -> list[str]:
        return [warning for page in self.pages for warning in page.warnings]


def versions(events: Iterable[Event]) -> set[tuple[str | None, str | None]]:
    """Which version of which records events bring."""
    return {(event.record_id, event.occurred_at) for event in events}


def held(listing: Listing, since: float = 0.0) -> set[tuple[str, str]]:
    """Which versions the list holds."""
    return {
        (record[listing.id_field], datetime.fromisoformat(record["last_modified_time"]).isoformat())
        for record in listing.records.values()
        if seconds_of(record["last_modified_time"]) >= since
    }
