"""Requests that are carried out after their client has gone: each at its own moment, whoever looks afterwards."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from itertools import count


class LateCommits:
    """What still waits to be carried out; callers hold the sandbox's lock, except for `now`.

    Nothing runs in the background: whoever looks into the books first lets happen what was due by then. While it
    happens, the sandbox's clock stands at the moment it was due, so that it leaves the same records as if it had
    happened unobserved.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start with nothing that waits."""
        self._clock = clock
        self._waiting: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._moment = threading.local()

    def now(self) -> float:
        """Unix seconds: those of the clock, or for whoever carries out something late, when it was due."""
        moment: float | None = getattr(self._moment, "due", None)
        return self._clock() if moment is None else moment

    def add(self, seconds: float, carry_out: Callable[[], object]) -> None:
        """Let something happen that many seconds from now."""
        heapq.heappush(self._waiting, (self.now() + seconds, next(self._order), carry_out))

    def carry_out_due(self) -> None:
        """Let everything happen that is due by now."""
        self._carry_out_until(self.now())

    def carry_out_all(self) -> None:
        """Let everything happen that ever will."""
        self._carry_out_until(float("inf"))

    def _carry_out_until(self, moment: float) -> None:
        while self._waiting and self._waiting[0][0] <= moment:
            due, _, carry_out = heapq.heappop(self._waiting)
            self._moment.due = due
            try:
                carry_out()
            finally:
                self._moment.due = None
