"""The trial of deliveries runs, keeps every promise, and notices each one that is broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from trials import __main__ as command
from trials import deliveries
from trials.delivering import counting, report
from trials.delivering.books import Books
from trials.delivering.counting import (
    AGAIN,
    CONDITIONS,
    FORGED,
    LOST,
    PROMISES,
    STALE,
    TWICE,
    UNFINISHED,
    Outcome,
    count,
)
from trials.delivering.host import INBOX, NOTES
from zoho_books_connector.boundary import Event
from zoho_books_connector.sandbox import Delivery, LogEntry, Parcel
from zoho_books_connector.stores import SqliteInbox

MADE = ["item.created 1 v1", "item.updated 1 v2", "item.created 2 v3"]
LATEST = MADE[1:]
RIGHT = [f"handed\t{name[-2:]}\t2026-06-11T17:38:06+00:00\t{name}\ndone\t{name[-2:]}\n" for name in MADE]
TAKEN = LogEntry(0, Parcel(Delivery("http://127.0.0.1/", "POST", (), b"{}"), "1", event="edit"), 200, "delivered")
REFUSED = replace(TAKEN, status=401, parcel=replace(TAKEN.parcel, genuine=False))


def counted(
    folder: Path,
    *,
    notes: Sequence[str] = RIGHT,
    stored: Sequence[str] = ("v1", "v2", "v3"),
    handled: int = 9,
    attempts: Sequence[LogEntry] = (TAKEN, REFUSED),
    made: Sequence[str] = MADE,
) -> list[str]:
    """Return the promises that the count finds broken."""
    inbox = SqliteInbox(folder / INBOX)
    inbox.put([Event("item.updated", name, None, "item", "1", None, None, {}) for name in stored])
    inbox.done(*inbox.take(handled))
    (folder / NOTES).write_text("".join(notes), "utf-8")
    outcome = count(folder, made, LATEST, attempts, kills=1)
    return [name for name in PROMISES if outcome.breaches[name]]


def test_a_count_of_what_is_right_finds_nothing(tmp_path: Path) -> None:
    assert counted(tmp_path) == []


def test_a_change_that_was_not_handed_on_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, notes=RIGHT[1:]) == [LOST]


def test_a_latest_version_that_was_not_handed_on_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, notes=RIGHT[:2]) == [LOST, STALE]


def test_what_nobody_did_is_noticed(tmp_path: Path) -> None:
    notes = [*RIGHT, RIGHT[0].replace("item.created 1 v1", "item.created 1 v9").replace("v1", "f")]
    assert counted(tmp_path, notes=notes) == [FORGED]


@pytest.mark.parametrize("status", [200, 400, 503])
def test_any_other_answer_to_a_forged_delivery_is_noticed(tmp_path: Path, status: int) -> None:
    assert counted(tmp_path, attempts=[TAKEN, replace(REFUSED, status=status)]) == [FORGED]


def test_what_comes_again_after_its_acknowledgement_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, notes=[*RIGHT, RIGHT[0]]) == [AGAIN]


def test_a_change_that_came_as_two_events_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, notes=[*RIGHT, RIGHT[0].replace("\tv1", "\tother")]) == [TWICE]
    assert counted(tmp_path, stored=["v4"]) == [TWICE]


def test_an_event_that_is_left_behind_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, handled=2) == [UNFINISHED]


def test_a_delivery_that_was_given_up_is_noticed(tmp_path: Path) -> None:
    assert counted(tmp_path, attempts=[replace(TAKEN, status=None, outcome="given_up")]) == [UNFINISHED]


def test_what_is_overtaken_is_late() -> None:
    assert counting._overtaken(MADE, [MADE[1], MADE[2], MADE[0]]) == 1
    assert counting._overtaken(MADE, MADE) == 0


def test_a_trial_that_tried_nothing_fails() -> None:
    kept = Outcome(1, {name: [] for name in PROMISES})
    kept.met.update(CONDITIONS)
    assert not kept.failed
    kept.met[CONDITIONS[0]] = 0
    assert (kept.failed, kept.missing()) == (True, [CONDITIONS[0]])


def test_the_same_seed_makes_the_same_changes() -> None:
    made = []
    for seed in (1, 1, 2):
        books = Books({"contact": 1, "item": 2}, seed)
        for _ in range(60):
            books.change()
        books.sandbox.stop()
        made.append([each.name for each in books.made])
    assert made[0] == made[1] != made[2]
    assert {name.split(" ")[0].partition(".")[2] for name in made[0]} == {"created", "updated", "deleted"}


# --- the command ---------------------------------------------------------------------------------------------------


def test_a_quick_run_keeps_every_promise(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["deliveries", "--quick"]) == 0
    printed = capsys.readouterr().out
    assert all(f"| **{promise}** | 0 |" in printed for promise in PROMISES)


def test_a_whole_run_is_as_long_as_it_is_said_to_be() -> None:
    assert (deliveries._CHANGES, deliveries._KILLS) >= (10_000, 20)


def test_the_table_stands_in_the_page_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "trials.md"
    page.write_text(report.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    found = report.Report(Outcome(7, {name: ["x"] for name in PROMISES}), 9)
    report.write_page(found)
    report.write_page(found)
    assert page.read_text("utf-8").count(found.text()) == 1
    assert page.read_text("utf-8").endswith(report.PAGE.read_text("utf-8").partition("<!-- end of deliveries -->")[2])


def test_the_page_is_written_by_a_whole_run() -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["deliveries", "--quick", "--write"])
    assert ended.value.code == 2


def test_the_page_shows_a_run_that_kept_every_promise() -> None:
    shown = dict(re.findall(r"^\| \*\*(.+)\*\* \| ([\d,]+) \|$", report.PAGE.read_text("utf-8"), re.MULTILINE))
    assert shown == dict.fromkeys(PROMISES, "0")
