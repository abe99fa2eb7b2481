"""Reads what changed, page by page and module by module, within a stated number of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from zoho_books_connector.api.client import BooksClient, client_for, region_table
from zoho_books_connector.boundary import CaughtUp, Event, RunContext, TokenStore
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.oauth.credential import parse_credential
from zoho_books_connector.sending.calls import RunLog
from zoho_books_connector.trigger.catching_up.asking import Asker
from zoho_books_connector.trigger.catching_up.beginning import begin, checked_calls, checked_modules, least_calls
from zoho_books_connector.trigger.catching_up.cursor import Cursor, Progress, opened
from zoho_books_connector.trigger.catching_up.lists import LISTS, ListedModule
from zoho_books_connector.trigger.catching_up.rows import Row, event_of
from zoho_books_connector.trigger.catching_up.steps import Step, after_page, restart
from zoho_books_connector.trigger.catching_up.ways import WAYS
from zoho_books_connector.trigger.catching_up.windows import next_window

IsKnown = Callable[[Sequence[str]], Set[str]]

_NO_TIMES: Final = "Records of {module} are listed without a time of change, so all of them are brought each time."


def catch_up(
    modules: Sequence[str],
    *,
    credential: Mapping[str, Any],
    tokens: TokenStore,
    run: RunContext,
    since: float | None = None,
    cursor: Mapping[str, Any] | None = None,
    most_calls: int,
    whole_records: bool = False,
    is_known: IsKnown | None = None,
) -> Iterator[CaughtUp]:
    """Check what is asked for, and return the pages, each read when it is asked for; see ``Trigger.catch_up``."""
    keys = checked_modules(modules)
    most = checked_calls(most_calls, whole_records=whole_records)
    parsed = parse_credential(credential, region_table(run))
    organization_id, log = parsed.require_organization(), RunLog.of(run)
    start = begin(keys, organization_id, since, cursor, now=log.clock())
    client = client_for(parsed, tokens, log, organization_id=organization_id, scope="")
    return _CatchUp(client, start, most, whole_records, is_known or _nothing).pages()


@dataclass
class _Told:
    """The events of a page, as far as they could be made."""

    events: list[Event] = field(default_factory=list)
    #: Marks of the rows that are done with.
    marks: list[str] = field(default_factory=list)
    failure: ConnectorError | None = None
    is_partial: bool = False


class _CatchUp:
    """One run of a catch-up."""

    def __init__(
        self, client: BooksClient, cursor: Cursor, most_calls: int, whole_records: bool, is_known: IsKnown
    ) -> None:
        self._client = client
        self._asker = Asker(client)
        self._cursor = cursor
        self._most_calls = most_calls
        self._whole_records = whole_records
        self._is_known = is_known

    def pages(self) -> Iterator[CaughtUp]:
        """Yield the pages until everything was read or no call is left; raises what kept a page from being read.

        What a page brought before it failed is yielded first, so that the next attempt need not bring it again.
        """
        state: Literal["reading", "out_of_calls", "complete"] = "reading"
        while state == "reading":
            listed = LISTS[self._cursor.left[0]]
            before, step = self._read(listed, self._cursor.modules[listed.key])
            told = self._tell(listed, step.rows, before.told)
            if told.failure and not told.events:
                raise told.failure
            after = _halfway(before, told) if told.is_partial else step.progress
            self._cursor = self._cursor.with_progress(listed.key, after)
            state = self._state()
            yield self._caught_up(listed.key, told.events, state)
            if told.failure:
                raise told.failure

    def _read(self, listed: ListedModule, progress: Progress) -> tuple[Progress, Step]:
        """Read a page; returns where the reading stood, with the time it began at, and where it goes on."""
        reading, way = opened(progress), WAYS[progress.way]
        window = next_window(reading.behind)
        page = self._asker.page(listed, way, reading, window)
        if page is None:
            assert way.if_unsorted is not None  # noqa: S101 - or the refusal would have been raised
            step = restart(progress, way.if_unsorted)
        else:
            if reading.began is None:
                progress = replace(progress, reading=replace(reading, began=page.asked_at))
            step = after_page(progress, window, page.rows, page.answer)
            if reading.began is None or step.progress.way != progress.way:
                self._warn(listed, step)
        return progress, step

    def _warn(self, listed: ListedModule, step: Step) -> None:
        """Say what is special about a list, once in each reading."""
        module = listed.api.title.lower()
        if warning := WAYS[step.progress.way].warning:
            self._client.warn(warning.format(module=module))
        if any(row.modified is None for row in step.rows):
            self._client.warn(_NO_TIMES.format(module=module))

    def _tell(self, listed: ListedModule, rows: Sequence[Row], told: float) -> _Told:
        """Make events of those rows that the host does not know yet."""
        keys = [row.version_key for row in rows if row.version_key]
        known = self._is_known(keys) if keys else frozenset()
        found = _Told()
        for row in rows:
            if row.version_key in known:
                continue
            whole = self._whole(listed, row, found) if self._whole_records else row
            if found.is_partial:
                break
            found.marks.append(row.mark)
            if whole is not None:
                found.events.append(self._event(listed, whole, told))
        return found

    def _whole(self, listed: ListedModule, row: Row, found: _Told) -> Row | None:
        """Read a record as a whole; ``None`` when it is gone, or the page cannot be finished now."""
        if self._asker.calls_made >= self._most_calls:
            found.is_partial = True
            return None
        try:
            return self._asker.record(listed, row)
        except ConnectorError as error:
            found.failure, found.is_partial = error, True
            return None

    def _event(self, listed: ListedModule, row: Row, told: float) -> Event:
        seen: Literal["listed", "whole"] = "whole" if self._whole_records else "listed"
        organization_id = self._cursor.organization_id
        return event_of(listed.module, row, organization_id=organization_id, told=told, seen=seen)

    def _state(self) -> Literal["reading", "out_of_calls", "complete"]:
        if not self._cursor.left:
            return "complete"
        left = self._most_calls - self._asker.calls_made
        return "reading" if left >= least_calls(whole_records=self._whole_records) else "out_of_calls"

    def _caught_up(
        self, key: str, events: list[Event], state: Literal["reading", "out_of_calls", "complete"]
    ) -> CaughtUp:
        log, made = self._client.log, self._asker.calls_made
        warnings = tuple(log.warnings)
        log.warnings.clear()
        calls = self._asker.take_records()
        return CaughtUp(key, tuple(events), self._cursor.to_dict(), state, made, warnings, calls, log.quota)


def _halfway(progress: Progress, told: _Told) -> Progress:
    """Ask for the same page again, but not for what it brought already."""
    reading = opened(progress)
    return replace(progress, reading=replace(reading, brought=(*reading.brought, *told.marks)))


def _nothing(_: Sequence[str]) -> Set[str]:
    return frozenset()
