"""Reads what changed while nobody listened: in the background, within a budget of calls, and on after a crash."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from zoho_books_connector.boundary import CaughtUp
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import (
    ConnectorError,
    FieldFault,
    InputError,
    RateLimitedError,
    UnavailableError,
)
from zoho_books_connector.stores import ConnectionStore
from zoho_books_connector.workbench.durable.runtime import Durable, Stopping
from zoho_books_connector.workbench.trigger.catch_up_table import RUNNING, CatchUp, CatchUpTable
from zoho_books_connector.workbench.trigger.receiving import Receiving

WORKFLOW: Final = "catch_up"
#: Seconds of the first pause when Zoho or the network is in trouble, and how often in a row it is tried.
_PAUSE: Final = 10.0
_MOST_MISSES: Final = 6


class CatchingUp:
    """The catch-ups of all connections. Events are stored first, then the cursor: a crash repeats and loses nothing."""

    def __init__(
        self, host: Host, connections: ConnectionStore, receiving: Receiving, durable: Durable, table: CatchUpTable
    ) -> None:
        self._host = host
        self._connections = connections
        self._receiving = receiving
        self._durable = durable
        self.table = table
        durable.workflow(WORKFLOW, self._work)

    def resume(self) -> None:
        """Begin what was noted but not begun when the last process ended; once the runtime is launched."""
        for each in self.table.running():
            self._begin(each)

    def start(
        self,
        connection_id: str,
        modules: Sequence[str],
        *,
        since: float | None,
        goes_on: bool,
        is_whole: bool,
        most_calls: int,
    ) -> CatchUp:
        """Check what is asked for, and begin; ``goes_on`` takes the cursor of the last complete one along."""
        cursor = self._last_cursor(connection_id) if goes_on else None
        self._pages(
            connection_id, modules, since=since, cursor=cursor, most_calls=most_calls, whole_records=is_whole
        )  # checked before it is noted; reads nothing yet
        added = self.table.add(
            connection_id, modules, since=since, cursor=cursor, is_whole=is_whole, most_calls=most_calls
        )
        self._begin(added)
        return added

    def go_on(self, number: int, calls: int) -> None:
        """Give more calls to a catch-up that ended early."""
        if calls < 1:
            fault = FieldFault("/most_calls", "must be 1 or more")
            raise InputError("most_calls_invalid", "So many calls bring nothing.", "Allow more.", fields=(fault,))
        found = self.table.go_on(number, calls)
        if found is not None:
            self._begin(found)

    def stop(self, number: int) -> None:
        """Read no further page."""
        self.table.end(number, "stopped")
        self._durable.wake()

    def _begin(self, catch_up: CatchUp) -> None:
        self._durable.start(WORKFLOW, catch_up.workflow, catch_up.number)

    def _work(self, number: int) -> None:
        """Read until it is over. The table says where to go on, so a repeat of the workflow does."""
        misses = 0
        while (found := self.table.get(number)) is not None and found.state == RUNNING:
            if self._durable.is_stopping:
                raise Stopping
            try:
                self._read(found)
                misses = 0
            except (RateLimitedError, UnavailableError) as error:
                misses += 1
                if misses > _MOST_MISSES:
                    self.table.end(number, "failed", error)
                else:
                    self._wait(number, error, misses)
            except ConnectorError as error:
                self.table.end(number, "failed", error)

    def _read(self, catch_up: CatchUp) -> None:
        """Read pages until the calls are used up, or it is complete or stopped."""
        channel = self._receiving.channel(catch_up.connection)
        if channel is None:
            if self._receiving.is_stopping:
                raise Stopping
            self.table.end(catch_up.number, "stopped")  # the connection is gone
            return
        before = catch_up.calls
        pages = self._pages(
            catch_up.connection,
            catch_up.modules,
            since=catch_up.since,
            cursor=catch_up.cursor,
            most_calls=max(1, catch_up.most_calls - before),
            whole_records=catch_up.is_whole,
            is_known=channel.inbox.known,
        )
        for page in pages:
            stored = channel.inbox.put(page.events, by_version=True) if page.events else 0
            self.table.note_page(catch_up, page, before + page.calls_made, stored)
            if page.state != "reading":
                self.table.end(catch_up.number, page.state)
                return
            if self._durable.is_stopping:
                raise Stopping
            now = self.table.get(catch_up.number)
            if now is None or now.state != RUNNING:
                return

    def _wait(self, number: int, error: RateLimitedError | UnavailableError, misses: int) -> None:
        asked = error.retry_after if isinstance(error, RateLimitedError) else 0.0
        again_at = time.time() + max(asked, _PAUSE * 2.0 ** (misses - 1))
        self.table.note_wait(number, error, again_at)
        self._durable.rest(again_at, unless=lambda: not self._is_running(number))

    def _is_running(self, number: int) -> bool:
        found = self.table.get(number)
        return found is not None and found.state == RUNNING

    def _last_cursor(self, connection_id: str) -> dict[str, Any] | None:
        done = (each.cursor for each in self.table.list(connection_id) if each.state == "complete")
        return next(done, None)

    def _pages(self, connection_id: str, modules: Sequence[str], **options: Any) -> Iterator[CaughtUp]:
        credential, tokens = self._connections.credential(connection_id), self._connections.tokens(connection_id)
        return self._host.trigger().catch_up(
            modules, credential=credential, tokens=tokens, run=self._host.run(), **options
        )
