"""Reads what changed while nobody listened: in the background, within a budget of calls, and on after a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from zoho_books_connector.boundary import CaughtUp, Event, PollingPlan
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import (
    ConnectorError,
    FieldFault,
    InputError,
    RateLimitedError,
    UnavailableError,
)
from zoho_books_connector.stores import ConnectionStore
from zoho_books_connector.trigger.catching_up.polling import poll
from zoho_books_connector.workbench.durable import Durable, Stopping
from zoho_books_connector.workbench.trigger.catch_up_table import RUNNING, CatchUp, CatchUpTable
from zoho_books_connector.workbench.trigger.receiving import Receiving

WORKFLOW: Final = "catch_up"
#: Seconds of the first pause when Zoho or the network is in trouble, and how often in a row it is tried.
_PAUSE: Final = 10.0
_MOST_MISSES: Final = 6
_DAY: Final = 86_400.0
#: Seconds that a stop waits for a round that is under way.
_PATIENCE: Final = 5.0


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


class Polls:
    """Asks connections for changes regularly, where no webhook can tell of them. One thread for each."""

    def __init__(self, host: Host, connections: ConnectionStore, receiving: Receiving, table: CatchUpTable) -> None:
        self._host = host
        self._connections = connections
        self._receiving = receiving
        self._table = table
        self._lock = threading.Lock()
        self._running: dict[str, tuple[threading.Thread, threading.Event]] = {}

    def plan(self, modules: Sequence[str], *, interval: float, calls_per_day: int, share: float) -> PollingPlan:
        """Compute what it costs; raises ``InputError`` with the arithmetic when it does not fit."""
        return self._host.trigger().plan_polling(modules, interval=interval, calls_per_day=calls_per_day, share=share)

    def resume(self) -> None:
        """Ask on for what was asked for when the last process ended."""
        for connection_id in self._table.polled():
            self._begin(connection_id)

    def start(self, connection_id: str, plan: PollingPlan) -> None:
        """Ask from now on as a plan says, which fits the day."""
        self.stop(connection_id)
        calls = max(len(plan.modules), int(plan.allowed_per_day * plan.interval / _DAY))
        self._table.start_polling(connection_id, plan.modules, plan.interval, calls)
        self._begin(connection_id)

    def stop(self, connection_id: str) -> None:
        """Ask no more."""
        self._end(connection_id)
        self._table.stop_polling(connection_id)

    def close(self) -> None:
        """End every thread; ``resume`` begins again where they were."""
        for connection_id in [*self._running]:
            self._end(connection_id)

    def _begin(self, connection_id: str) -> None:
        stop = threading.Event()
        thread = threading.Thread(target=self._poll, args=(connection_id, stop), daemon=True)
        with self._lock:
            self._running[connection_id] = (thread, stop)
        thread.start()

    def _end(self, connection_id: str) -> None:
        with self._lock:
            thread, stop = self._running.pop(connection_id, (None, None))
        if thread is not None and stop is not None:
            stop.set()
            thread.join(_PATIENCE)

    def _poll(self, connection_id: str, stop: threading.Event) -> None:
        polling, channel = self._table.polling(connection_id), self._receiving.channel(connection_id)
        if polling is None or channel is None:
            return
        counted = _Counted(channel.inbox)

        def catch_up(cursor: Mapping[str, Any] | None) -> Iterator[CaughtUp]:
            if self._receiving.channel(connection_id) is None:  # the connection is gone, or the workbench stops
                stop.set()
                return
            try:
                yield from self._host.trigger().catch_up(
                    polling.modules,
                    credential=self._connections.credential(connection_id),
                    tokens=self._connections.tokens(connection_id),
                    run=self._host.run(),
                    since=polling.since if cursor is None else None,
                    cursor=cursor,
                    most_calls=polling.calls_per_round,
                    is_known=channel.inbox.known,
                )
            except ConnectorError as error:
                self._table.note_polling_trouble(connection_id, error.message)
                raise

        def load() -> dict[str, Any] | None:
            now = self._table.polling(connection_id)
            return now.cursor if now else None

        def save(cursor: dict[str, Any]) -> None:
            self._table.save_polled(connection_id, cursor, counted.take())

        poll(catch_up, counted, load=load, save=save, interval=polling.interval, stop=stop)


class _Counted:
    """An inbox that counts what was new since it was last asked."""

    def __init__(self, inbox: Any) -> None:
        self._inbox = inbox
        self._stored = 0

    def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
        stored: int = self._inbox.put(events, by_version=by_version)
        self._stored += stored
        return stored

    def take(self) -> int:
        stored, self._stored = self._stored, 0
        return stored
