"""Catches up by itself when the webhooks that Zoho runs in a day are used up, for what came after is never sent."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionStore
from zoho_books_connector.trigger.catching_up.allowance import DeliveryWatch
from zoho_books_connector.workbench.trigger.catching_up import CatchingUp
from zoho_books_connector.workbench.trigger.receiving import Receiving
from zoho_books_connector.workbench.trigger.subscriptions import Subscriptions

logger: Final = logging.getLogger("zoho_books_connector.workbench")

#: Seconds between two looks; each counts the deliveries of a day.
_LOOK: Final = 60.0
#: Seconds before a catch-up from which on it reads: the day that is used up began no earlier, in any time zone.
_BACK: Final = 2 * 86_400.0
#: Calls that it may use by itself; more are given on its page.
_MOST_CALLS: Final = 200
_PATIENCE: Final = 5.0


class DayWatch:
    """Looks at every connection that is subscribed, in a thread of its own."""

    def __init__(
        self,
        connections: ConnectionStore,
        subscriptions: Subscriptions,
        receiving: Receiving,
        catching_up: CatchingUp,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._connections = connections
        self._subscriptions = subscriptions
        self._receiving = receiving
        self._catching_up = catching_up
        self._clock = clock
        self._watches: dict[str, DeliveryWatch] = {}
        #: Connection → the catch-up that was begun for it, and when.
        self._begun: dict[str, tuple[int, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; what was begun goes on by itself."""
        self._stop.set()
        self._thread.join(_PATIENCE)

    def look(self) -> None:
        """Look once at every connection; a trouble with one leaves the others alone."""
        for each in self._connections.list():
            channel = self._receiving.opened(each.id)
            if channel is None:
                continue
            if each.id not in self._watches:
                self._watches[each.id] = DeliveryWatch(channel.inbox.delivered_since, clock=self._clock)
            try:
                if self._subscriptions.of(each.id):
                    self._follow(each.id, self._watches[each.id])
            except ConnectorError as error:
                logger.warning("connection %s could not be caught up: %s", each.id, error.code)

    def _follow(self, connection_id: str, watch: DeliveryWatch) -> None:
        number, began = self._begun.get(connection_id, (0, 0.0))
        found = self._catching_up.table.get(number)
        if found is not None and found.state == "complete":
            watch.caught_up(began)
            del self._begun[connection_id]
        elif found is not None:
            return  # it runs, or waits for somebody who gives it more calls
        if watch.is_due():
            self._begin(connection_id)

    def _begin(self, connection_id: str) -> None:
        events = [event for each in self._subscriptions.of(connection_id) for event in each.subscription.events]
        modules = list(dict.fromkeys(event.rpartition(".")[0] for event in events))
        now = self._clock()
        begun = self._catching_up.start(
            connection_id, modules, since=now - _BACK, goes_on=False, is_whole=False, most_calls=_MOST_CALLS
        )
        self._begun[connection_id] = (begun.number, now)
        logger.warning("connection %s is caught up, for the webhooks of a day are used up", connection_id)

    def _keep_looking(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except ConnectorError as error:
                logger.warning("connections cannot be looked at: %s", error.code)
            self._stop.wait(_LOOK)
