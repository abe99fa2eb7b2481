"""What the inbox promises: stored once, handed out until acknowledged, kept for a while, replayed when asked."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import pytest

from zoho_books_connector.errors import InputError
from zoho_books_connector.stores import InboxCounts, SqliteInbox
from zoho_books_connector.stores.inbox import DELAYS

from .inboxes import DAY, START, Clocks, event, ids

T = TypeVar("T")


@pytest.fixture
def clocks(tmp_path: Path) -> Clocks:
    return Clocks(tmp_path / "inbox.db")


@pytest.fixture
def inbox(clocks: Clocks) -> SqliteInbox:
    return clocks.inbox()


# --- put ------------------------------------------------------------------------------------------------------------


def test_an_event_comes_out_as_it_went_in(inbox: SqliteInbox) -> None:
    given = event("a", version_key="invoice:1:now")
    assert inbox.put([given]) == 1
    [taken] = inbox.take()
    assert (taken.event, taken.attempt) == (given, 1)


def test_a_known_delivery_is_dropped_silently(inbox: SqliteInbox) -> None:
    assert inbox.put([event("a"), event("b"), event("a")]) == 2
    assert inbox.put([event("b", record={}), event("c")]) == 1
    assert ids(inbox.take(9)) == ["a", "b", "c"]


def test_nothing_is_stored_of_no_events(inbox: SqliteInbox) -> None:
    assert inbox.put([]) == 0


@pytest.mark.parametrize("finish", ["leased", "done", "dead"])
def test_a_delivery_stays_known_whatever_became_of_it(clocks: Clocks, finish: str) -> None:
    inbox = clocks.inbox(delays=())
    inbox.put([event("a")])
    [taken] = inbox.take()
    if finish == "done":
        inbox.done(taken)
    elif finish == "dead":
        inbox.failed(taken, "Boom")
    assert inbox.put([event("a")]) == 0
    assert inbox.take() == []


def test_two_updates_within_one_second_are_two_events(inbox: SqliteInbox) -> None:
    assert inbox.put([event("a", version_key="same"), event("b", version_key="same")]) == 2


def test_what_was_read_again_is_dropped_by_its_version(inbox: SqliteInbox) -> None:
    inbox.put([event("a", version_key="v1")])
    read = [event("b", version_key="v1"), event("c", version_key="v2"), event("d"), event("e", version_key="v2")]
    assert inbox.put(read, by_version=True) == 2
    assert ids(inbox.take(9)) == ["a", "c", "d"]


@pytest.mark.parametrize("state", ["due", "done"])
def test_the_versions_that_are_here_are_known_whatever_became_of_them(inbox: SqliteInbox, state: str) -> None:
    inbox.put([event("a", version_key="v1"), event("b", version_key="v2"), event("c")])
    if state == "done":
        inbox.done(*inbox.take(9))
    assert inbox.known(["v2", "v3", "v1", "v2"]) == {"v1", "v2"}
    assert inbox.known([]) == set()


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"total": float("nan")}, "event_not_json"),
        ({"when": object()}, "event_not_json"),
        ({"deep": None}, "event_too_deep"),
    ],
)
def test_an_event_that_is_no_json_is_refused_and_its_neighbours_with_it(
    inbox: SqliteInbox, record: dict[str, object], code: str
) -> None:
    if "deep" in record:
        for _ in range(100_000):
            record = {"deep": record}
    with pytest.raises(InputError) as caught:
        inbox.put([event("a"), event("b", record=record)])
    assert (caught.value.code, caught.value.__cause__, caught.value.__context__) == (code, None, None)
    assert inbox.take(9) == []


# --- many at once ---------------------------------------------------------------------------------------------------


def test_the_puts_of_many_threads_share_a_commit(inbox: SqliteInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    write, commits = inbox._database.write, []

    def counted() -> AbstractContextManager[sqlite3.Connection]:
        commits.append(1)
        return write()

    monkeypatch.setattr(inbox._database, "write", counted)
    threads = [threading.Thread(target=inbox.put, args=([event(f"a{n}"), event("same")],)) for n in range(8)]
    with inbox._together._turn:  # somebody is at work
        for thread in threads:
            thread.start()
        while len(inbox._together._waiting) < 8:
            pass
    for thread in threads:
        thread.join()
    assert len(commits) == 1
    assert len(ids(inbox.take(99))) == 9


def test_every_put_is_told_how_much_of_it_was_new(inbox: SqliteInbox) -> None:
    told = _together(12, lambda number: inbox.put([event("same"), event(f"own {number}")]))
    assert sorted(told) == [1] * 11 + [2]


def test_no_event_is_handed_to_two_threads(inbox: SqliteInbox) -> None:
    names = [f"{number:03}" for number in range(60)]
    inbox.put([event(name) for name in names])
    taken = _together(6, lambda _: [name for _ in range(10) for name in ids(inbox.take())])
    assert sorted(name for each in taken for name in each) == names


# --- take, done, failed ---------------------------------------------------------------------------------------------


def test_events_are_handed_out_in_the_order_in_which_they_came(inbox: SqliteInbox) -> None:
    for name in "dacb":
        inbox.put([event(name)])
    assert ids(inbox.take(3)) == ["d", "a", "c"]
    assert ids(inbox.take(3)) == ["b"]


def test_an_acknowledged_event_is_never_handed_out_again(inbox: SqliteInbox, clocks: Clocks) -> None:
    inbox.put([event("a"), event("b")])
    assert inbox.done(*inbox.take(2)) == 2
    clocks.wait(10 * DAY)
    assert inbox.take(9) == []


def test_an_event_on_lease_is_kept_from_others_until_the_lease_ends(inbox: SqliteInbox, clocks: Clocks) -> None:
    inbox.put([event("a")])
    [first] = inbox.take(lease=60)
    clocks.wait(59)
    assert inbox.take() == []
    clocks.wait(1)
    [second] = inbox.take()
    assert (second.event, second.attempt) == (first.event, 2)


def test_an_acknowledgement_that_comes_late_counts_unless_the_event_was_handed_out_again(
    inbox: SqliteInbox, clocks: Clocks
) -> None:
    inbox.put([event("late"), event("too late")])
    late, too_late = inbox.take(2, lease=60)
    clocks.wait(61)
    inbox.take(0)  # ends the leases
    assert inbox.done(late) == 1
    assert ids(inbox.take()) == ["too late"]
    assert inbox.done(too_late) == 0


def test_acknowledging_twice_is_nothing(inbox: SqliteInbox) -> None:
    inbox.put([event("a")])
    [taken] = inbox.take()
    assert [inbox.done(taken), inbox.done(taken), inbox.done()] == [1, 0, 0]
    inbox.failed(taken, "Boom")
    assert inbox.counts() == InboxCounts(done=1)


def test_a_failed_event_comes_again_after_growing_delays_and_dies_at_last(
    inbox: SqliteInbox, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    assert list(DELAYS) == sorted(DELAYS)
    inbox.put([event("a")])
    for number, delay in enumerate(DELAYS, 1):
        [taken] = inbox.take()
        assert taken.attempt == number
        inbox.failed(taken, "Boom")
        clocks.wait(delay - 0.01)
        assert inbox.take() == []
        clocks.wait(0.02)
    inbox.failed(inbox.take()[0], "Boom")
    [dead] = inbox.dead()
    assert (dead.event, dead.reason, dead.attempts) == (event("a"), "Boom", len(DELAYS) + 1)
    assert (dead.stored_at, dead.ended_at) == (START, clocks.wall)
    clocks.wait(10 * DAY)
    assert inbox.take() == []
    assert [each.getMessage() for each in caplog.records] == ["an event was given up after 11 attempts: a"]


def test_a_delay_can_be_made_longer(inbox: SqliteInbox, clocks: Clocks) -> None:
    inbox.put([event("a")])
    inbox.failed(inbox.take()[0], "quota", after=500)
    clocks.wait(499)
    assert inbox.take() == []
    clocks.wait(1)
    assert ids(inbox.take()) == ["a"]


def test_an_event_that_waits_does_not_keep_later_ones_waiting(inbox: SqliteInbox, clocks: Clocks) -> None:
    inbox.put([event("a"), event("b")])
    inbox.failed(inbox.take()[0], "Boom")
    assert ids(inbox.take()) == ["b"]
    inbox.put([event("c")])
    clocks.wait(DELAYS[0])
    assert ids(inbox.take()) == ["a"]


def test_an_event_that_ends_its_worker_each_time_dies_as_well(clocks: Clocks) -> None:
    inbox = clocks.inbox(delays=(0, 0))
    inbox.put([event("a")])
    for attempt in (1, 2, 3):
        assert [each.attempt for each in inbox.take(lease=60)] == [attempt]
        clocks.wait(60)
    assert inbox.take() == []
    assert [(each.reason, each.attempts) for each in inbox.dead()] == [("lease_ended", 3)]


def test_a_worker_that_was_only_slow_on_the_last_attempt_can_still_acknowledge(clocks: Clocks) -> None:
    inbox = clocks.inbox(delays=())
    inbox.put([event("a")])
    [taken] = inbox.take(lease=60)
    clocks.wait(61)
    assert inbox.take() == []
    assert inbox.done(taken) == 1
    assert inbox.counts() == InboxCounts(done=1)


def test_a_long_reason_is_cut(clocks: Clocks) -> None:
    inbox = clocks.inbox(delays=())
    inbox.put([event("a")])
    inbox.failed(inbox.take()[0], "x" * 5000)
    assert inbox.dead()[0].reason == "x" * 200


# --- replay and counts ----------------------------------------------------------------------------------------------


def _one_of_each(clocks: Clocks) -> SqliteInbox:
    inbox = clocks.inbox(delays=(10,))
    for name in ("done", "dead", "waiting", "leased", "due"):
        inbox.put([event(name)])
        clocks.wait(1)
    done, dead = inbox.take(2)
    inbox.done(done)
    inbox.failed(dead, "Boom")
    clocks.wait(10)
    dead, waiting = inbox.take(2)
    inbox.failed(dead, "Boom")
    inbox.failed(waiting, "Boom")
    inbox.take(lease=500)
    return inbox


def test_the_counts_say_how_many_are_in_each_state(clocks: Clocks) -> None:
    counts = _one_of_each(clocks).counts()
    assert counts == InboxCounts(due=1, leased=1, waiting=1, done=1, dead=1, oldest=START + 2)


def test_an_empty_inbox_counts_nothing(inbox: SqliteInbox) -> None:
    assert inbox.counts() == InboxCounts()


def test_deliveries_are_counted_from_a_moment_on_and_nothing_else_is(inbox: SqliteInbox, clocks: Clocks) -> None:
    inbox.put([event("early")])
    clocks.wait(60)
    inbox.put([event("a"), event("a.1"), event("a.2"), event("b")])
    inbox.put([event("b")])
    inbox.put([event("read", version_key="v")], by_version=True)
    inbox.done(*inbox.take(2))
    assert [inbox.delivered_since(START + seconds) for seconds in (0, 60, 60.5)] == [3, 2, 0]


def test_the_latest_events_are_listed_with_what_became_of_them(clocks: Clocks) -> None:
    inbox = _one_of_each(clocks)
    listed = inbox.recent(9)
    assert [each.state for each in listed] == ["due", "leased", "waiting", "dead", "done"]
    assert [each.delivery_id for each in listed] == [each.state for each in listed]
    dead = listed[3]
    assert (dead.type, dead.module, dead.record_id) == ("invoice.created", "invoice", "982000000567114")
    assert (dead.occurred_at, dead.stored_at) == ("2026-06-11T17:38:06-07:00", START + 1)
    assert (dead.delivered, dead.attempts, dead.reason) == (True, 2, "Boom")


def test_the_list_goes_on_page_by_page(inbox: SqliteInbox) -> None:
    inbox.put([event(name) for name in "abcde"])
    first = inbox.recent(2)
    second = inbox.recent(2, before=first[-1].number)
    third = inbox.recent(2, before=second[-1].number)
    assert [[each.delivery_id for each in page] for page in (first, second, third)] == [["e", "d"], ["c", "b"], ["a"]]
    assert inbox.recent(2, before=third[-1].number) == []


def test_what_was_read_is_listed_as_such(inbox: SqliteInbox) -> None:
    inbox.put([event("read", version_key="v")], by_version=True)
    assert [each.delivered for each in inbox.recent()] == [False]


@pytest.mark.parametrize("name", ["done", "dead", "waiting"])
def test_a_replayed_event_is_due_at_once_with_all_its_attempts(clocks: Clocks, name: str) -> None:
    inbox = _one_of_each(clocks)
    assert inbox.replay([name, "unknown"]) == 1
    taken = {each.event.delivery_id: each for each in inbox.take(9)}
    assert set(taken) == {name, "due"}
    assert taken[name].attempt == 1
    assert inbox.done(taken[name]) == 1


@pytest.mark.parametrize("name", ["leased", "due"])
def test_what_is_at_work_or_due_anyway_is_not_replayed(clocks: Clocks, name: str) -> None:
    inbox = _one_of_each(clocks)
    assert inbox.replay([name]) == 0
    assert ids(inbox.take(9)) == ["due"]


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        (None, START + 1, ["done"]),
        (START + 1, None, ["dead", "waiting"]),
        (START + 1, START + 2, ["dead"]),
        (START, START + 100, ["done", "dead", "waiting"]),
        (START + 100, None, []),
    ],
)
def test_events_are_replayed_by_when_they_were_stored(
    clocks: Clocks, since: float | None, until: float | None, names: list[str]
) -> None:
    inbox = _one_of_each(clocks)
    assert inbox.replay(since=since, until=until) == len(names)
    assert ids(inbox.take(9)) == [*names, "due"]


def test_nothing_is_replayed_that_nobody_named(clocks: Clocks) -> None:
    assert _one_of_each(clocks).replay() == 0


def test_everything_that_was_given_up_is_replayed_and_nothing_else(clocks: Clocks) -> None:
    inbox = _one_of_each(clocks)
    before = inbox.counts()
    assert (before.dead, inbox.replay_dead()) == (1, 1)
    after = inbox.counts()
    assert (after.dead, after.due, after.done) == (0, before.due + 1, before.done)


def test_what_failed_for_a_reason_that_is_gone_is_replayed_and_nothing_else(clocks: Clocks) -> None:
    inbox = _one_of_each(clocks)
    [reason] = {each.reason for each in inbox.dead()}
    assert inbox.replay_failed(["another"]) == 0
    assert inbox.replay_failed([reason]) == 2
    after = inbox.counts()
    assert (after.dead, after.waiting, after.done) == (0, 0, 1)


def test_ids_are_found_by_how_they_start(inbox: SqliteInbox) -> None:
    inbox.put([event(each) for each in ("ab", "abc.1", "abc", "abd", "b")])
    assert inbox.ids("abc") == ["abc", "abc.1"]
    assert inbox.ids("", limit=2) == ["ab", "abc"]
    assert inbox.ids("c") == []


def test_an_old_acknowledgement_does_not_end_a_replay(inbox: SqliteInbox) -> None:
    inbox.put([event("a")])
    [old] = inbox.take()
    inbox.done(old)
    inbox.replay(["a"])
    assert inbox.done(old) == 0
    assert ids(inbox.take()) == ["a"]


# --- clocks and retention -------------------------------------------------------------------------------------------


def _use(clocks: Clocks, inbox: SqliteInbox, days: int, *, step: float = 1.0) -> None:
    for _ in range(days):
        clocks.wait(step * DAY)
        inbox.take(0)


def _with_one_done_and_one_dead(clocks: Clocks) -> SqliteInbox:
    inbox = clocks.inbox(delays=(), keep_done=3, keep_dead=5)
    inbox.put([event("done"), event("dead"), event("due")])
    done, dead = inbox.take(2)
    inbox.done(done)
    inbox.failed(dead, "Boom")
    return inbox


def test_acknowledged_and_dead_events_go_after_their_days_and_others_stay(clocks: Clocks) -> None:
    inbox = _with_one_done_and_one_dead(clocks)
    _use(clocks, inbox, 3)
    assert inbox.put([event("done")]) == 0
    _use(clocks, inbox, 1)
    assert inbox.counts().done == 0
    _use(clocks, inbox, 1)
    assert inbox.counts().dead == 1
    _use(clocks, inbox, 300)
    assert inbox.counts() == InboxCounts(due=1, oldest=START)
    assert inbox.put([event("done"), event("dead")]) == 2
    assert ids(inbox.take(9)) == ["due", "done", "dead"]


def test_a_clock_that_jumps_takes_nothing_away(clocks: Clocks) -> None:
    inbox = _with_one_done_and_one_dead(clocks)
    for step in (400.0, -800.0, 400.0):
        clocks.wall += step * DAY
        inbox.take(0)
    counts = inbox.counts()
    assert (counts.done, counts.dead, counts.due) == (1, 1, 1)
    assert inbox.put([event("done"), event("dead")]) == 0


def test_an_inbox_that_is_seldom_used_keeps_longer(clocks: Clocks) -> None:
    inbox = _with_one_done_and_one_dead(clocks)
    _use(clocks, inbox, 3, step=30)
    assert inbox.counts().done == 1


def test_one_take_removes_no_more_than_a_hundred(clocks: Clocks) -> None:
    inbox = clocks.inbox(keep_done=1)
    inbox.put([event(f"{number}") for number in range(250)])
    inbox.done(*inbox.take(250))
    _use(clocks, inbox, 2)
    left = [inbox.counts().done]
    for _ in range(2):
        inbox.take(0)
        left.append(inbox.counts().done)
    assert left == [150, 50, 0]


@pytest.mark.parametrize("jump", [-400 * DAY, 400 * DAY])
def test_a_change_of_the_date_neither_ends_nor_prolongs_a_lease_or_a_delay(clocks: Clocks, jump: float) -> None:
    inbox = clocks.inbox(delays=(100,))
    inbox.put([event("waiting"), event("leased")])
    inbox.failed(inbox.take()[0], "Boom")
    inbox.take(lease=100)
    clocks.wall += jump
    assert inbox.take(9) == []
    clocks.wait(100)
    assert ids(inbox.take(9)) == ["waiting", "leased"]


def test_after_the_machine_was_started_anew_nothing_waits_longer_than_before(clocks: Clocks) -> None:
    inbox = clocks.inbox(delays=(50,))
    inbox.put([event("waiting"), event("leased")])
    inbox.failed(inbox.take()[0], "Boom")
    inbox.take(lease=100)
    inbox.close()
    clocks.machine = 3.0
    inbox = clocks.inbox()
    clocks.wait(50)
    assert ids(inbox.take(9)) == ["waiting"]
    clocks.wait(50)
    assert ids(inbox.take(9)) == ["leased"]


def test_an_event_is_found_with_its_record_in_whatever_state(inbox: SqliteInbox) -> None:
    inbox.put([event("a"), event("b")])
    inbox.done(*inbox.take())
    assert [inbox.find(name) for name in ("a", "b", "c")] == [event("a"), event("b"), None]


def test_the_log_says_nothing_of_an_event_that_goes_its_way(
    inbox: SqliteInbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.put([event("a")])
    inbox.done(*inbox.take())
    assert caplog.records == []


def _together(count: int, work: Callable[[int], T]) -> list[T]:
    results: list[T] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        results.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
