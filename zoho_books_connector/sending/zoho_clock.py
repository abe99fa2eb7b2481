"""What time it is at Zoho, by the ``Date`` headers of its answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

#: Answers that are remembered: each narrows the second that a header leaves open.
_REMEMBERED: Final = 16


class ZohoClock:
    """The clock of one API host; safe across threads.

    A header has whole seconds and travels for a while, so each answer says a time that is never ahead of Zoho's. The
    latest of them is nearest to the truth: after a few answers within a fraction of a second.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._heard: deque[tuple[str, float]] = deque(maxlen=_REMEMBERED)

    def hear(self, date: str | None) -> None:
        """Keep the header of an answer that has just come."""
        if date:
            self._heard.append((date, self._monotonic()))

    def now(self) -> float | None:
        """Return unix seconds; ``None`` before the first answer that says them."""
        told = [said - at for date, at in tuple(self._heard) if (said := _seconds(date)) is not None]
        return max(told) + self._monotonic() if told else None


@lru_cache(maxsize=64)
def _seconds(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
