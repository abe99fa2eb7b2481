"""The shared budget decides as that of one process does, and its file carries what was learnt."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles import Clock
from zoho_books_connector.boundary import CallEnd, Quota
from zoho_books_connector.errors import ConnectorError, RateLimitedError, UnavailableError
from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores.budget import SqliteBudget

BUCKET = "www.zohoapis.eu:42"
SUCCESS = CallEnd(200, 0)


class Sharing:
    """Processes that share one file, on one clock that moves when somebody sleeps."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "budget.db"
        self.clock = Clock(now=1000.0)
        self._closing = ExitStack()

    def process(self, limits: Limits | None = None, **changes: Any) -> SqliteBudget:
        given: dict[str, Any] = {
            "clock": self.clock,
            "wall": lambda: self.clock.now + 1e9,
            "sleep": self.clock.sleep,
        }
        opened = SqliteBudget(self.path, limits or Limits(window=60), **(given | changes))
        return self._closing.enter_context(closing(opened))

    def close(self) -> None:
        self._closing.close()

    def execute(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as handle:
            return handle.execute(statement, values).fetchall()


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[Sharing]:
    found = Sharing(tmp_path)
    yield found
    found.close()


def call(budget: SqliteBudget, end: CallEnd = SUCCESS, *, wait: float = 10, **changes: Any) -> None:
    with budget.slot(changes.pop("bucket", BUCKET), wait=wait, **changes) as slot:
        slot.end(end)


def refused(budget: SqliteBudget, *, wait: float = 10, **changes: Any) -> tuple[str, float]:
    with pytest.raises(RateLimitedError) as caught:
        call(budget, wait=wait, **changes)
    return caught.value.code, round(caught.value.retry_after, 3)


def test_two_processes_spend_one_share(sharing: Sharing) -> None:
    one, other = sharing.process(), sharing.process()
    for _ in range(45):
        call(one)
        call(other)
    assert refused(one) == refused(other) == ("budget_minute", 60)
    call(one, bucket="www.zohoapis.eu:43")


def test_a_wait_that_is_short_enough_is_waited_for(sharing: Sharing) -> None:
    budget = sharing.process(Limits(share=0.01, window=60))
    call(budget)
    sharing.clock.now += 52
    call(budget)
    assert sharing.clock.now == pytest.approx(1060)


def test_calls_at_a_time_are_shared(sharing: Sharing) -> None:
    one, other = sharing.process(Limits(share=0.2)), sharing.process(Limits(share=0.2))
    with one.slot(BUCKET, wait=0) as first, other.slot(BUCKET, wait=0) as second:
        assert refused(one, wait=0) == ("budget_concurrency", 2)
        assert refused(other, wait=1) == ("budget_concurrency", 2)
        first.end(SUCCESS)
        second.end(SUCCESS)
    call(one, wait=0)


def test_a_call_that_never_left_is_given_back_at_once(sharing: Sharing) -> None:
    budget = sharing.process(Limits(share=0.01))
    for _ in range(3):
        call(budget, CallEnd(sent=False))
    assert budget.usage(BUCKET).counted == 0


def test_a_call_without_an_answer_counts_as_open_while_zoho_may_be_at_work_on_it(sharing: Sharing) -> None:
    budget = sharing.process()
    with pytest.raises(KeyError), budget.slot(BUCKET, wait=0):
        raise KeyError
    states = []
    for seconds in (29, 1, 59, 1):
        sharing.clock.now += seconds
        shown = budget.usage(BUCKET)
        states.append((shown.open, shown.counted))
    assert states == [(1, 1), (0, 1), (0, 1), (0, 0)]


def test_what_a_dead_process_left_open_counts_as_lost_once_its_successor_says_so(sharing: Sharing) -> None:
    for owner in ("workbench", "another"):
        sharing.process(owner=owner).slot(BUCKET, wait=0).__enter__()
    successor = sharing.process(owner="workbench")
    assert successor.usage(BUCKET).open == 2
    successor.inherit()
    states = []
    for seconds in (29, 1, 59, 1):
        sharing.clock.now += seconds
        shown = successor.usage(BUCKET)
        states.append((shown.open, shown.counted))
    assert states == [(2, 2), (1, 2), (1, 2), (1, 1)]


def test_who_inherits_takes_nothing_from_what_had_ended_or_was_lost_before(sharing: Sharing) -> None:
    dead = sharing.process(owner="workbench")
    call(dead)
    call(dead, CallEnd())
    sharing.clock.now += 20
    sharing.process(owner="workbench").inherit()
    states = []
    for seconds in (9, 1, 30, 30):
        sharing.clock.now += seconds
        shown = dead.usage(BUCKET)
        states.append((shown.open, shown.counted))
    assert states == [(1, 2), (0, 2), (0, 1), (0, 0)]


def test_who_has_no_owner_inherits_nothing(sharing: Sharing) -> None:
    sharing.process().slot(BUCKET, wait=0).__enter__()
    successor = sharing.process()
    successor.inherit()
    sharing.clock.now += 100
    assert successor.usage(BUCKET).open == 1


def test_what_one_process_learns_holds_for_all_and_for_those_that_start_later(sharing: Sharing) -> None:
    one, other = sharing.process(), sharing.process()
    call(one, CallEnd(429, 43))
    assert refused(other) == ("budget_blocked", 1200)
    assert refused(sharing.process()) == ("budget_blocked", 1200)


def test_the_day_is_shared_and_a_part_of_it_kept_for_people(sharing: Sharing) -> None:
    one, other = sharing.process(Limits(reserve=10)), sharing.process(Limits(reserve=10))
    call(one, CallEnd(200, 0, quota=Quota(1000, 10, 500)))
    assert refused(other) == ("budget_day", 500)
    assert other.usage(BUCKET).quota == Quota(1000, 10, 500)
    call(other, interactive=True)


def test_a_killed_process_gives_its_place_back_when_the_lease_is_over(sharing: Sharing) -> None:
    killed, other = sharing.process(Limits(share=0.1, window=60)), sharing.process(Limits(share=0.1, window=60))
    killed.slot(BUCKET, wait=0).__enter__()
    sharing.clock.now += 119
    assert refused(other, wait=0) == ("budget_concurrency", 2)
    sharing.clock.now += 1
    call(other, wait=0)
    assert other.usage(BUCKET).counted == 2
    sharing.clock.now += 60
    assert other.usage(BUCKET).counted == 0


def test_a_call_that_outlasts_its_lease_counts_for_a_window_after_its_end(sharing: Sharing) -> None:
    budget = sharing.process()
    with budget.slot(BUCKET, wait=0) as slot:
        sharing.clock.now += 500
        call(budget)
        slot.end(SUCCESS)
    assert budget.usage(BUCKET).counted == 2


def test_after_the_machine_was_started_anew_old_calls_count_for_a_window(sharing: Sharing) -> None:
    budget = sharing.process()
    call(budget)
    call(budget, CallEnd(429, 44))
    budget.slot(BUCKET, wait=0)
    sharing.clock.now = 5.0
    budget = sharing.process()
    shown = budget.usage(BUCKET)
    assert (shown.open, shown.counted, shown.scope, shown.wait) == (0, 2, "minute", 60)
    sharing.clock.now = 65.0
    assert budget.usage(BUCKET).counted == 0
    call(budget)


def test_what_counts_no_more_is_deleted(sharing: Sharing) -> None:
    budget = sharing.process()
    for number in range(50):
        call(budget, bucket=f"eu:{number}")
    assert sharing.execute("SELECT count(*) FROM call") == [(50,)]
    sharing.clock.now += 100
    sharing.process()
    assert sharing.execute("SELECT count(*) FROM call") == [(0,)]


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_the_file_belongs_to_its_owner_alone(sharing: Sharing) -> None:
    call(sharing.process())
    assert {path.stat().st_mode & 0o777 for path in sharing.path.parent.iterdir()} == {0o600}


# --- threads and forks ---------------------------------------------------------------------------------------------


def test_threads_of_two_processes_hold_no_more_than_there_is(tmp_path: Path) -> None:
    limits = Limits(share=0.4, window=0.3)
    together, most, lock = 0, 0, threading.Lock()

    def work(budget: SqliteBudget) -> None:
        nonlocal together, most
        with budget.slot(BUCKET, wait=30) as slot:
            with lock:
                together += 1
                most = max(most, together)
            time.sleep(0.002)
            with lock:
                together -= 1
            slot.end(SUCCESS)

    with ExitStack() as opened, ThreadPoolExecutor(12) as pool:
        path = tmp_path / "budget.db"
        budgets = [opened.enter_context(closing(SqliteBudget(path, limits, poll=0.002))) for _ in range(2)]
        list(pool.map(work, budgets * 50))
        assert budgets[0].usage(BUCKET).open == 0
    assert most <= 4


def test_a_thread_whose_turn_does_not_come_is_refused(sharing: Sharing) -> None:
    budget = sharing.process(Limits(share=0.1), sleep=time.sleep, clock=time.monotonic)
    first_waits = threading.Thread(target=lambda: refused(budget, wait=0.4))
    with budget.slot(BUCKET, wait=0) as slot:
        first_waits.start()
        while not budget._lines.waiting(BUCKET):
            time.sleep(0.001)
        assert refused(budget, wait=0.05) == ("budget_concurrency", 2)
        first_waits.join(10)
        slot.end(SUCCESS)
    assert budget._lines.waiting(BUCKET) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_shares_the_budget_of_its_parent(tmp_path: Path) -> None:
    with closing(SqliteBudget(tmp_path / "budget.db", Limits(share=0.03))) as budget:
        call(budget)
        with budget._database._turn:  # as if another thread was at work
            child = os.fork()
        if child == 0:
            call(budget)
            os._exit(0 if budget.usage(BUCKET).counted == 2 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        call(budget)
        assert refused(budget)[0] == "budget_minute"


# --- the window, whoever is killed ---------------------------------------------------------------------------------

STEP = st.tuples(
    st.sampled_from([0.0, 0.0, 0.5, 10.0, 35.0]),
    st.sampled_from(["answered", "answered", "lost", "killed", "unsent"]),
    st.floats(0, 1),
)


@given(st.lists(STEP, max_size=25))
@settings(max_examples=30)
def test_no_window_holds_more_than_the_limit_whoever_is_killed(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, str, float]]
) -> None:
    limits = Limits(share=0.05, per_minute=100, concurrent=100, window=60, linger=20)
    sharing = Sharing(tmp_path_factory.mktemp("budget"))
    processes = [sharing.process(limits, lease=40) for _ in range(2)]
    arrivals: list[float] = []
    for number, (lasts, how, part) in enumerate(steps):
        place = processes[number % 2].slot(BUCKET, wait=10_000)
        slot = place.__enter__()
        begun = sharing.clock.now
        reach = {"answered": lasts, "lost": lasts + 20, "killed": 40.0, "unsent": 0.0}[how]
        if how != "unsent":
            arrivals.append(begun + reach * part)
        if how == "killed":
            continue
        sharing.clock.now += lasts
        slot.end({"answered": SUCCESS, "lost": CallEnd(), "unsent": CallEnd(sent=False)}[how])
        place.__exit__(None, None, None)
    sharing.close()
    most = max((sum(at - 60 + 1e-6 < each <= at for each in arrivals) for at in arrivals), default=0)
    assert most <= 5


# --- a file that cannot be used: nothing is sent -------------------------------------------------------------------


def unusable(sharing: Sharing, budget: SqliteBudget | None = None) -> tuple[str, bool]:
    with pytest.raises(UnavailableError) as caught:
        call(budget or sharing.process())
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code, str(sharing.path) in caught.value.hint


def test_a_file_that_is_no_database_is_refused_and_left_alone(sharing: Sharing) -> None:
    sharing.path.write_bytes(b"a letter to my mother " * 500)
    assert unusable(sharing) == ("budget_corrupt", True)
    assert sharing.path.read_bytes() == b"a letter to my mother " * 500


def test_somebody_elses_database_is_refused(sharing: Sharing) -> None:
    sharing.execute("CREATE TABLE theirs (a)")
    assert unusable(sharing) == ("budget_corrupt", True)


def test_a_budget_of_a_newer_version_is_refused(sharing: Sharing) -> None:
    sharing.process()
    sharing.execute("PRAGMA user_version = 99")
    assert unusable(sharing) == ("budget_newer", True)


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError) as caught:
        SqliteBudget(tmp_path / "missing" / "budget.db")
    assert caught.value.code == "budget_inaccessible"


def test_a_file_that_may_not_be_written_is_told(sharing: Sharing) -> None:
    sharing.process().close()
    content = bytearray(sharing.path.read_bytes())
    content[18] = 3  # the format's write version: SQLite treats such a file as read-only, whoever asks
    sharing.path.write_bytes(content)
    assert unusable(sharing) == ("budget_read_only", True)


def test_a_file_that_stays_busy_is_told(sharing: Sharing) -> None:
    budget = sharing.process(patience=0.05)
    with closing(sqlite3.connect(sharing.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert unusable(sharing, budget) == ("budget_busy", True)
    call(budget)


def test_a_full_disk_is_told(sharing: Sharing) -> None:
    budget = sharing.process()
    with budget._database.write() as handle:
        [size] = handle.execute("PRAGMA page_count").fetchone()
        handle.execute(f"PRAGMA max_page_count = {size}")
    found: set[str] = set()
    for number in range(3000):
        try:
            call(budget, bucket=f"{'x' * 500}:{number}")
        except ConnectorError as error:
            found.add(error.code)
            break
    assert found == {"budget_full"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps an open file")
def test_a_file_that_is_removed_midway_is_told_and_not_made_anew(sharing: Sharing) -> None:
    budget = sharing.process()
    call(budget)
    sharing.path.unlink()
    assert unusable(sharing, budget) == ("budget_missing", True)
    assert not sharing.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps an open file")
def test_a_file_that_another_process_made_anew_is_used_by_all(sharing: Sharing) -> None:
    budget = sharing.process(Limits(share=0.02))
    call(budget)
    for path in sharing.path.parent.iterdir():
        path.unlink()
    call(sharing.process(Limits(share=0.02)))
    call(budget)
    assert refused(budget)[0] == refused(sharing.process(Limits(share=0.02)))[0] == "budget_minute"


@pytest.mark.parametrize("statement", ["DROP TABLE call", "DROP TABLE standing"])
def test_a_file_that_is_damaged_midway_is_told(sharing: Sharing, statement: str) -> None:
    budget = sharing.process()
    call(budget)
    sharing.execute(statement)
    assert unusable(sharing, budget) == ("budget_corrupt", True)


@pytest.mark.parametrize(
    "learnt",
    [
        "",
        "[]",
        "{",
        '{"closed_for": "long"}',
        '{"unknown": 1}',
        '{"closed_for": [1]}',
        "null",
        '{"closed_by": "nobody"}',
    ],
)
def test_what_was_learnt_is_read_whole_or_nothing_is_sent(sharing: Sharing, learnt: str) -> None:
    budget = sharing.process()
    sharing.execute("INSERT INTO standing VALUES (?, ?)", BUCKET, learnt)
    assert unusable(sharing, budget) == ("budget_corrupt", True)


def test_a_row_of_another_kind_is_told(sharing: Sharing) -> None:
    budget = sharing.process()
    sharing.execute("INSERT INTO call VALUES (1, ?, NULL, 1000, 'soon', 'later')", BUCKET)
    assert unusable(sharing, budget) == ("budget_corrupt", True)


def test_an_answer_is_not_lost_when_its_place_cannot_be_given_back(
    sharing: Sharing, caplog: pytest.LogCaptureFixture
) -> None:
    budget = sharing.process()
    with caplog.at_level(logging.WARNING, "zoho_books_connector.budget"), budget.slot(BUCKET, wait=0) as slot:
        sharing.execute("ALTER TABLE call RENAME TO gone")
        slot.end(SUCCESS)
    [record] = caplog.records
    assert "budget_corrupt" in record.getMessage()
    sharing.execute("ALTER TABLE gone RENAME TO call")
    assert budget.usage(BUCKET).open == 1
    sharing.clock.now += 180
    assert budget.usage(BUCKET).counted == 0
