"""A soak on a simulated clock: exact, repeatable by its seed, and hours long in a second.

The decisions are those of the budget itself, over its own log. What is simulated is the world: latency, the moment at
which the server counts, the foreign client, and the delay until another process notices that a place is free.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from trials.soaking.outcome import Outcome, Window, used_of
from zoho_books_connector.boundary import CallEnd
from zoho_books_connector.sending.limits import Limits, Standing, allowed, learn, obstacle
from zoho_books_connector.sending.window import CallLog

_LIMIT: Final = 100
_CONCURRENT: Final = 10
#: What our share leaves to others.
_FOREIGN: Final = 10
_MINUTE: Final = 60.0
#: Seconds within which another process looks again.
_POLL: Final = 0.03
_WORKERS: Final = 24


@dataclass(frozen=True)
class Scene:
    """What is simulated; times are in seconds."""

    window: Window
    processes: int
    seed: int
    windows: int = 20
    #: Where in a fixed window the run begins, as a part of its length.
    phase: float = 0.0
    #: The part of our calls whose answer is lost.
    lost: float = 0.0


class _Server:
    """Counts arrivals as Zoho may."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._counted: deque[float] = deque()
        self._open = 0
        self.refused = 0

    def arrive(self, at: float) -> bool:
        """Count a call, or refuse it."""
        start = at - _MINUTE if self._window == "sliding" else at - at % _MINUTE - 1e-9
        while self._counted and self._counted[0] <= start:
            self._counted.popleft()
        if len(self._counted) >= _LIMIT or self._open >= _CONCURRENT:
            self.refused += 1
            return False
        self._counted.append(at)
        self._open += 1
        return True

    def leave(self) -> None:
        """Be done with a call."""
        self._open -= 1


class Simulation:
    """One run of a scene."""

    def __init__(self, scene: Scene, limits: Limits | None = None) -> None:
        self._scene = scene
        self._limits = limits or Limits()
        self._random = random.Random(scene.seed)  # noqa: S311 - repeatability is wanted, not secrecy
        self._now = scene.phase * _MINUTE
        self._end = self._now + scene.windows * _MINUTE
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._log = CallLog(self._limits)
        self._standing = Standing()
        self._server = _Server(scene.window)
        self._waiting = _WORKERS
        self._next_look = math.inf
        self._arrivals: list[float] = []
        self._foreign: deque[float] = deque()

    def run(self) -> Outcome:
        """Play the scene to its end."""
        self._look_after(0.0)
        self._at(self._random.uniform(0, 1), self._foreign_call)
        while self._events and self._events[0][0] < self._end:
            self._now, _, act = heapq.heappop(self._events)
            act()
        share = allowed(self._limits, Standing(), 0)
        used = used_of(self._arrivals, share, _MINUTE, self._scene.window, until=self._end)
        return Outcome(
            "simulated",
            self._scene.window,
            self._scene.processes,
            1,
            len(self._arrivals),
            self._server.refused,
            used,
            bounded=self._scene.lost == 0,
        )

    def _at(self, after: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (self._now + after, self._count, act))

    def _look_after(self, seconds: float) -> None:
        """Look when so much time is over, and whoever waits has noticed it: at once within a process."""
        notice = 0.0 if self._scene.processes == 1 else self._random.uniform(0, _POLL)
        at = self._now + seconds + notice
        if at < self._next_look:
            self._next_look = at
            self._at(seconds + notice, self._look)

    def _look(self) -> None:
        """Let everybody go who may; whoever may not looks again when there is sense in it."""
        self._next_look = math.inf
        while self._waiting:
            load = self._log.load(self._now)
            found = obstacle(self._limits, self._standing, load, self._now, 0.0, interactive=False)
            if found is not None:
                if found.wait is not None:
                    self._look_after(found.wait)
                return
            self._waiting -= 1
            self._send()

    def _send(self) -> None:
        self._log.start()
        is_lost = self._random.random() < self._scene.lost
        latency = self._random.uniform(1, 60) if is_lost else self._random.uniform(0.05, 0.75)
        # The server may be at work on a lost call for a while after nobody waits for it any more.
        reach = latency + (self._limits.linger if is_lost else 0)
        arrives, leaves = sorted((reach * self._random.random(), reach * self._random.random()))
        took = [True]

        def arrive() -> None:
            took[0] = self._server.arrive(self._now)
            if took[0]:
                self._arrivals.append(self._now)
                self._at(leaves - arrives, self._server.leave)

        def end() -> None:
            ended = CallEnd() if is_lost else CallEnd(200, 0) if took[0] else CallEnd(429, 44)
            self._log.end(ended, self._now)
            self._standing = learn(self._limits, self._standing, ended, self._now, 0.0)
            self._waiting += 1
            self._look_after(0.0)

        self._at(arrives, arrive)
        self._at(latency, end)

    def _foreign_call(self) -> None:
        """Spend all that the server leaves beside our share, as soon as it counts no longer."""
        calls, length = self._foreign, _MINUTE
        start = self._now - length if self._scene.window == "sliding" else self._now - self._now % length - 1e-9
        while calls and calls[0] <= start:
            calls.popleft()
        if len(calls) < _FOREIGN:
            calls.append(self._now)
            lasts = self._random.uniform(0, 0.5)
            if self._server.arrive(self._now):
                self._at(lasts, self._server.leave)
            self._at(lasts + 0.01, self._foreign_call)
        else:
            until = calls[0] + length if self._scene.window == "sliding" else self._now - self._now % length + length
            self._at(until - self._now + self._random.uniform(1e-6, 3), self._foreign_call)


def simulate(window: Window, processes: int, seeds: int, *, windows: int = 20, lost: float = 0.0) -> Outcome:
    """Play so many seeds, the fixed window at as many phases, and return the worst of them."""
    runs = [
        Simulation(Scene(window, processes, seed, windows, phase=seed / seeds, lost=lost)).run()
        for seed in range(seeds)
    ]
    return Outcome(
        f"simulated, {lost:.0%} of answers lost" if lost else "simulated",
        window,
        processes,
        len(runs),
        sum(run.sent for run in runs),
        sum(run.refused for run in runs),
        min(run.used for run in runs),
        bounded=lost == 0,
    )
