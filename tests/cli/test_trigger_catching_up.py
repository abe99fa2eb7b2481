"""``zoho-books trigger catch-up``: once, and at regular intervals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.cli.home import Home
from zoho_books_connector.sandbox import Fault, Sandbox
from zoho_books_connector.stores import CursorStore

CATCH_UP = ("trigger", "catch-up", "--modules", "contact,item")

Seed = Callable[[str, int], None]
Sleep = Callable[[float], None]


@pytest.fixture
def seed(sandbox: Sandbox, organization: str) -> Seed:
    """Put records into the books."""

    def seeded(module: str, count: int) -> None:
        name = {"contact": "contact_name", "item": "name"}[module]
        for number in range(count):
            sandbox["us"].seed(organization, module, {name: f"{module} {number} {time.monotonic_ns()}"})

    return seeded


def calls(sandbox: Sandbox) -> int:
    return len([each for each in sandbox["us"].requests if each.path.startswith("/books/v3")])


def test_what_changed_is_stored_and_told_by_module(
    cli: Cli, connected: str, seed: Seed, home: Path, sandbox: Sandbox
) -> None:
    seed("contact", 3)
    seed("item", 2)
    before = calls(sandbox)
    ended = cli(*CATCH_UP, "--since", "1h")
    assert ended.code == 0
    rows = {row.split()[0]: row.split()[1:] for row in ended.out.splitlines()[2:]}
    assert rows["contact"][1:3] == ["3", "3"]
    assert rows["item"][1:3] == ["2", "2"]
    assert all(row[4] == "complete" for row in rows.values())
    assert sum(int(row[3]) for row in rows.values()) == calls(sandbox) - before
    assert "Deleted records cannot be seen" in ended.err
    assert f"trigger listen {connected}" in ended.err
    assert Home(home).inbox(connected).counts().due == 5


def test_it_goes_on_where_it_left_off_and_stores_no_version_twice(
    cli: Cli, connected: str, seed: Seed, home: Path
) -> None:
    seed("contact", 3)
    assert cli(*CATCH_UP, "--since", "1h").code == 0
    seed("contact", 2)
    again = cli(*CATCH_UP, "--json").data
    assert (again["complete"], [each["new"] for each in again["modules"]]) == (True, [2, 0])
    anew = cli(*CATCH_UP, "--since", "1h", "--json").data
    assert [each["new"] for each in anew["modules"]] == [0, 0]
    assert Home(home).inbox(connected).counts().due == 5


def test_the_first_time_it_must_be_said_since_when(cli: Cli, connected: str, sandbox: Sandbox) -> None:
    before = calls(sandbox)
    ended = cli(*CATCH_UP)
    assert ended.code == 2
    assert "contact, item" in ended.err
    assert "--since 24h" in ended.err
    assert calls(sandbox) == before


def test_without_modules_those_of_the_subscriptions_are_read(cli: Cli, connected: str) -> None:
    ended = cli("trigger", "catch-up", "--since", "1h")
    assert ended.code == 2
    assert "--modules invoice,contact" in ended.err
    given = ("--url", "https://h.example", "--events", "contact.created,contact.updated,item.created", "--manual")
    assert cli("trigger", "subscribe", *given).code == 0
    read = cli("trigger", "catch-up", "--since", "1h", "--json").data
    assert [each["module"] for each in read["modules"]] == ["contact", "item"]


def test_when_its_calls_are_used_up_it_says_that_more_is_left_and_goes_on_later(
    cli: Cli, connected: str, seed: Seed, home: Path
) -> None:
    seed("contact", 450)
    first = cli(*CATCH_UP, "--since", "1h", "--calls", "1")
    assert first.code == 14
    assert "more is left" in first.out
    assert "not begun" in first.out
    assert "Run it again without --since" in first.err
    found = Home(home).inbox(connected)
    assert 0 < found.counts().due < 450
    assert cli("trigger", "catch-up", "--modules", "contact", "--calls", "50").code == 0
    assert found.counts().due == 450


def test_a_module_whose_turn_did_not_come_is_read_later_from_when_on_was_said(
    cli: Cli, connected: str, sandbox: Sandbox, organization: str
) -> None:
    two_days_ago = datetime.fromtimestamp(time.time() - 2 * 86_400, UTC).isoformat(timespec="seconds")
    for number in range(3):
        sandbox["us"].seed(organization, "item", {"name": f"Tea {number}", "last_modified_time": two_days_ago})
    assert cli(*CATCH_UP, "--since", "1h").code == 0
    assert cli(*CATCH_UP, "--since", "3d", "--calls", "1").code == 14
    assert [each["new"] for each in cli(*CATCH_UP, "--json").data["modules"]] == [0, 3]


def test_a_first_catch_up_that_was_cut_short_goes_on_without_a_time(
    cli: Cli, connected: str, seed: Seed, home: Path
) -> None:
    seed("contact", 450)
    seed("item", 2)
    assert cli(*CATCH_UP, "--since", "1h", "--calls", "1").code == 14
    assert cli(*CATCH_UP).code == 0
    assert Home(home).inbox(connected).counts().due == 452


def test_records_can_be_read_as_a_whole_for_a_call_each(
    cli: Cli, connected: str, seed: Seed, home: Path, sandbox: Sandbox
) -> None:
    seed("contact", 3)
    before = calls(sandbox)
    assert cli("trigger", "catch-up", "--modules", "contact", "--since", "1h", "--whole").code == 0
    assert calls(sandbox) - before >= 4
    [taken, *_] = Home(home).inbox(connected).take()
    assert "contact_persons" in taken.event.record


def test_what_was_read_before_it_broke_off_stays(
    cli: Cli, connected: str, seed: Seed, home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    seed("contact", 3)
    sandbox.faults.add(Fault("503", path="/items", times=None))
    ended = cli(*CATCH_UP, "--since", "1h")
    assert ended.code == 15
    assert "complete" in ended.out
    assert Home(home).inbox(connected).counts().due == 3
    sandbox.faults.clear()
    assert cli("trigger", "catch-up", "--modules", "contact").code == 0


def test_a_module_that_is_refused_keeps_no_other_from_being_read(
    cli: Cli, connected: str, seed: Seed, home: Path, sandbox: Sandbox
) -> None:
    seed("item", 3)
    ended = cli("trigger", "catch-up", "--modules", "customer_debit_note,item", "--since", "1h")
    assert ended.code == 10
    rows = {row.split()[0]: row.split()[-1] for row in ended.out.splitlines()[2:]}
    assert rows == {"customer_debit_note": "refused", "item": "complete"}
    assert "filter_by" in ended.err
    assert "More is left" not in ended.err
    assert Home(home).inbox(connected).counts().due == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--modules", "contakt", "--since", "1h"), 10, "did you mean contact?"),
        (("--modules", "tea", "--since", "1h"), 10, "Those can:"),
        ((*CATCH_UP[2:], "--since", "soon"), 2, "give a time such as"),
        ((*CATCH_UP[2:], "--since", "2100-01-01"), 10, "lies in the future"),
        ((*CATCH_UP[2:], "--since", "1h", "--calls", "0"), 2, "a number of calls"),
        ((*CATCH_UP[2:], "--since", "1h", "--calls", "1", "--whole"), 10, "Allow 2 or more"),
        ((*CATCH_UP[2:], "--since", "1h", "--every", "often"), 2, "give a duration such as"),
        ((*CATCH_UP[2:], "--since", "1h", "--every", "0s"), 2, "give a duration such as"),
        ((*CATCH_UP[2:], "--since", "1h", "--share", "2"), 2, "at most 1"),
        (("nobody", *CATCH_UP[2:]), 11, "no connection with this id"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_sent(
    cli: Cli, connected: str, sandbox: Sandbox, words: tuple[str, ...], code: int, said: str
) -> None:
    before = calls(sandbox)
    ended = cli("trigger", "catch-up", *words)
    assert ended.code == code
    assert said in " ".join(ended.err.split())
    assert calls(sandbox) == before


# --- at regular intervals -------------------------------------------------------------------------------------------


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[float]]:
    """Press Ctrl-C while the command waits for the time after so many rounds; returns how long it would have waited."""

    def press_after(count: int) -> list[float]:
        waited: list[float] = []

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == count:
                raise KeyboardInterrupt

        monkeypatch.setattr("zoho_books_connector.cli.trigger.catching_up.time.sleep", sleep)
        return waited

    return press_after


def test_it_reads_again_and_again_until_ctrl_c(
    cli: Cli, connected: str, seed: Seed, rounds: Callable[[int], list[float]], home: Path
) -> None:
    seed("contact", 2)
    waited = rounds(3)
    ended = cli(*CATCH_UP, "--since", "1h", "--every", "15m")
    assert ended.code == 0
    assert [880 < each <= 900 for each in waited] == [True] * 3
    assert "192 calls a day for 2 modules" in ended.err
    assert "of 2,500 that it may use" in ended.err
    assert "Deleted records cannot be seen" in ended.err
    assert [("contact 2 new" in line) for line in ended.out.splitlines() if "contact" in line] == [True, False, False]


def test_rounds_are_json_lines(cli: Cli, connected: str, rounds: Callable[[int], list[float]]) -> None:
    rounds(2)
    ended = cli(*CATCH_UP, "--since", "1h", "--every", "15m", "--json")
    assert [json.loads(line)["complete"] for line in ended.out.splitlines()] == [True, True]


def test_an_interval_that_does_not_fit_the_day_is_refused_with_the_arithmetic(
    cli: Cli, connected: str, home: Path
) -> None:
    ended = cli(*CATCH_UP, "--since", "1h", "--every", "60s")
    assert ended.code == 10
    said = " ".join(ended.err.split())
    assert "1,440 × 2 modules = 2,880 calls" in said
    assert "0.5 of 5,000 calls a day is 2,500" in said
    assert "The shortest interval that fits is 70 seconds." in said
    assert Home(home).inbox(connected).counts().due == 0


def test_the_calls_of_a_day_can_be_said(cli: Cli, connected: str, sandbox: Sandbox) -> None:
    before = calls(sandbox)
    ended = cli(*CATCH_UP, "--since", "1h", "--every", "15m", "--calls-per-day", "300")
    assert (ended.code, calls(sandbox)) == (10, before)
    assert "0.5 of 300 calls a day is 150" in " ".join(ended.err.split())


def test_trouble_ends_a_round_and_not_the_command(
    cli: Cli, connected: str, seed: Seed, rounds: Callable[[int], list[float]], sandbox: Sandbox, home: Path
) -> None:
    seed("item", 2)
    sandbox.faults.add(Fault("503", path="/contacts", times=30))
    waited = rounds(40)
    ended = cli(*CATCH_UP, "--since", "1h", "--every", "15m", "--calls-per-day", "5000")
    assert ended.code == 0
    assert min(waited) < 800 < max(waited)
    assert "The next round is in" in ended.err
    assert Home(home).inbox(connected).counts().due == 2


def test_a_connection_that_was_revoked_ends_it(
    cli: Cli, connected: str, rounds: Callable[[int], list[float]], sandbox: Sandbox
) -> None:
    rounds(3)
    sandbox["us"].revoke_all()
    assert cli(*CATCH_UP, "--since", "1h", "--every", "15m", "--calls-per-day", "5000").code == 11


# --- where it left off ----------------------------------------------------------------------------------------------


def test_a_cursor_comes_back_after_a_restart_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    path = tmp_path / "cursors.db"
    CursorStore(path).save("c1", "item", {"at": 1})
    CursorStore(path).save("c1", "item", {"at": 2})
    store = CursorStore(path)
    assert store.load("c1", "item") == {"at": 2}
    assert store.load("c1", "contact") is None
    with closing(sqlite3.connect(path)) as handle, handle:
        handle.execute("UPDATE cursor SET cursor = '{'")
    assert store.load("c1", "item") is None
