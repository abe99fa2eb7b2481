"""Deliveries that wait to be sent: each when it is due, again after growing delays, until it is given up."""

from __future__ import annotations

import heapq
import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from .automation import LogEntry, Outcome, Parcel
from .carrier import Carrier
from .switches import Switches
from .webhooks import SECONDS_TO_ANSWER, send

Report = Callable[[LogEntry], None]
LOOK_AGAIN_SECONDS = 0.02


@dataclass(frozen=True)
class RetryPolicy:
    """What happens to deliveries nobody takes; none of it is published. Seconds, the time-out on a real clock."""

    delays: tuple[float, ...] = (60, 300, 900, 3600, 14_400)
    """How long after each failure the next attempt comes; after the last the delivery is given up."""
    timeout: float = SECONDS_TO_ANSWER
    given_up_before_off: int = 3
    """Deliveries given up in a row before their rule is switched off, where the switch has it."""


class Outbox:
    """Sends what is due by the sandbox's clock, when told to or, once started, in the background."""

    def __init__(
        self,
        clock: Callable[[], float],
        lock: threading.RLock,
        switches: Switches,
        policy: RetryPolicy | None = None,
        carrier: Carrier | None = None,
    ) -> None:
        """`lock` guards the state of the whole sandbox; nothing is sent while it is held."""
        self.policy = policy or RetryPolicy()
        self.carrier = carrier or Carrier()
        """Decides how parcels travel; may be replaced at any time."""
        self._clock = clock
        self._lock = lock
        self._delays = self.policy.delays if switches.webhook_retries == "growing" else ()
        self._waiting: list[tuple[float, int, Parcel, Report]] = []
        self._order = count()
        self._on_their_way = 0
        self._stopping = threading.Event()
        self._workers: list[threading.Thread] = []

    @property
    def waiting(self) -> list[tuple[float, Parcel]]:
        """What waits, and when each is due, in unix seconds; the next one first."""
        with self._lock:
            return [(due, parcel) for due, _, parcel, _ in sorted(self._waiting, key=lambda entry: entry[:2])]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        with self._lock:
            return not self._waiting and not self._on_their_way

    def post(self, parcel: Parcel, report: Report) -> None:
        """Hand a parcel to the carrier; `report` is told of every attempt, with the lock held."""
        with self._lock:
            for seconds, carried in self.carrier.carry(parcel):
                self._push(seconds, carried, report)

    def deliver_due(self) -> list[LogEntry]:
        """Send everything that is due by now, in order; answers the attempts."""
        attempts = []
        while (attempt := self._deliver_next()) is not None:
            attempts.append(attempt)
        return attempts

    def start(self, workers: int = 1) -> None:
        """Send in the background from now on; several workers send at the same time, out of order."""
        for _ in range(workers):
            worker = threading.Thread(target=self._work, daemon=True)
            self._workers.append(worker)
            worker.start()

    def stop(self) -> None:
        """Stop sending; what is being sent is finished first. What waits stays and is not sent."""
        self._stopping.set()
        for worker in self._workers:
            worker.join()
        self._workers.clear()

    def _work(self) -> None:
        while not self._stopping.is_set():
            if self._deliver_next() is None:
                self._stopping.wait(LOOK_AGAIN_SECONDS)

    def _deliver_next(self) -> LogEntry | None:
        with self._lock:
            if not self._waiting or self._waiting[0][0] > self._clock():
                return None
            _, _, parcel, report = heapq.heappop(self._waiting)
            self._on_their_way += 1
        status = _status_of(parcel, self.policy.timeout)
        with self._lock:
            entry = LogEntry(self._clock(), parcel, status, self._outcome(parcel, status))
            if entry.outcome == "will_retry":
                delay = self._delays[parcel.attempt - 1]
                self._push(delay, replace(parcel, attempt=parcel.attempt + 1), report)
            report(entry)
            self._on_their_way -= 1
        return entry

    def _outcome(self, parcel: Parcel, status: int | None) -> Outcome:
        """Only 2xx counts as taken."""
        if status is not None and 200 <= status < 300:
            return "delivered"
        return "will_retry" if parcel.is_retried and parcel.attempt <= len(self._delays) else "given_up"

    def _push(self, seconds: float, parcel: Parcel, report: Report) -> None:
        heapq.heappush(self._waiting, (self._clock() + seconds, next(self._order), parcel, report))


def _status_of(parcel: Parcel, timeout: float) -> int | None:
    """The answer's status; None for no answer, and for an address beyond this machine."""
    try:
        return send(parcel.delivery, timeout)
    except (OSError, http.client.HTTPException, ValueError):
        return None
