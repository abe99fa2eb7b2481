"""Connections that are being set up: what was typed, whose it is, and how far it got.

They live in memory alone: before it works nothing is stored, and a secret that was typed is not sent back to the
browser, only kept here for as long as its owner is at work.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from zoho_books_connector.boundary import Begin, Connection
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo, MemoryTokenStore

#: Seconds after the last step in which the next one has to be made.
LIFE: Final = 600.0
#: More than one person has open; the oldest give way.
_MOST: Final = 200


@dataclass(eq=False)
class Setup:
    """One connection on its way from the form to the store; ``lock`` is held while a step is made."""

    session: str = field(repr=False)
    #: The credential form as it was filled in, secret included.
    values: dict[str, Any] = field(repr=False)
    label: str = ""
    #: What is changed or authorized again, as it was when its form was opened.
    old: ConnectionInfo | None = None
    #: The local path that the person came from and shall go back to.
    back: str | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    begun: Begin | None = field(default=None, repr=False)
    #: Why the last step failed.
    error: ConnectorError | None = None
    #: What consent brought, while the organization is still open.
    connected: Connection | None = field(default=None, repr=False)
    tokens: MemoryTokenStore = field(default_factory=MemoryTokenStore, repr=False)
    #: The stored connection, once there is one.
    done: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    touched: float = 0.0

    @property
    def has_secret(self) -> bool:
        """Whether a client secret is kept."""
        return bool(self.values.get("client_secret"))

    def start_over(self) -> None:
        """Forget what an earlier consent brought."""
        self.begun = self.connected = self.error = None
        self.tokens = MemoryTokenStore()

    def finish(self, connection_id: str) -> None:
        """Keep where the connection is, and nothing that is secret."""
        self.start_over()
        self.values, self.done = {}, connection_id


@dataclass(frozen=True)
class Unanswerable:
    """A callback that continues nothing: ``why`` is ``unknown``, ``foreign`` or ``used``."""

    why: str
    setup: Setup | None = None


class Setups:
    """The setups that are under way. What is dropped while it holds tokens is handed to ``drop``, to be revoked."""

    def __init__(self, drop: Callable[[Setup], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._drop = drop
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, Setup] = {}
        #: State of an authorization → its setup, and whether the state was used.
        self._states: dict[str, tuple[Setup, bool]] = {}

    def keep(self, setup: Setup) -> Setup:
        """Keep a setup, and the state of its authorization if it has begun."""
        self._sweep()
        with self._lock:
            setup.touched = self._clock()
            self._kept[setup.id] = setup
            if setup.begun is not None:
                self._states[_state_in(setup.begun.url)] = (setup, False)
        return setup

    def find(self, setup_id: str, session: str) -> Setup | None:
        """Return a setup of this session."""
        self._sweep()
        with self._lock:
            setup = self._kept.get(setup_id)
            if setup is None or setup.session != session:
                return None
            setup.touched = self._clock()
            return setup

    def answered(self, query: Mapping[str, str], session: str) -> Setup | Unanswerable:
        """Return the setup that a callback continues; its state is used from now on."""
        self._sweep()
        with self._lock:
            setup, used = self._states.get(query.get("state", ""), (None, False))
            if setup is None:
                return Unanswerable("unknown")
            if setup.session != session:
                return Unanswerable("foreign")
            if used or setup.begun is None or _state_in(setup.begun.url) != query["state"]:
                return Unanswerable("used", setup)
            self._states[query["state"]] = (setup, True)
            setup.touched = self._clock()
            return setup

    def close(self) -> None:
        """Drop everything."""
        self._sweep(everything=True)

    def _sweep(self, *, everything: bool = False) -> None:
        with self._lock:
            oldest_first = sorted(self._kept.values(), key=lambda each: each.touched)
            too_many = len(oldest_first) - _MOST
            ended = [
                each
                for place, each in enumerate(oldest_first)
                if everything or place < too_many or self._clock() - each.touched > LIFE
            ]
            for each in ended:
                del self._kept[each.id]
            self._states = {state: row for state, row in self._states.items() if row[0].id in self._kept}
        for each in ended:
            self._drop(each)


def _state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]
