"""Decides, as pure functions, whether one more call may go, and what an answer teaches about the limits.

All times are seconds of one clock that never jumps (``now``); only what Zoho says of the day, which is told in hours,
is kept in unix seconds (``wall``).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from zoho_books_connector.boundary import CallEnd, Quota
from zoho_books_connector.errors import RateScope

#: A daily limit of this size is that of the Free plan, which allows fewer calls at a time (Zoho's table of plans).
_FREE_PLAN_DAY: Final = 1000
_FREE_PLAN_CONCURRENT: Final = 5
#: What stays of the share when Zoho's minute was full all the same, and how long it takes to grow back.
_CUT: Final = 0.5
_RECOVERY: Final = 600.0
#: What was said of the day is asked again after an hour: somebody may have raised the limit.
_DAY_KNOWN_FOR: Final = 3600.0


@dataclass(frozen=True)
class Limits:
    """What Zoho allows an organization, and how much of it this host takes. Other applications spend the same limits.

    Raises ``ValueError`` for figures that leave nothing to send.
    """

    #: The part of every limit that is ours.
    share: float = 0.9
    #: Documented: 100 calls a minute, and 10 at a time (5 on the Free plan).
    per_minute: int = 100
    concurrent: int = 10
    #: Calls of the day that are kept for runs in which a person waits (``RunContext.interactive``).
    reserve: int = 0
    #: Seconds in which ``per_minute`` counts: a minute, and a little for a clock that runs slower than ours.
    window: float = 60.2
    #: Seconds for which Zoho may still be at work on a request whose answer was lost.
    linger: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not (0 < self.share <= 1 and self.per_minute >= 1 and self.concurrent >= 1):
            raise ValueError("a share is above 0 and at most 1, and limits are at least 1")
        if not (self.reserve >= 0 and self.window > 0 and self.linger >= 0):
            raise ValueError("a reserve and a time to linger are not negative, and a window is longer than nothing")


class Standing(NamedTuple):
    """What answers taught about an organization."""

    #: While a limit is known to be hit, nothing is sent.
    closed_by: RateScope = "minute"
    closed_at: float = 0.0
    closed_for: float = 0.0
    #: What was left of the share when it was last cut.
    cut: float = 1.0
    cut_at: float = 0.0
    #: When Zoho last refused a call because of the others at the same time.
    crowded_at: float | None = None
    #: The daily quota; the times are unix seconds.
    day_limit: int | None = None
    day_left: int | None = None
    day_told_at: float = 0.0
    day_resets_at: float | None = None


class Load(NamedTuple):
    """How much of the limits is taken."""

    #: Calls that Zoho may be at work on.
    open: int
    #: Calls that a window of Zoho's may count, the open ones among them.
    counted: int
    #: When each of those that are known stops to count, in any order.
    ends: Sequence[float]


class Obstacle(NamedTuple):
    """Why a call may not go yet."""

    scope: RateScope
    #: Seconds after which it may; ``None``: when another call ends.
    wait: float | None


@dataclass(frozen=True)
class Usage:
    """The state of one bucket, to be shown."""

    #: Calls that may be sent in a window, and those that count at the moment.
    allowed: int
    counted: int
    concurrent: int
    open: int
    #: Why nothing may be sent now, and for how long as far as that is known.
    scope: RateScope | None
    wait: float | None
    quota: Quota


@dataclass(frozen=True)
class _Refusal:
    scope: RateScope
    #: Seconds to wait where the answer says none; ``None`` for a window.
    wait: float | None
    #: Whether others spend more than we thought.
    cuts: bool = False


_MINUTE: Final = _Refusal("minute", None, cuts=True)
#: Zoho's code → what it means; a 429 with any other code is taken for the minute.
_REFUSALS: Final = {
    43: _Refusal("blocked", 1200.0, cuts=True),
    44: _MINUTE,
    45: _Refusal("day", _DAY_KNOWN_FOR),
    1070: _Refusal("concurrency", 0.0),
}


def obstacle(
    limits: Limits, standing: Standing, load: Load, now: float, wall: float, *, ahead: int = 0, interactive: bool
) -> Obstacle | None:
    """Return why one more call may not go, or ``None``; ``ahead`` calls wait already."""
    closed = standing.closed_at + standing.closed_for - now
    if closed > 0:
        return Obstacle(standing.closed_by, closed)
    if standing.day_left is not None and standing.day_left <= (0 if interactive else limits.reserve):
        left = _of_the_day(standing, wall)
        if left is not None:
            return Obstacle("day", left)
    missing = load.counted + ahead + 1 - allowed(limits, standing, now)
    if missing > 0:
        return Obstacle("minute", _after(missing, load.ends, now))
    if load.open + ahead >= concurrent(limits, standing, now):
        return Obstacle("concurrency", None)
    return None


def allowed(limits: Limits, standing: Standing, now: float) -> int:
    """Return how many calls a window may hold."""
    part = limits.share
    if standing.cut < 1:
        grown = min(1.0, (now - standing.cut_at) / _RECOVERY)
        part *= standing.cut + (1 - standing.cut) * grown
    return _whole(part * limits.per_minute)


def concurrent(limits: Limits, standing: Standing, now: float) -> int:
    """Return how many calls may be open."""
    crowded = standing.crowded_at is not None and now - standing.crowded_at < _RECOVERY
    most = limits.concurrent
    if crowded or standing.day_limit == _FREE_PLAN_DAY:
        most = min(most, _FREE_PLAN_CONCURRENT)
    return _whole(limits.share * most)


def learn(limits: Limits, standing: Standing, end: CallEnd, now: float, wall: float) -> Standing:
    """Return what is known after a call ended."""
    quota = end.quota
    if quota is not None:
        standing = standing._replace(
            day_limit=quota.limit,
            day_left=quota.remaining,
            day_told_at=wall,
            day_resets_at=None if quota.reset is None else wall + quota.reset,
        )
    return _refused(limits, standing, end, now, wall) if end.status == 429 else standing


def restamped(standing: Standing, now: float) -> Standing:
    """Return a standing without a time in the future: such a one was written before the machine was started anew."""
    crowded_at = None if standing.crowded_at is None else min(standing.crowded_at, now)
    return standing._replace(
        closed_at=min(standing.closed_at, now), cut_at=min(standing.cut_at, now), crowded_at=crowded_at
    )


def usage(limits: Limits, standing: Standing, load: Load, now: float, wall: float) -> Usage:
    """Return the state to be shown."""
    found = obstacle(limits, standing, load, now, wall, interactive=False)
    known = _of_the_day(standing, wall) is not None
    resets_at = standing.day_resets_at
    day = Quota(standing.day_limit, standing.day_left, None if resets_at is None else resets_at - wall)
    return Usage(
        allowed(limits, standing, now),
        load.counted,
        concurrent(limits, standing, now),
        load.open,
        scope=found.scope if found else None,
        wait=found.wait if found else None,
        quota=day if known else Quota(),
    )


def _refused(limits: Limits, standing: Standing, end: CallEnd, now: float, wall: float) -> Standing:
    refusal = _REFUSALS.get(end.zoho_code or 0, _MINUTE)
    wait = end.retry_after
    if refusal.scope == "day":
        if wait is None:
            wait = end.quota.reset if end.quota else None
        resets_at = None if wait is None else wall + wait
        return standing._replace(day_left=0, day_told_at=wall, day_resets_at=resets_at)
    if wait is None:
        wait = limits.window if refusal.wait is None else refusal.wait
    if refusal.scope == "concurrency":
        standing = standing._replace(crowded_at=now)
    until = standing.closed_at + standing.closed_for
    # Calls that were open together are refused together: one excess cuts once.
    if refusal.cuts and now >= until:
        part = allowed(limits, standing, now) / (limits.share * limits.per_minute)
        standing = standing._replace(cut=part * _CUT, cut_at=now)
    return (
        standing if now + wait <= until else standing._replace(closed_by=refusal.scope, closed_at=now, closed_for=wait)
    )


def _of_the_day(standing: Standing, wall: float) -> float | None:
    """Return the seconds until the day's calls are there again; ``None`` when nothing is known of this day."""
    told_at, resets_at = standing.day_told_at, standing.day_resets_at
    if not told_at <= wall < told_at + _DAY_KNOWN_FOR or (resets_at is not None and resets_at <= wall):
        return None
    return (told_at + _DAY_KNOWN_FOR if resets_at is None else resets_at) - wall


def _after(missing: int, ends: Sequence[float], now: float) -> float | None:
    """Return the seconds until so many calls stopped to count; ``None`` when open ones are among them."""
    return None if missing > len(ends) else max(0.0, heapq.nsmallest(missing, ends)[-1] - now)


def _whole(part: float) -> int:
    # A share like 0.29 of 100 is a little less than 29 in binary.
    return max(1, math.floor(part + 1e-9))
