"""Bounds how often the password may be tried, whoever tries: behind a proxy everybody has one address."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

_MOST: Final = 10
#: Seconds in which that many may be made.
_PERIOD: Final = 60.0


class Tries:
    """The tries of the last minute that did not succeed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._made: deque[float] = deque()

    def take(self) -> float:
        """Count a try, and return 0; or return the seconds until the next one may be made."""
        now = self._clock()
        with self._lock:
            while self._made and now - self._made[0] >= _PERIOD:
                self._made.popleft()
            if len(self._made) >= _MOST:
                return self._made[0] + _PERIOD - now
            self._made.append(now)
            return 0.0

    def forget(self) -> None:
        """Forget the tries before one that succeeded."""
        with self._lock:
            self._made.clear()
