"""The budgets of one process: one that keeps within Zoho's limits, and one that leaves that to somebody else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from zoho_books_connector.boundary import CallEnd, Slot
from zoho_books_connector.sending.limits import Limits, Obstacle, Standing, Usage, learn, obstacle, usage
from zoho_books_connector.sending.place import Place
from zoho_books_connector.sending.refusals import refusal
from zoho_books_connector.sending.window import CallLog

#: Seconds between two looks: at calls whose answer was lost, of whose end nobody tells; and where a given ``sleep``
#: cannot be woken.
_LOOK: Final = 0.5
_POLL: Final = 0.05
#: So many organizations are remembered before those are dropped that nothing is known of.
_SWEEP: Final = 256


class _Free:
    def end(self, end: CallEnd) -> None:
        """Learn nothing."""


_FREE: Final = _Free()


class Unlimited:
    """Lets every request through at once; Zoho's own limits still answer with ``RateLimitedError``."""

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:  # noqa: ARG002 - the protocol's names
        """Hold nothing and wait for nothing."""
        return nullcontext(_FREE)


class _Organization:
    """What the budget keeps of one bucket."""

    __slots__ = ("changed", "line", "log", "standing")

    def __init__(self, log: CallLog, standing: Standing, lock: threading.Lock) -> None:
        self.log = log
        self.standing = standing
        #: Who waits, in the order of coming.
        self.line: list[_OwnPlace] = []
        self.changed = threading.Condition(lock)


_OwnPlace = Place[_Organization]


class PacedBudget:
    """Keeps what this process sends within its share of Zoho's limits; safe across threads.

    A forked child goes on with a log of its own. ``clock`` never jumps; ``wall`` gives unix seconds. ``sleep`` replaces
    the wait for a place, which otherwise ends as soon as one is free.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._clock = clock
        self._wall = wall
        self._sleep = sleep
        self._lock = threading.Lock()
        self._known: dict[str, _Organization] = {}
        self._sweep_at = _SWEEP
        self._process = os.getpid()

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold one of the places of ``bucket`` while a request is out."""
        return Place(self, bucket, wait, interactive)

    def usage(self, bucket: str) -> Usage:
        """Return the state of a bucket, to be shown."""
        with self._own_lock():
            found, now = self._organization(bucket), self._clock()
            return usage(self.limits, found.standing, found.log.load(now), now, self._wall())

    def take(self, place: _OwnPlace) -> _Organization:
        """Wait for a place and take it; raises ``RateLimitedError``."""
        with self._own_lock():
            held = self._organization(place.bucket)
            now = self._clock()
            found = self._obstacle(held, place, now, len(held.line))
            if found is not None:
                self._wait(held, place, found, now)
            held.log.start()
            return held

    def give_back(self, held: _Organization, end: CallEnd) -> None:
        """Give a place back and learn from how the call ended."""
        with self._own_lock():
            now = self._clock()
            held.log.end(end, now)
            if end.quota is not None or end.status == 429:
                held.standing = learn(self.limits, held.standing, end, now, self._wall())
            if held.line:
                held.changed.notify_all()

    def _obstacle(self, held: _Organization, place: _OwnPlace, now: float, ahead: int) -> Obstacle | None:
        standing = held.standing
        wall = 0.0 if standing.day_left is None else self._wall()
        load = held.log.load(now)
        return obstacle(self.limits, standing, load, now, wall, ahead=ahead, interactive=place.interactive)

    def _wait(self, held: _Organization, place: _OwnPlace, found: Obstacle | None, now: float) -> None:
        give_up = now + place.wait
        held.line.append(place)
        try:
            while found is not None:
                if now >= give_up or (found.wait is not None and now + found.wait > give_up):
                    raise refusal(found)
                self._pause(held, min(_LOOK, give_up - now) if found.wait is None else found.wait)
                now = self._clock()
                found = self._obstacle(held, place, now, held.line.index(place))
        finally:
            held.line.remove(place)
            if found is not None:
                held.changed.notify_all()

    def _pause(self, held: _Organization, seconds: float) -> None:
        """Let others work until ``seconds`` are over, or perhaps earlier."""
        if self._sleep is None:
            held.changed.wait(seconds)
            return
        self._lock.release()
        try:
            self._sleep(min(seconds, _POLL))
        finally:
            self._lock.acquire()

    def _organization(self, bucket: str) -> _Organization:
        found = self._known.get(bucket)
        if found is None:
            if len(self._known) >= self._sweep_at:
                self._sweep()
            found = self._known[bucket] = _Organization(CallLog(self.limits), Standing(), self._lock)
        return found

    def _sweep(self) -> None:
        """Forget organizations without a call that counts; what their answers taught, they will teach again."""
        now = self._clock()
        self._known = {
            bucket: held
            for bucket, held in self._known.items()
            if held.line or held.log.load(now).counted or held.standing.closed_at + held.standing.closed_for > now
        }
        self._sweep_at = max(_SWEEP, 2 * len(self._known))

    def _own_lock(self) -> threading.Lock:
        if self._process != os.getpid():
            self._begin_in_child()
        return self._lock

    def _begin_in_child(self) -> None:
        # The lock may have been held by a thread that does not exist here; and so may places.
        now, self._lock, self._process = self._clock(), threading.Lock(), os.getpid()
        self._known = {
            bucket: _Organization(held.log.orphan(now), held.standing, self._lock)
            for bucket, held in self._known.items()
        }
