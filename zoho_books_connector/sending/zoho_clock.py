"""What time it is at Zoho, by the ``Date`` header of its last answer."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime


class ZohoClock:
    """The clock of one API host; safe across threads.

    The header has whole seconds and travels for a while, so this clock is never ahead of Zoho's, and rarely more than
    two seconds behind.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._heard: tuple[str, float] | None = None

    def hear(self, date: str | None) -> None:
        """Keep the header of an answer that has just come."""
        if date:
            self._heard = date, self._monotonic()

    def now(self) -> float | None:
        """Return unix seconds; ``None`` before the first answer, or when its header is no date."""
        if self._heard is None:
            return None
        date, at = self._heard
        try:
            said = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return None
        return said + self._monotonic() - at
