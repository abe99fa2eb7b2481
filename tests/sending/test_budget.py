"""The budget of a process: who waits, for how long, who is refused, and what threads and forks do to it."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.doubles import Clock
from zoho_books_connector.boundary import CallEnd, Quota
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.budget import PacedBudget, Unlimited
from zoho_books_connector.sending.limits import Limits

BUCKET = "www.zohoapis.eu:42"
SUCCESS = CallEnd(200, 0)


class Paced:
    """A budget on a clock that moves when somebody sleeps."""

    def __init__(self, limits: Limits | None = None, sleep: Callable[[float], None] | None = None) -> None:
        self.clock = Clock(now=1000.0)
        self.limits = limits or Limits(window=60)
        self.budget = PacedBudget(
            self.limits, clock=self.clock, wall=lambda: self.clock.now + 1e9, sleep=sleep or self.clock.sleep
        )

    def call(
        self, end: CallEnd = SUCCESS, *, wait: float = 10, bucket: str = BUCKET, interactive: bool = False
    ) -> None:
        with self.budget.slot(bucket, wait=wait, interactive=interactive) as slot:
            slot.end(end)

    def refused(self, *, wait: float = 10, interactive: bool = False) -> tuple[str, str, float]:
        with pytest.raises(RateLimitedError) as caught:
            self.call(wait=wait, interactive=interactive)
        return caught.value.code, caught.value.scope, round(caught.value.retry_after, 3)


def test_a_share_of_the_minute_goes_at_once_and_the_next_call_is_told_when_to_come_back() -> None:
    paced = Paced()
    for _ in range(90):
        paced.call()
    assert paced.clock.slept == []
    assert paced.refused() == ("budget_minute", "minute", 60)
    assert paced.clock.slept == []


def test_a_wait_that_is_short_enough_is_waited_for() -> None:
    paced = Paced(Limits(share=0.02, window=60))
    paced.call()
    paced.clock.now += 30
    paced.call()
    paced.clock.now += 25
    paced.call()
    assert paced.clock.now == pytest.approx(1060)
    assert paced.refused() == ("budget_minute", "minute", 30)


def test_calls_of_different_organizations_have_nothing_to_do_with_each_other() -> None:
    paced = Paced(Limits(share=0.01))
    paced.call()
    paced.call(bucket="www.zohoapis.eu:43")
    assert paced.refused()[1] == "minute"


def test_a_call_that_never_left_is_given_back_at_once() -> None:
    paced = Paced(Limits(share=0.01))
    for _ in range(3):
        paced.call(CallEnd(sent=False))
    paced.call()


def test_calls_at_a_time_wait_for_each_other() -> None:
    paced = Paced()
    with ExitStack() as held:
        for _ in range(9):
            held.enter_context(paced.budget.slot(BUCKET, wait=0)).end(SUCCESS)
        assert paced.refused(wait=0) == ("budget_concurrency", "concurrency", 2)
        assert paced.refused(wait=3) == ("budget_concurrency", "concurrency", 2)
        assert paced.clock.now == pytest.approx(1003)
    paced.call(wait=0)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_call_that_ends_without_a_word_counts_as_lost(error: type[BaseException]) -> None:
    paced = Paced()
    with pytest.raises(error), paced.budget.slot(BUCKET, wait=0):
        raise error
    paced.clock.now += 29
    assert paced.budget.usage(BUCKET).open == 1
    paced.clock.now += 1
    assert paced.budget.usage(BUCKET).open == 0
    paced.clock.now += 59
    assert paced.budget.usage(BUCKET).counted == 1
    paced.clock.now += 1
    assert paced.budget.usage(BUCKET).counted == 0


def test_nothing_is_sent_while_zoho_refuses_and_less_afterwards() -> None:
    paced = Paced()
    paced.call(CallEnd(429, 44))
    assert paced.refused() == ("budget_minute", "minute", 60)
    paced.clock.now += 55
    paced.call()
    assert paced.clock.now == pytest.approx(1060)
    assert paced.budget.usage(BUCKET).allowed == 49


def test_a_part_of_the_day_is_kept_for_people() -> None:
    paced = Paced(Limits(reserve=10))
    paced.call(CallEnd(200, 0, quota=Quota(1000, 10, 500)))
    assert paced.refused() == ("budget_day", "day", 500)
    paced.call(interactive=True)


def test_what_is_learnt_while_somebody_waits_is_told_at_once() -> None:
    """One call waits three seconds for its place; meanwhile another one comes back with a block."""
    paced = Paced(Limits(share=0.02, window=60))
    paced.call()
    paced.clock.now += 57
    open_call = paced.budget.slot(BUCKET, wait=0)
    slot = open_call.__enter__()

    def sleep(seconds: float) -> None:
        paced.clock.now += seconds
        if slot is not None:
            slot.end(CallEnd(429, 43))
            open_call.__exit__(None, None, None)

    paced.budget._sleep = sleep
    assert paced.refused() == ("budget_blocked", "blocked", 1200)


def test_a_refusal_says_who_can_do_what_and_that_nothing_was_sent() -> None:
    for scope in ("minute", "day", "concurrency", "blocked"):
        paced = Paced(Limits(share=0.1))
        code = {"minute": 44, "day": 45, "concurrency": 1070, "blocked": 43}[scope]
        paced.call(CallEnd(429, code, 30))
        with pytest.raises(RateLimitedError) as caught:
            paced.call()
        assert caught.value.code == f"budget_{scope}"
        assert "nothing was sent" in caught.value.message
        assert caught.value.hint


def test_organizations_that_nothing_counts_for_are_forgotten() -> None:
    paced = Paced()
    for number in range(300):
        paced.call(CallEnd(429, 43) if number == 0 else SUCCESS, bucket=f"eu:{number}")
    paced.clock.now += 100
    for number in range(300, 700):
        paced.call(bucket=f"eu:{number}")
    known = paced.budget._known
    assert len(known) < 600
    assert "eu:0" in known
    assert "eu:1" not in known


# --- threads ---------------------------------------------------------------------------------------------------------


def test_threads_together_hold_no_more_than_there_is() -> None:
    budget = PacedBudget(Limits(share=0.4, window=0.3))
    together, most, lock = 0, 0, threading.Lock()

    def call(_: int) -> None:
        nonlocal together, most
        with budget.slot(BUCKET, wait=30) as slot:
            with lock:
                together += 1
                most = max(most, together)
            time.sleep(0.002)
            with lock:
                together -= 1
            slot.end(SUCCESS)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(call, range(120)))
    assert most == 4
    assert budget.usage(BUCKET).open == 0


def test_whoever_waits_is_served_in_the_order_of_coming() -> None:
    budget = PacedBudget(Limits(share=0.1))
    served: list[int] = []
    inside, release = threading.Event(), threading.Event()

    def hold() -> None:
        with budget.slot(BUCKET, wait=30) as slot:
            inside.set()
            release.wait(10)
            slot.end(SUCCESS)

    def call(number: int) -> None:
        with budget.slot(BUCKET, wait=30) as slot:
            served.append(number)
            slot.end(SUCCESS)

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    assert inside.wait(10)
    for number in range(5):
        threads.append(threading.Thread(target=call, args=(number,)))
        threads[-1].start()
        while len(budget._known[BUCKET].line) <= number:
            time.sleep(0.001)
    release.set()
    for thread in threads:
        thread.join(10)
    assert served == [0, 1, 2, 3, 4]


def test_whoever_gives_up_leaves_the_line() -> None:
    paced = Paced(Limits(share=0.1))
    with paced.budget.slot(BUCKET, wait=0) as slot:
        paced.refused(wait=1)
        slot.end(SUCCESS)
    assert paced.budget._known[BUCKET].line == []


# --- forks -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_is_not_held_up_by_a_lock_or_a_place_of_its_parent() -> None:
    budget = PacedBudget(Limits(share=0.1))
    with budget.slot(BUCKET, wait=0) as slot, budget._lock:
        child = os.fork()
        if child == 0:
            shown = budget.usage(BUCKET)
            os._exit(0 if (shown.open, shown.counted) == (1, 1) else 1)
        slot.end(SUCCESS)
        status = os.waitpid(child, 0)[1]
    assert os.waitstatus_to_exitcode(status) == 0


# --- runtimes --------------------------------------------------------------------------------------------------------


def test_a_runtime_paces_unless_it_is_told_otherwise() -> None:
    assert isinstance(DefaultRuntime().budget, PacedBudget)
    unlimited = Unlimited()
    assert DefaultRuntime(budget=unlimited).budget is unlimited


def test_a_runtime_paces_on_the_clocks_it_was_given() -> None:
    clock = Clock(now=1000.0)
    given = {"zoho_books.monotonic": clock, "zoho_books.clock": clock, "zoho_books.sleep": clock.sleep}
    budget = DefaultRuntime(resources=given).budget
    for _ in range(90):
        with budget.slot(BUCKET, wait=0) as slot:
            slot.end(SUCCESS)
    clock.now += 55
    with budget.slot(BUCKET, wait=10) as slot:
        slot.end(SUCCESS)
    assert clock.now == pytest.approx(1060.2)


def test_nothing_is_limited_where_another_program_paces() -> None:
    budget = Unlimited()
    for _ in range(200):
        with budget.slot(BUCKET, wait=0) as slot:
            slot.end(CallEnd(429, 43))
