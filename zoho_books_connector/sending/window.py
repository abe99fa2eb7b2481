"""The log of one organization's calls: what Zoho may count at this moment, whatever moment of a call it counts.

Zoho counts a request when it arrives, which is some time between sending and answer. A place is free when the open
calls, and those that ended less than a window ago, are fewer than the limit: when the next call arrives, everything
that a window of Zoho's can hold is among them.
"""

from __future__ import annotations

import heapq
from collections import deque

from zoho_books_connector.boundary import CallEnd
from zoho_books_connector.sending.limits import Limits, Load


class CallLog:
    """The calls of one organization in this process; not safe across threads by itself."""

    __slots__ = ("_ends", "_limits", "_lost", "_open")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open = 0
        #: When each ended call stops to count: a heap.
        self._ends: list[float] = []
        #: Until when Zoho may be at work on each call whose answer was lost; ascending.
        self._lost: deque[float] = deque()

    def load(self, now: float) -> Load:
        """Return what counts at ``now``, which never goes back."""
        ends, lost = self._ends, self._lost
        while ends and ends[0] <= now:
            heapq.heappop(ends)
        while lost and lost[0] <= now:
            lost.popleft()
        return Load(self._open + len(lost), self._open + len(ends), ends)

    def start(self) -> None:
        """Count a call that is about to be sent."""
        self._open += 1

    def end(self, end: CallEnd, now: float) -> None:
        """Let an ended call count for another window; one that never left does not count."""
        self._open -= 1
        until = ended(end, now, self._limits)
        if until is None:
            return
        open_until, counts_until = until
        if open_until > now:
            self._lost.append(open_until)
        heapq.heappush(self._ends, counts_until)

    def orphan(self, now: float) -> CallLog:
        """Return the log for a forked child, to whom every open call is lost."""
        log = CallLog(self._limits)
        log._ends, log._lost, log._open = self._ends.copy(), self._lost.copy(), self._open
        while log._open:
            log.end(CallEnd(), now)
        return log


def ended(end: CallEnd, now: float, limits: Limits) -> tuple[float, float] | None:
    """Return until when Zoho may be at work on a call that ended, and until when it counts; ``None``: not at all."""
    if not end.sent:
        return None
    open_until = now + limits.linger if end.status is None else now
    return open_until, open_until + limits.window
