"""What arrived while listening: counted, and the refusals kept until somebody shows them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.trigger.answering import EventStore

#: Refusals that wait to be shown; of a flood the latest are, and all are counted.
_MOST: Final = 200


@dataclass(frozen=True)
class Refusal:
    """A request that was not taken."""

    #: Unix seconds.
    at: float
    reason: str
    #: Bytes of the body, as far as it was read.
    size: int


@dataclass(frozen=True)
class Counts:
    """How many events came, how many of them were known, and how many requests were refused."""

    came: int = 0
    known: int = 0
    refused: int = 0


class Arrivals:
    """An ``EventStore`` before the inbox that counts; its methods may be called in any thread."""

    def __init__(self, inbox: EventStore, clock: Callable[[], float] = time.time) -> None:
        self._inbox = inbox
        self._clock = clock
        self._lock = threading.Lock()
        self._came = self._known = self._refused = 0
        self._refusals: deque[Refusal] = deque(maxlen=_MOST)
        #: Set when events were stored; a flood of refusals need not be shown at once.
        self.news = threading.Event()

    def put(self, events: Sequence[Event]) -> int:
        """Store events and count them."""
        stored = self._inbox.put(events)
        with self._lock:
            self._came += len(events)
            self._known += len(events) - stored
        self.news.set()
        return stored

    def refuse(self, reason: str, size: int) -> None:
        """Note a refusal."""
        with self._lock:
            self._refused += 1
            self._refusals.append(Refusal(self._clock(), reason, size))
        self.news.set()

    def counts(self) -> Counts:
        """Return the counts so far."""
        with self._lock:
            return Counts(self._came, self._known, self._refused)

    def refusals(self) -> list[Refusal]:
        """Return the refusals that were not returned before."""
        with self._lock:
            found = list(self._refusals)
            self._refusals.clear()
        return found
