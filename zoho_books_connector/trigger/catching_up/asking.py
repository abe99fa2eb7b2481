"""The requests of a catch-up: a page of a list, or one record of it, counted."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.api.modules import RECORD_ID, record_of
from zoho_books_connector.boundary import CallRecord
from zoho_books_connector.errors import InputError, NotFoundError, RejectedError, UnexpectedResponseError
from zoho_books_connector.sending.calls import monotonic_of
from zoho_books_connector.trigger.catching_up.cursor import Reading
from zoho_books_connector.trigger.catching_up.lists import ListedModule
from zoho_books_connector.trigger.catching_up.rows import Row, row_of
from zoho_books_connector.trigger.catching_up.ways import Way, parameters
from zoho_books_connector.trigger.catching_up.windows import Window


class Page(NamedTuple):
    """A page of a list as it was answered."""

    rows: list[Row]
    answer: dict[str, Any]
    #: Zoho's clock when it was asked for, in unix seconds; a little earlier rather than later.
    asked_at: float


class Asker:
    """Asks Zoho, and counts the requests."""

    def __init__(self, client: BooksClient) -> None:
        self._client = client
        self._passed = monotonic_of(client.log.run.runtime)
        self._counted = 0

    @property
    def calls_made(self) -> int:
        """Requests that were sent, resends among them."""
        return self._counted + _sent(self._client.log.records)

    def page(self, listed: ListedModule, way: Way, reading: Reading, window: Window) -> Page | None:
        """Read a page; ``None`` when the list refuses to be read this way and there is another one."""
        asked = {**listed.always, **parameters(way, listed.lasting_column, reading.after), **window.parameters()}
        started = self._passed()
        try:
            answer = self._client.get(listed.path, scope=listed.api.full_scope, params=asked)
        except (InputError, RejectedError):
            if way.if_unsorted is None:
                raise
            return None
        told = self._client.zoho_clock.now()
        now = self._client.log.clock() if told is None else told
        rows = [_row(listed, record) for record in listed.rows_in(answer)]
        return Page(rows, answer, now - (self._passed() - started))

    def record(self, listed: ListedModule, row: Row) -> Row | None:
        """Read a listed record as a whole; ``None`` when it has been deleted meanwhile."""
        if row.record_id is None:
            return row
        path = listed.api.path_for({RECORD_ID: quote(row.record_id, safe="")})
        try:
            answer = self._client.get(path, scope=listed.api.full_scope)
        except NotFoundError:
            return None
        return _row(listed, record_of(listed.api, answer))

    def take_records(self) -> tuple[CallRecord, ...]:
        """Return what was sent since the last time, and forget it, so that a long run does not grow."""
        records = tuple(self._client.log.records)
        self._counted += _sent(records)
        self._client.log.records.clear()
        return records


def _sent(records: list[CallRecord] | tuple[CallRecord, ...]) -> int:
    return sum(record.failure != "unsent" for record in records)


def _row(listed: ListedModule, record: dict[str, Any]) -> Row:
    try:
        return row_of(listed.module, record)
    except ValueError as error:
        fault = error
    raise UnexpectedResponseError(
        "unreadable_answer",
        "Zoho answered with something other than its documented JSON.",
        "Try again; when it persists, report it with the details.",
    ) from fault
