"""Catches up at regular intervals until it is stopped, for hosts without a scheduler of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from zoho_books_connector.boundary import CaughtUp, Event
from zoho_books_connector.errors import ConnectorError, RateLimitedError

logger: Final = logging.getLogger("zoho_books_connector.inbox")

#: Seconds of the first pause after an error, and of the longest.
_FIRST_PAUSE: Final = 10.0
_LONGEST_PAUSE: Final = 3600.0


class EventStore(Protocol):
    """Where events are kept; ``SqliteInbox`` is one."""

    def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
        """Store events durably, those left out that are known; returns how many were new."""


def poll(
    catch_up: Callable[[dict[str, Any] | None], Iterable[CaughtUp]],
    events: EventStore,
    *,
    load: Callable[[], dict[str, Any] | None],
    save: Callable[[dict[str, Any]], object],
    interval: float,
    stop: threading.Event,
) -> int:
    """Catch up every ``interval`` seconds until ``stop`` is set; returns how many new events were stored.

    ``catch_up`` takes the cursor, ``None`` at first, and begins a round; ``load`` and ``save`` keep it. After an error
    the pauses grow to an hour, or last as long as the error asks for: it is logged and the next round goes on where
    this one was.
    """
    stored, failures = 0, 0
    while not stop.is_set():
        failure: ConnectorError | OSError | None = None
        try:
            for page in catch_up(load()):
                stored += events.put(page.events, by_version=True) if page.events else 0
                save(page.cursor)
                failures = 0
                if stop.is_set():
                    return stored
        except (ConnectorError, OSError) as error:
            failure = error
        if failure is None:
            stop.wait(interval)
            continue
        failures += 1
        pause, reason = pause_after(failure, failures), getattr(failure, "code", type(failure).__name__)
        logger.error("catching up is in trouble, and goes on in %.0f seconds: %s", pause, reason)
        stop.wait(pause)
    return stored


def pause_after(failure: Exception, failures: int) -> float:
    """Return the seconds to wait after so many failures in a row; what the last one asks for, if that is longer."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, 32))
    return max(pause, failure.retry_after) if isinstance(failure, RateLimitedError) else pause
