"""What a journal of creates promises, shown on the one in a file and on the one in memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zoho_books_connector.boundary import Journal, JournalEntry, Stamp
from zoho_books_connector.stores import MemoryJournal, SqliteJournal

SENT = 1_800_000_000.0
#: Zoho's clock is 1.5 seconds behind this machine's.
BEGAN = Stamp(SENT, 500.0, SENT - 1.5)
BUSY_UNTIL = BEGAN.later(80)
#: That time, but for one clock.
OTHER_TIMES = [
    replace(BUSY_UNTIL, wall=BUSY_UNTIL.wall - 0.001),
    replace(BUSY_UNTIL, steady=BUSY_UNTIL.steady + 0.001),
    replace(BUSY_UNTIL, zoho=SENT),
    replace(BUSY_UNTIL, zoho=None),
]
ENTRY = JournalEntry({"/contact_name": "c0ffee", "": "beef"}, "handle-1", BEGAN, BUSY_UNTIL)

KINDS: dict[str, Callable[[Path], Journal]] = {
    "file": lambda folder: SqliteJournal(folder / "journal.db"),
    "memory": lambda _folder: MemoryJournal(),
}


@pytest.fixture(params=KINDS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return KINDS[request.param](tmp_path)


# --- begin, forget and free -------------------------------------------------------------------------------------------


def test_a_new_key_begins(journal: Journal) -> None:
    assert journal.begin("a", ENTRY) is None


def test_a_known_key_is_told_with_what_was_stored_first(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert journal.begin("a", replace(ENTRY, inputs={"": "other"}, handle="", began=BEGAN.later(9))) == ENTRY
    assert journal.begin("a", ENTRY) == ENTRY


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, began=replace(BEGAN, zoho=None)),
        replace(ENTRY, busy_until=replace(BUSY_UNTIL, zoho=None)),
        replace(ENTRY, inputs={}, handle=""),
    ],
)
def test_what_is_not_known_comes_back_as_not_known(journal: Journal, entry: JournalEntry) -> None:
    journal.begin("a", entry)
    assert journal.begin("a", ENTRY) == entry


@pytest.mark.parametrize("key", ["a'; DROP TABLE entry; --", "Schlüssel ₹ 日本", "x" * 200, ""])
def test_a_key_is_any_text(journal: Journal, key: str) -> None:
    assert journal.begin(key, ENTRY) is None
    assert journal.begin(key, ENTRY) == ENTRY
    assert journal.begin(key + " ", ENTRY) is None


def test_a_forgotten_key_begins_anew(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.begin("b", ENTRY)
    journal.forget("a")
    assert journal.begin("a", ENTRY) is None
    assert journal.begin("b", ENTRY) == ENTRY


def test_a_key_with_a_record_is_not_forgotten(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.finish("a", "contact/1")
    journal.forget("a")
    assert journal.begin("a", ENTRY) == replace(ENTRY, record="contact/1")


def test_an_idle_key_gives_way_and_is_told(journal: Journal) -> None:
    again = replace(ENTRY, inputs={"": "other"}, began=BEGAN.later(600), busy_until=BUSY_UNTIL.later(600))
    journal.begin("a", ENTRY)
    journal.free("a", seen=BUSY_UNTIL)
    assert journal.begin("a", again) == replace(ENTRY, idle=True)
    assert journal.begin("a", ENTRY) == again


def test_freeing_a_key_leaves_the_others(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.free("a", seen=BUSY_UNTIL)
    assert journal.begin("b", ENTRY) == ENTRY


def test_a_key_with_a_record_is_not_freed(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.finish("a", "contact/1")
    journal.free("a", seen=BUSY_UNTIL)
    assert journal.begin("a", ENTRY) == replace(ENTRY, record="contact/1")
    assert journal.begin("a", ENTRY) == replace(ENTRY, record="contact/1")


def test_a_record_that_is_answered_to_an_idle_key_does_not_give_way(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.free("a", seen=BUSY_UNTIL)
    journal.finish("a", "contact/1")
    assert journal.begin("a", ENTRY) == replace(ENTRY, record="contact/1")
    assert journal.holder("contact/1") == "a"


def test_a_key_that_is_not_known_stays_unknown(journal: Journal) -> None:
    journal.forget("a")
    journal.free("a", seen=BUSY_UNTIL)
    assert journal.begin("a", ENTRY) is None


def test_of_many_threads_one_begins(journal: Journal) -> None:
    assert _together(12, lambda _: journal.begin("a", ENTRY)).count(None) == 1


# --- take and rest --------------------------------------------------------------------------------------------------


def test_who_saw_the_time_that_is_stored_takes_a_key(journal: Journal) -> None:
    later = BUSY_UNTIL.later(80)
    journal.begin("a", ENTRY)
    assert journal.take("a", seen=BUSY_UNTIL, busy_until=later)
    assert journal.begin("a", ENTRY) == replace(ENTRY, busy_until=later)


@pytest.mark.parametrize("seen", OTHER_TIMES)
def test_who_saw_another_time_by_any_clock_does_not(journal: Journal, seen: Stamp) -> None:
    journal.begin("a", ENTRY)
    assert not journal.take("a", seen=seen, busy_until=BUSY_UNTIL.later(80))
    assert journal.begin("a", ENTRY) == ENTRY


def test_a_key_is_taken_where_zohos_time_is_not_known(journal: Journal) -> None:
    seen = replace(BUSY_UNTIL, zoho=None)
    journal.begin("a", replace(ENTRY, busy_until=seen))
    assert journal.take("a", seen=seen, busy_until=BUSY_UNTIL.later(80))


def test_of_two_who_saw_the_same_time_the_second_does_not_take(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))
    assert not journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(90))
    assert journal.take("a", seen=BUSY_UNTIL.later(80), busy_until=BUSY_UNTIL.later(160))


def test_taking_a_key_leaves_the_others(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    assert journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))
    assert journal.begin("b", ENTRY) == ENTRY


def test_a_key_that_rests_keeps_the_times_that_are_known_better(journal: Journal) -> None:
    began, ended = replace(BEGAN, zoho=None), BEGAN.later(3)
    _open(journal, a="handle-1", b="handle-1")
    journal.rest("a", seen=BUSY_UNTIL, began=began, busy_until=ended)
    assert journal.begin("a", ENTRY) == replace(ENTRY, began=began, busy_until=ended)
    assert journal.begin("b", ENTRY) == ENTRY
    assert journal.take("a", seen=ended, busy_until=BUSY_UNTIL)


@pytest.mark.parametrize("seen", OTHER_TIMES)
def test_who_saw_another_time_does_not_let_a_key_rest(journal: Journal, seen: Stamp) -> None:
    journal.begin("a", ENTRY)
    journal.rest("a", seen=seen, began=BEGAN.later(1), busy_until=BEGAN.later(3))
    assert journal.begin("a", ENTRY) == ENTRY


def test_who_was_slow_does_not_let_a_key_rest_that_another_one_took(journal: Journal) -> None:
    later = BUSY_UNTIL.later(80)
    journal.begin("a", ENTRY)
    assert journal.take("a", seen=BUSY_UNTIL, busy_until=later)
    journal.rest("a", seen=BUSY_UNTIL, began=BEGAN, busy_until=BEGAN.later(3))
    assert journal.begin("a", ENTRY) == replace(ENTRY, busy_until=later)


def test_a_key_that_is_not_known_does_not_rest(journal: Journal) -> None:
    journal.rest("a", seen=BUSY_UNTIL, began=BEGAN, busy_until=BUSY_UNTIL)
    assert journal.begin("a", ENTRY) is None


def test_a_key_with_a_record_is_not_taken(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.finish("a", "contact/1")
    assert not journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))


def test_a_key_that_became_idle_is_begun_and_not_taken(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.free("a", seen=BUSY_UNTIL)
    assert not journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))


def test_an_unknown_key_is_not_taken(journal: Journal) -> None:
    assert not journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))


def test_of_many_threads_one_takes(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    taken = _together(12, lambda n: journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80 + n)))
    assert taken.count(True) == 1


# --- finish and claim -----------------------------------------------------------------------------------------------


def test_the_record_that_was_answered_is_known_by_key_and_the_key_by_record(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert journal.holder("contact/1") is None
    journal.finish("a", "contact/1")
    assert journal.begin("a", ENTRY) == replace(ENTRY, record="contact/1")
    assert journal.holder("contact/1") == "a"


def test_a_record_is_claimed_once(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-2")
    assert journal.claim("a", "contact/1", created_at=SENT)
    assert journal.claim("a", "contact/1", created_at=SENT)
    assert not journal.claim("b", "contact/1", created_at=SENT)
    assert journal.holder("contact/1") == "a"


def test_a_key_claims_one_record(journal: Journal) -> None:
    _open(journal, a="handle-1")
    assert journal.claim("a", "contact/1", created_at=SENT)
    assert not journal.claim("a", "contact/2", created_at=SENT)
    assert journal.holder("contact/2") is None


def test_a_record_that_was_answered_to_another_key_is_not_claimed(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-2")
    journal.finish("a", "contact/1")
    assert not journal.claim("b", "contact/1", created_at=SENT)


def test_an_unknown_key_claims_nothing(journal: Journal) -> None:
    assert not journal.claim("a", "contact/1", created_at=SENT)


@pytest.mark.parametrize(("handle", "claimed"), [("handle-1", False), ("handle-2", True), ("", True)])
def test_a_record_that_an_open_key_of_the_same_handle_may_have_made_is_not_claimed(
    journal: Journal, handle: str, claimed: bool
) -> None:
    _open(journal, a="handle-1", b=handle)
    assert journal.claim("a", "contact/1", created_at=SENT) is claimed


def test_keys_without_a_handle_are_no_rivals(journal: Journal) -> None:
    _open(journal, a="", b="")
    assert journal.claim("a", "contact/1", created_at=SENT)


@pytest.mark.parametrize(("late", "claimed"), [(0, False), (120, False), (120.5, True)])
def test_a_rival_that_had_ended_two_minutes_before_by_zohos_clock_is_none(
    journal: Journal, late: float, claimed: bool
) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.rest("b", seen=BUSY_UNTIL, began=BEGAN, busy_until=Stamp(SENT - 9_000, 0.0, SENT + 10))
    assert journal.claim("a", "contact/1", created_at=SENT + 10 + late) is claimed


@pytest.mark.parametrize(("zoho", "claimed"), [(BUSY_UNTIL.zoho, True), (None, False)])
def test_a_rival_of_which_zohos_time_is_not_known_stays_one(
    journal: Journal, zoho: float | None, claimed: bool
) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.rest("b", seen=BUSY_UNTIL, began=BEGAN, busy_until=replace(BUSY_UNTIL, zoho=zoho))
    assert journal.claim("a", "contact/1", created_at=SENT + 86_400) is claimed


def test_a_rival_that_began_after_the_record_was_made_is_one(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    assert not journal.claim("a", "contact/1", created_at=SENT - 86_400)


def test_who_was_overtaken_frees_nothing(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80))
    journal.free("a", seen=BUSY_UNTIL)
    assert journal.begin("a", ENTRY) == replace(ENTRY, busy_until=BUSY_UNTIL.later(80))


def test_a_rival_that_is_idle_is_none(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.free("b", seen=BUSY_UNTIL)
    assert journal.claim("a", "contact/1", created_at=SENT)


def test_an_idle_key_that_begins_anew_is_a_rival_again(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.free("b", seen=BUSY_UNTIL)
    journal.begin("b", ENTRY)
    assert not journal.claim("a", "contact/1", created_at=SENT)


def test_a_rival_that_has_its_record_is_none(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.finish("b", "contact/2")
    assert journal.claim("a", "contact/1", created_at=SENT)


def test_zohos_own_answer_takes_a_record_back_from_who_claimed_it(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    _open(journal, **{"key-a": "handle-1", "key-b": "handle-2"})
    assert journal.claim("key-a", "contact/1", created_at=SENT)
    with caplog.at_level(logging.WARNING, "zoho_books_connector.journal"):
        journal.finish("key-b", "contact/1")
    assert journal.holder("contact/1") == "key-b"
    assert journal.begin("key-a", ENTRY) == replace(ENTRY, record=None)
    [line] = caplog.messages
    assert not [each for each in ("contact", "key-a", "key-b") if each in line]


def test_zohos_own_answer_counts_more_than_what_the_same_key_had_claimed(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-2")
    assert journal.claim("a", "contact/1", created_at=SENT)
    journal.finish("a", "contact/2")
    assert journal.holder("contact/2") == "a"
    assert journal.claim("b", "contact/1", created_at=SENT)


def test_zohos_answer_to_a_key_that_is_not_known_leaves_its_record_to_nobody(journal: Journal) -> None:
    _open(journal, a="handle-1", b="handle-2")
    assert journal.claim("a", "contact/1", created_at=SENT)
    journal.finish("unknown", "contact/1")
    assert journal.holder("contact/1") is None
    assert journal.begin("unknown", ENTRY) is None
    assert journal.claim("b", "contact/1", created_at=SENT)


def test_finishing_twice_changes_nothing(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    journal.begin("a", ENTRY)
    journal.finish("a", "contact/1")
    journal.finish("a", "contact/1")
    assert journal.holder("contact/1") == "a"
    assert not caplog.messages


def test_of_many_threads_with_a_key_each_one_claims(journal: Journal) -> None:
    _open(journal, **{f"key-{number}": f"handle-{number}" for number in range(12)})
    assert _together(12, lambda n: journal.claim(f"key-{n}", "contact/1", created_at=SENT)).count(True) == 1


def _open(journal: Journal, **handles: str) -> None:
    for key, handle in handles.items():
        assert journal.begin(key, replace(ENTRY, handle=handle)) is None


def _together(count: int, do: Callable[[int], object]) -> list[object]:
    """Do something in many threads at once; returns what each brought."""
    brought: list[object] = []
    begin = threading.Barrier(count)

    def work(number: int) -> None:
        begin.wait()
        brought.append(do(number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(brought) == count
    return brought
