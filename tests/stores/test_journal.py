"""What a journal of creates promises, shown on the one in a file and on the one in memory."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zoho_books_connector.boundary import Journal, JournalEntry
from zoho_books_connector.stores import MemoryJournal, SqliteJournal

SENT = 1_800_000_000.0
BUSY_UNTIL = SENT + 80
ENTRY = JournalEntry({"/contact_name": "c0ffee", "": "beef"}, "handle-1", SENT, -1.5, BUSY_UNTIL)

KINDS: dict[str, Callable[[Path], Journal]] = {
    "file": lambda folder: SqliteJournal(folder / "journal.db"),
    "memory": lambda _folder: MemoryJournal(),
}


@pytest.fixture(params=KINDS)
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return KINDS[request.param](tmp_path)


# --- begin and forget -----------------------------------------------------------------------------------------------


def test_a_new_key_begins(journal: Journal) -> None:
    assert journal.begin("a", ENTRY) is None


def test_a_known_key_is_told_with_what_was_stored_first(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert journal.begin("a", replace(ENTRY, inputs={"": "other"}, handle="", began_at=SENT + 9)) == ENTRY
    assert journal.begin("a", ENTRY) == ENTRY


@pytest.mark.parametrize("entry", [replace(ENTRY, offset=None), replace(ENTRY, inputs={}, handle="")])
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


def test_of_many_threads_one_begins(journal: Journal) -> None:
    assert _together(12, lambda _: journal.begin("a", ENTRY)).count(None) == 1


# --- take and rest --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "taken"), [(SENT, False), (BUSY_UNTIL - 0.001, False), (BUSY_UNTIL, True)])
def test_a_key_is_taken_when_no_request_can_be_on_its_way(journal: Journal, now: float, taken: bool) -> None:
    journal.begin("a", ENTRY)
    assert journal.take("a", now=now, busy_until=now + 80) is taken


def test_who_takes_a_key_keeps_the_next_one_out(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert journal.take("a", now=BUSY_UNTIL, busy_until=BUSY_UNTIL + 80)
    assert not journal.take("a", now=BUSY_UNTIL + 79, busy_until=BUSY_UNTIL + 159)
    assert journal.take("a", now=BUSY_UNTIL + 80, busy_until=BUSY_UNTIL + 160)


def test_a_key_that_rests_is_free_at_once(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.rest("a", ended_at=SENT + 3, offset=None)
    assert journal.take("a", now=SENT + 3, busy_until=SENT + 83)


def test_only_a_missing_offset_is_filled_in(journal: Journal) -> None:
    journal.begin("known", ENTRY)
    journal.begin("missing", replace(ENTRY, offset=None))
    for key in ("known", "missing"):
        journal.rest(key, ended_at=SENT + 3, offset=7.0)
        journal.rest(key, ended_at=SENT + 4, offset=None)
    assert journal.begin("known", ENTRY) == replace(ENTRY, busy_until=SENT + 4)
    assert journal.begin("missing", ENTRY) == replace(ENTRY, offset=7.0, busy_until=SENT + 4)


def test_a_key_with_a_record_is_not_taken(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    journal.finish("a", "contact/1")
    assert not journal.take("a", now=BUSY_UNTIL + 9, busy_until=BUSY_UNTIL + 89)


def test_an_unknown_key_is_not_taken(journal: Journal) -> None:
    assert not journal.take("a", now=SENT, busy_until=BUSY_UNTIL)


@pytest.mark.parametrize(("back", "taken"), [(30, False), (60, False), (61, True), (86_400, True)])
def test_a_request_from_before_the_clock_was_set_back_by_more_than_a_minute_blocks_nobody(
    journal: Journal, back: float, taken: bool
) -> None:
    journal.begin("a", ENTRY)
    assert journal.take("a", now=SENT - back, busy_until=SENT - back + 80) is taken


def test_a_twin_whose_clock_was_read_a_moment_earlier_does_not_send_as_well(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    assert not journal.take("a", now=SENT - 0.01, busy_until=BUSY_UNTIL - 0.01)


def test_a_twin_with_shorter_timeouts_does_not_send_as_well(journal: Journal) -> None:
    journal.begin("a", replace(ENTRY, busy_until=SENT + 600))
    assert not journal.take("a", now=SENT + 1, busy_until=SENT + 11)


def test_of_many_threads_one_takes(journal: Journal) -> None:
    journal.begin("a", ENTRY)
    now = BUSY_UNTIL + 5
    assert _together(12, lambda _: journal.take("a", now=now, busy_until=now + 80)).count(True) == 1


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
def test_a_rival_that_had_ended_two_minutes_before_is_none(journal: Journal, late: float, claimed: bool) -> None:
    _open(journal, a="handle-1", b="handle-1")
    journal.rest("b", ended_at=SENT + 10, offset=None)
    assert journal.claim("a", "contact/1", created_at=SENT + 10 + late) is claimed


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
