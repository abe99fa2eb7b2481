"""The rate limits of one organization: per minute, per day, at the same time, and the block after excess."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from .errors import RefusedError
from .switches import Limits, Switches

Headers = tuple[tuple[str, str], ...]


class Quota:
    """Counts the calls of one organization; callers hold the sandbox's lock."""

    def __init__(self, *, limits: Limits, switches: Switches, clock: Callable[[], float], zone: tzinfo) -> None:
        """Start with nothing used."""
        self._limits = limits
        self._switches = switches
        self._clock = clock
        self._zone = zone
        self._calls: deque[float] = deque()
        self._refusals: deque[float] = deque()
        self._blocked_until = 0.0
        self._day = self._today()
        self._used_today = 0
        self._open = 0

    def admit(self) -> None:
        """Count a call and give it a place among those at the same time, or raise what refuses it."""
        most = self._limits.concurrent_calls
        if most is not None and self._open >= most:
            raise RefusedError(1070)
        self._count()
        self._open += 1

    def leave(self) -> None:
        """Give the place back."""
        self._open -= 1

    def _count(self) -> None:
        now = self._clock()
        if now < self._blocked_until:
            raise RefusedError(43)
        self._count_minute(now)
        if self._day != self._today():
            self._day, self._used_today = self._today(), 0
        most = self._limits.calls_per_day
        if most is not None and self._used_today >= most:
            raise RefusedError(45)
        self._calls.append(now)
        self._used_today += 1

    @property
    def headers(self) -> Headers:
        """What ordinary answers say about the day: limit, what is left, seconds to midnight in the zone."""
        most = self._limits.calls_per_day
        if most is None or self._switches.quota_headers == "absent":
            return ()
        return (
            ("X-Rate-Limit-Limit", str(most)),
            ("X-Rate-Limit-Remaining", str(max(0, most - self._used_today))),
            ("X-Rate-Limit-Reset", str(self._seconds_to_midnight())),
        )

    def refusal_headers(self, code: int) -> Headers:
        """`Retry-After` for a refusal, where the switch has it."""
        if self._switches.retry_after == "absent":
            return ()
        waits = {
            43: self._blocked_until - self._clock(),
            44: self._limits.minute_seconds,
            45: float(self._seconds_to_midnight()),
            1070: 1.0,
        }
        return (("Retry-After", str(max(1, round(waits[code])))),) if code in waits else ()

    def _count_minute(self, now: float) -> None:
        most = self._limits.per_minute
        if most is None:
            return
        start = self._window_start(now)
        for times in (self._calls, self._refusals):
            while times and times[0] <= start:
                times.popleft()
        if len(self._calls) < most:
            return
        self._refusals.append(now)
        patience = self._limits.block_after_refusals
        if patience is not None and len(self._refusals) >= patience:
            self._blocked_until = now + self._limits.block_seconds
            self._refusals.clear()
            raise RefusedError(43)
        raise RefusedError(44)

    def _window_start(self, now: float) -> float:
        """The moment after which calls count; a fixed window is anchored at multiples of its length."""
        length = self._limits.minute_seconds
        if self._switches.rate_window == "sliding":
            return now - length
        return now - now % length - 1e-6

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock(), self._zone).date().isoformat()

    def _seconds_to_midnight(self) -> int:
        now = datetime.fromtimestamp(self._clock(), self._zone)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1, round(midnight.timestamp() - now.timestamp()))
