"""Hands the events of an inbox to a function, one by one, until it is stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import ConnectorError, RateLimitedError
from zoho_books_connector.stores.inbox_entries import Taken

T = TypeVar("T")

logger: Final = logging.getLogger("zoho_books_connector.inbox")

#: In trouble the pauses grow to so many times ``idle``.
_LONGEST_PAUSE: Final = 30


class EventSource(Protocol):
    """Where events are taken from; ``SqliteInbox`` is one."""

    def take(self, limit: int = 1, *, lease: float = 300.0) -> list[Taken]:
        """Return the oldest events that are due, on lease."""

    def done(self, *taken: Taken) -> int:
        """Acknowledge events."""

    def failed(self, taken: Taken, reason: str, *, after: float = 0.0) -> None:
        """Put an event back for a later attempt."""


def deliver(
    inbox: EventSource,
    handle: Callable[[Event], Any],
    *,
    stop: threading.Event,
    lease: float = 300.0,
    idle: float = 1.0,
) -> int:
    """Hand events to ``handle`` until ``stop`` is set, and return how many were acknowledged.

    An event is acknowledged when ``handle`` returns, and put back when it raises. ``lease`` must be longer than
    ``handle`` ever takes, for afterwards another worker may get the event. The inbox is asked every ``idle`` seconds
    when it has nothing, or is in trouble. Several threads and processes may do this at once.
    """
    handled = 0
    while not stop.is_set():
        for taken in _persisting(lambda: inbox.take(lease=lease), stop, idle) or _nothing(stop, idle):
            handled += _handle(inbox, handle, taken, stop, idle)
    return handled


def _handle(
    inbox: EventSource, handle: Callable[[Event], Any], taken: Taken, stop: threading.Event, idle: float
) -> int:
    try:
        handle(taken.event)
    except Exception as error:  # noqa: BLE001 - whatever a host's function raises, the event is kept
        reason = error.code if isinstance(error, ConnectorError) else type(error).__name__
        after = error.retry_after if isinstance(error, RateLimitedError) else 0.0
        logger.warning("an event was not handled, attempt %d: %s", taken.attempt, reason)
        _persisting(lambda: inbox.failed(taken, reason, after=after), stop, idle)
        return 0
    return _persisting(lambda: inbox.done(taken), stop, idle) or 0


def _persisting(work: Callable[[], T], stop: threading.Event, idle: float) -> T | None:
    """Return what ``work`` returns, trying again while the inbox is in trouble; ``None`` when stopped meanwhile."""
    pause = idle
    while True:
        try:
            return work()
        except (ConnectorError, OSError) as error:
            reason = error.code if isinstance(error, ConnectorError) else type(error).__name__
        logger.error("the inbox is in trouble: %s", reason)
        if stop.wait(pause):
            return None
        pause = min(pause * 2, idle * _LONGEST_PAUSE)


def _nothing(stop: threading.Event, idle: float) -> tuple[Taken, ...]:
    stop.wait(idle)
    return ()
