"""Takes deliveries for each connection, keeps them in its inbox, and hands their events on while the workbench runs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from zoho_books_connector.boundary import Event, Trigger
from zoho_books_connector.cli.home import Home
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionStore
from zoho_books_connector.trigger.answering import Answer
from zoho_books_connector.trigger.catching_up.allowance import Allowance, allowance
from zoho_books_connector.trigger.endpoint import webhook_endpoint
from zoho_books_connector.trigger.worker import deliver
from zoho_books_connector.workbench.trigger.proofs import Proofs

logger: Final = logging.getLogger("zoho_books_connector.workbench")

Dispatch = Callable[[Event, str], Any]

#: Refusals that are kept to be shown; of a flood the latest are, and all are counted.
_MOST: Final = 100
#: Seconds between two looks into an inbox with nothing in it, and at what another process subscribed to.
_IDLE: Final = 0.5
_LOOK: Final = 1.0
#: Seconds after which an event is handed on again that a killed workbench had in its hands: flows begin a run once.
_LEASE: Final = 30.0
#: Seconds that a stop waits for an event that is being handled; a longer one is handed on again later.
_PATIENCE: Final = 5.0


@dataclass(frozen=True)
class Refusal:
    """A request that was not taken."""

    number: int
    #: Unix seconds.
    at: float
    reason: str
    #: Bytes of the body, as far as it was read.
    size: int


class Channel:
    """What one connection receives: its endpoint, its inbox, and the worker that empties it."""

    def __init__(self, connection_id: str, home: Home, trigger: Trigger, proofs: Proofs, dispatch: Dispatch) -> None:
        self.inbox = home.inbox(connection_id)
        self.endpoint = webhook_endpoint(
            trigger,
            self.inbox,
            secrets=partial(proofs.secrets, connection_id),
            header_tokens=partial(proofs.header_tokens, connection_id),
            on_refused=lambda answer: self.refuse(answer),
        )
        self._lock = threading.Lock()
        self._refused = 0
        self._refusals: deque[Refusal] = deque(maxlen=_MOST)
        self._stop = threading.Event()
        self._worker = threading.Thread(target=self._work, args=(connection_id, dispatch), daemon=True)
        self._worker.start()

    def refuse(self, answer: Answer) -> None:
        """Note what was not taken."""
        with self._lock:
            self._refused += 1
            self._refusals.append(Refusal(self._refused, time.time(), answer.reason, answer.size))

    def refusals(self) -> tuple[int, list[Refusal]]:
        """Return how many requests were refused since the start, and the latest of them, the latest first."""
        with self._lock:
            return self._refused, [*reversed(self._refusals)]

    def allowance(self) -> Allowance:
        """Judge how many deliveries came within 24 hours."""
        return allowance(self.inbox.delivered_since, time.time())

    def stop(self) -> None:
        """Hand on no more; waits a little for what is being handled."""
        self._stop.set()
        self._worker.join(_PATIENCE)
        self.inbox.close()

    def _work(self, connection_id: str, dispatch: Dispatch) -> None:
        deliver(self.inbox, lambda event: dispatch(event, connection_id), stop=self._stop, lease=_LEASE, idle=_IDLE)


class Receiving:
    """The channels of all connections. One is opened when there is something to receive, or somebody looks."""

    def __init__(
        self,
        home: Home,
        connections: ConnectionStore,
        trigger: Trigger,
        proofs: Proofs,
        dispatch: Dispatch,
    ) -> None:
        self._home = home
        self._connections = connections
        self._trigger = trigger
        self._proofs = proofs
        self._dispatch = dispatch
        self._lock = threading.Lock()
        self._channels: dict[str, Channel] = {}
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep_looking, daemon=True)

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is received."""
        return self._stop.is_set()

    def start(self) -> None:
        """Receive and hand on from now on."""
        self._look()
        self._watch.start()

    def stop(self) -> None:
        """Receive and hand on no more."""
        self._stop.set()
        self._watch.join(_PATIENCE)
        with self._lock:
            channels, self._channels = self._channels, {}
        for channel in channels.values():
            channel.stop()

    def channel(self, connection_id: str) -> Channel | None:
        """Return the channel of a connection, opened if need be; ``None`` for an unknown connection."""
        with self._lock:
            found = self._channels.get(connection_id)
            if found is None and not self._stop.is_set() and connection_id in self._known():
                found = self._opened(connection_id)
            return found

    def opened(self, connection_id: str) -> Channel | None:
        """Return the channel of a connection if it is open; asks no file."""
        return self._channels.get(connection_id)

    def _opened(self, connection_id: str) -> Channel:
        self._proofs.refresh(connection_id)
        channel = Channel(connection_id, self._home, self._trigger, self._proofs, self._dispatch)
        self._channels[connection_id] = channel
        return channel

    def _known(self) -> set[str]:
        return {each.id for each in self._connections.list()}

    def _keep_looking(self) -> None:
        while not self._stop.wait(_LOOK):
            self._look()

    def _look(self) -> None:
        """Follow what was subscribed to, connected or deleted, also by another process."""
        try:
            known = self._known()
        except ConnectorError as error:
            logger.warning("connections cannot be read, so those known before are used: %s", error.code)
            return
        for connection_id in known:
            self._follow(connection_id)
        with self._lock:
            gone = [self._channels.pop(each) for each in [*self._channels] if each not in known]
        for channel in gone:
            channel.stop()

    def _follow(self, connection_id: str) -> None:
        try:
            if self._proofs.refresh(connection_id) or self._home.has_inbox(connection_id):
                self.channel(connection_id)
        except ConnectorError as error:
            logger.warning("what connection %s receives cannot be looked at: %s", connection_id, error.code)
