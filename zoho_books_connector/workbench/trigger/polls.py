"""Asks connections for changes regularly, where no webhook can tell of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from zoho_books_connector.boundary import CaughtUp, Event, PollingPlan
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionStore, SqliteInbox
from zoho_books_connector.trigger.catching_up.polling import poll
from zoho_books_connector.workbench.trigger.catch_up_table import CatchUpTable, Polling
from zoho_books_connector.workbench.trigger.receiving import Receiving

_DAY: Final = 86_400.0
#: Seconds that a stop waits for a round that is under way.
_PATIENCE: Final = 5.0


class Polls:
    """The polling of all connections, one thread for each; where it left off stands in the table."""

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

    def of(self, connection_id: str) -> Polling | None:
        """Return how a connection is asked, if it is."""
        return self._table.polling(connection_id)

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

    def __init__(self, inbox: SqliteInbox) -> None:
        self._inbox = inbox
        self._stored = 0

    def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
        stored = self._inbox.put(events, by_version=by_version)
        self._stored += stored
        return stored

    def take(self) -> int:
        stored, self._stored = self._stored, 0
        return stored
