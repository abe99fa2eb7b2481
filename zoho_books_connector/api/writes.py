"""How often each organization was written to, so that what was read of it before is known to be old."""

from __future__ import annotations

import threading
from collections import Counter

from zoho_books_connector.boundary import RunContext


class Writes:
    """The count of one runtime; safe across threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, run: RunContext) -> Writes:
        """Return the runtime's count."""
        return run.runtime.resource("zoho_books.writes", cls)

    def note(self, bucket: str) -> None:
        """Count a write, or one of which nobody knows whether it was executed."""
        with self._lock:
            self._counts[bucket] += 1

    def count(self, bucket: str) -> int:
        """Return how often an organization was written to."""
        with self._lock:
            return self._counts[bucket]
