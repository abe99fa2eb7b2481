"""No window of the server holds more than the limit, whatever calls last and however they end."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoho_books_connector.boundary import CallEnd
from zoho_books_connector.sending.limits import Limits, Obstacle, Standing, allowed, concurrent, obstacle
from zoho_books_connector.sending.window import CallLog

LIMITS = Limits(share=1, per_minute=5, concurrent=3, window=60, linger=20)
FAR = 1e9


@dataclass(frozen=True)
class Call:
    """A call that somebody wants to make: after which pause, how long it takes, when it arrives, how it ends."""

    pause: float
    lasts: float
    #: The part of its time after which the server counts it; past 1, for a lost call: the server was late.
    arrives: float
    end: Literal["answered", "lost", "unsent"]


#: Calls that come thick, so that the limit is met, and take from nothing to longer than a window.
CALLS = st.lists(
    st.builds(
        Call,
        pause=st.sampled_from([0.0, 0.0, 0.0, 0.1, 1.0, 7.0, 30.0]),
        lasts=st.sampled_from([0.0, 0.05, 0.4, 5.0, 59.0, 70.0]) | st.floats(0, 90),
        arrives=st.floats(0, 1),
        end=st.sampled_from(["answered", "answered", "answered", "lost", "unsent"]),
    ),
    max_size=60,
)


@dataclass
class Sent:
    at: float
    arrives_at: float
    done_at: float


class Schedule:
    """Lets calls go when the budget says so, on a clock of its own; the limit is met by waiting."""

    def __init__(self) -> None:
        self.log = CallLog(LIMITS)
        self.now = 1000.0
        self.sent: list[Sent] = []
        self._open: list[tuple[float, int, CallEnd]] = []
        self._numbers = count()

    def make(self, call: Call) -> None:
        self._move(self.now + call.pause)
        while (found := self._obstacle()) is not None:
            # Where nobody knows when a place gets free: when the next call ends, or stops to linger.
            wait = FAR if found.wait is None else found.wait
            ends = self._open[0][0] - self.now if self._open else 1.0
            self._move(self.now + max(1e-6, min(wait, ends)))
        self.log.start()
        done_at = self.now + call.lasts
        end = {"answered": CallEnd(200), "lost": CallEnd(), "unsent": CallEnd(sent=False)}[call.end]
        heapq.heappush(self._open, (done_at, next(self._numbers), end))
        if call.end != "unsent":
            reach = call.lasts + (LIMITS.linger if call.end == "lost" else 0)
            at = self.now + reach * call.arrives
            self.sent.append(Sent(self.now, at, max(at, done_at if call.end == "answered" else at)))

    def _obstacle(self) -> Obstacle | None:
        return obstacle(LIMITS, Standing(), self.log.load(self.now), self.now, 0.0, interactive=False)

    def _move(self, until: float) -> None:
        while self._open and self._open[0][0] <= until:
            at, _, end = heapq.heappop(self._open)
            self.now = max(self.now, at)
            self.log.end(end, self.now)
        self.now = max(self.now, until)


def most_in_a_window(arrivals: list[float], window: float) -> int:
    """The most arrivals that a sliding window, open at its beginning, ever holds."""
    times = sorted(arrivals)
    return max((bisect_right(times, at) - bisect_right(times, at - window) for at in times), default=0)


def most_in_a_fixed_window(arrivals: list[float], window: float, phase: float) -> int:
    return max(Counter((at - phase) // window for at in arrivals).values(), default=0)


@given(CALLS, st.floats(0, 60))
@example([Call(0, 0.4, 1, "answered")] * 20, 0.0)
@example([Call(0, 0, 0, "lost")] * 12, 0.0)
def test_no_window_holds_more_than_the_limit(calls: list[Call], phase: float) -> None:
    schedule = Schedule()
    for call in calls:
        schedule.make(call)
    arrivals = [sent.arrives_at for sent in schedule.sent]
    # A hair less than a window: what arrives exactly a window later may go.
    assert most_in_a_window(arrivals, LIMITS.window - 1e-6) <= 5
    assert most_in_a_fixed_window(arrivals, LIMITS.window - 1e-6, phase) <= 5


@given(CALLS)
def test_no_more_calls_are_open_at_the_server_than_may_be(calls: list[Call]) -> None:
    schedule = Schedule()
    for call in calls:
        schedule.make(call)
    for sent in schedule.sent:
        here = [each for each in schedule.sent if each.arrives_at <= sent.arrives_at < each.done_at]
        assert len(here) <= 3


def test_a_forked_child_counts_the_calls_of_its_parent_and_takes_the_open_ones_for_lost() -> None:
    log = CallLog(LIMITS)
    log.start()
    log.end(CallEnd(200), 10)
    log.start()
    child = log.orphan(20)
    assert [child.load(20)[:2], child.load(40)[:2], child.load(70)[:2], child.load(100)[:2]] == [
        (1, 2),
        (0, 2),
        (0, 1),
        (0, 0),
    ]


def test_a_limit_that_is_broken_would_be_seen() -> None:
    assert most_in_a_window([0, 1, 2, 59, 61.5], 60) == 4
    assert most_in_a_fixed_window([0, 1, 2, 59, 61], 60, phase=0) == 4


@pytest.mark.parametrize(
    ("end", "open_at_10", "counted_at_69", "counted_at_89"),
    [
        (CallEnd(200), 0, 1, 0),
        (CallEnd(429, 44), 0, 1, 0),
        (CallEnd(), 1, 1, 1),
        (CallEnd(sent=False), 0, 0, 0),
    ],
    ids=["answered", "refused", "lost", "unsent"],
)
def test_a_call_counts_for_a_window_after_zoho_may_still_be_at_work_on_it(
    end: CallEnd, open_at_10: int, counted_at_69: int, counted_at_89: int
) -> None:
    log = CallLog(LIMITS)
    log.start()
    assert log.load(9)[:2] == (1, 1)
    log.end(end, 10)
    assert [log.load(10).open, log.load(69).counted, log.load(89).counted] == [open_at_10, counted_at_69, counted_at_89]
    assert log.load(90) == (0, 0, [])


def test_the_log_keeps_nothing_that_does_not_count() -> None:
    log = CallLog(LIMITS)
    now = 0.0
    for _ in range(1000):
        now += 15.0
        log.load(now)
        log.start()
        log.end(CallEnd(), now)
    assert len(log.load(now).ends) == 6
    assert log.load(now).open == 2


def test_figures_of_the_tests_are_small_and_whole() -> None:
    assert (allowed(LIMITS, Standing(), 0), concurrent(LIMITS, Standing(), 0)) == (5, 3)
