"""The journal's file: it survives crashes, serves several processes, keeps 30 days, and says what is wrong with it."""

from __future__ import annotations

import gc
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.boundary import JournalEntry, Stamp
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.stores import SqliteJournal

from .connections import open_store
from .test_journal import BEGAN, BUSY_UNTIL, ENTRY, SENT

DAY = 86_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


# --- crashes and processes ------------------------------------------------------------------------------------------


def test_what_was_begun_survives_a_process_that_is_killed(path: Path) -> None:
    kill = "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    killed = _start(path, f"journal.begin('a', ENTRY)\n{kill}")
    killed.communicate(timeout=60)
    assert killed.returncode not in (0, None)
    if os.name == "posix":
        assert killed.returncode == -signal.SIGKILL
    assert SqliteJournal(path).begin("a", ENTRY) == ENTRY


def test_a_key_that_is_idle_is_so_for_the_next_process(path: Path) -> None:
    SqliteJournal(path).begin("a", ENTRY)
    freeing = _start(path, "journal.free('a', seen=ENTRY.busy_until)")
    freeing.communicate(timeout=60)
    assert freeing.returncode == 0
    assert SqliteJournal(path).begin("a", ENTRY) == replace(ENTRY, idle=True)


def test_a_process_that_is_killed_in_the_middle_of_writing_leaves_nothing_half_done(path: Path) -> None:
    SqliteJournal(path).begin("a", ENTRY)
    middle = (
        "handle = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "handle.execute('BEGIN IMMEDIATE')\n"
        "handle.execute('DELETE FROM entry')\n"
        "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    )
    _start(path, middle).communicate(timeout=60)
    assert SqliteJournal(path).begin("a", ENTRY) == ENTRY


def test_of_several_processes_one_begins_one_takes_and_one_claims(path: Path) -> None:
    rounds, count = 25, 4
    journal = SqliteJournal(path)
    for turn in range(rounds):
        journal.begin(f"take-{turn}", ENTRY)
        for number in range(count):
            journal.begin(f"claim-{turn}-{number}", replace(ENTRY, handle=f"{turn}-{number}"))
    work = (
        "me = sys.argv[2]\n"
        f"LATER = {BUSY_UNTIL!r}.later(80 + int(me))\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        f"for turn in range({rounds}):\n"
        "    begun = journal.begin(f'begin-{turn}', ENTRY) is None\n"
        f"    taken = journal.take(f'take-{{turn}}', seen={BUSY_UNTIL!r}, busy_until=LATER)\n"
        f"    claimed = journal.claim(f'claim-{{turn}}-{{me}}', f'contact/{{turn}}', created_at={SENT})\n"
        "    print(json.dumps([begun, taken, claimed]))\n"
    )
    racers = [_start(path, work, str(number)) for number in range(count)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    outputs = [racer.communicate(timeout=120)[0] for racer in racers]
    results = [[json.loads(line) for line in output.splitlines()] for output in outputs]
    for turn in range(rounds):
        assert [sum(result[turn][what] for result in results) for what in range(3)] == [1, 1, 1]


def _start(path: Path, source: str, *arguments: str) -> subprocess.Popen[str]:
    prologue = (
        "import json, os, signal, sqlite3, sys\n"
        "from zoho_books_connector.boundary import JournalEntry, Stamp\n"
        "from zoho_books_connector.stores import SqliteJournal\n"
        f"ENTRY = {ENTRY!r}\n"
        "journal = SqliteJournal(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", prologue + source, str(path), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- thirty days ----------------------------------------------------------------------------------------------------


class Days:
    """A journal on a clock that a test moves."""

    def __init__(self, path: Path) -> None:
        self.now = SENT
        self.journal = SqliteJournal(path, clock=lambda: self.now)
        self._path = path

    def use(self, *, days: int = 1, step: float = 1.0) -> None:
        """Begin something at the start of each of so many days."""
        for _ in range(days):
            self.now += step * DAY
            self.journal.begin(f"used at {self.now}", _begun_at(self.now))

    def knows(self, key: str) -> bool:
        return bool(_execute(self._path, "SELECT 1 FROM entry WHERE key = ?", key))


@pytest.fixture
def days(path: Path) -> Days:
    made = Days(path)
    made.journal.begin("old", _begun_at(SENT))
    return made


def test_an_entry_is_kept_for_thirty_days_and_goes_on_the_next(days: Days) -> None:
    days.use(days=30)
    assert days.knows("old")
    days.use()
    assert not days.knows("old")
    assert days.knows(f"used at {SENT + DAY}")


def test_a_clock_that_jumps_a_year_ahead_takes_nothing_away(days: Days) -> None:
    days.use(days=29)
    days.use(step=365)
    assert days.knows("old")
    assert days.knows(f"used at {SENT + 29 * DAY}")


def test_a_clock_that_jumps_ahead_and_is_put_right_takes_nothing_away_early(days: Days) -> None:
    days.use(step=365)
    days.use(step=-364)
    days.use(days=27)
    assert days.knows("old")
    assert days.now - SENT == 28 * DAY
    days.use(days=3)
    assert not days.knows("old")


def test_a_clock_that_keeps_jumping_to_and_fro_takes_nothing_away_within_thirty_days(days: Days) -> None:
    for _ in range(40):
        days.use(step=5)
        days.use(step=-5)
    assert days.knows("old")


def test_what_was_begun_under_a_clock_far_ahead_goes_as_well(path: Path) -> None:
    days = Days(path)
    days.now = SENT + 3650 * DAY
    days.journal.begin("from the future", _begun_at(days.now))
    days.now = SENT
    days.use(days=30)
    assert days.knows("from the future")
    days.use()
    assert not days.knows("from the future")


def test_a_journal_that_is_seldom_used_keeps_longer(days: Days) -> None:
    days.use(days=30, step=7)
    assert days.knows("old")


def test_many_uses_on_a_day_are_one_day(days: Days) -> None:
    days.use(days=400, step=0.001)
    days.now += 31 * DAY
    days.use()
    assert days.knows("old")


def _begun_at(now: float) -> JournalEntry:
    began = Stamp(now, now - SENT, now)
    return replace(ENTRY, began=began, busy_until=began.later(80))


# --- files that cannot be used --------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"a letter to my mother " * 500)
    assert _said(lambda: SqliteJournal(path), path) == "journal_corrupt"
    assert path.read_bytes() == b"a letter to my mother " * 500


def test_the_file_of_another_store_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path)
    path = tmp_path / "connections.db"
    assert _said(lambda: SqliteJournal(path).begin("a", ENTRY), path) == "journal_corrupt"


@pytest.mark.parametrize("inputs", ["{", "5", "null", b"\xff"])
def test_a_damaged_entry_is_told_and_not_taken_for_a_new_one(path: Path, inputs: object) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    _execute(path, "UPDATE entry SET inputs = ?", inputs)
    assert _said(lambda: journal.begin("a", ENTRY), path) == "journal_corrupt"


def test_a_truncated_file_is_told(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    journal.close()
    path.write_bytes(path.read_bytes()[:5000])
    assert _said(lambda: journal.begin("b", ENTRY), path) == "journal_corrupt"


def test_a_journal_of_a_newer_version_is_refused(path: Path) -> None:
    SqliteJournal(path)
    _execute(path, "PRAGMA user_version = 99")
    assert _said(lambda: SqliteJournal(path), path) == "journal_newer"


def test_a_file_that_may_not_be_written_is_told(path: Path) -> None:
    SqliteJournal(path)
    content = bytearray(path.read_bytes())
    content[18] = 3  # the format's write version: SQLite treats such a file as read-only, whoever asks
    path.write_bytes(content)
    assert _said(lambda: SqliteJournal(path).begin("a", ENTRY), path) == "journal_read_only"


def test_a_file_that_is_removed_meanwhile_is_told_and_not_made_anew(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    path.unlink()
    assert _said(lambda: journal.begin("a", ENTRY), path) == "journal_missing"
    assert not path.exists()


def test_a_full_disk_is_told_and_what_was_there_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    journal.close()
    _limit_pages(monkeypatch, path.stat().st_size // 4096)
    large = replace(ENTRY, inputs={f"/{number}": "c0ffee" for number in range(1000)})
    assert _said(lambda: journal.begin("b", large), path) == "journal_full"
    assert journal.begin("a", ENTRY) == ENTRY
    monkeypatch.undo()
    journal.close()
    assert journal.begin("b", large) is None


def test_a_file_that_stays_busy_is_told_and_may_be_tried_again(path: Path) -> None:
    journal = SqliteJournal(path, patience=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _said(lambda: journal.begin("a", ENTRY), path) == "journal_busy"
    assert journal.begin("a", ENTRY) is None


@pytest.mark.parametrize("name", ["missing/journal.db", "."])
def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert _said(lambda: SqliteJournal(path), path) == "journal_inaccessible"


def test_a_journal_that_is_closed_opens_again_at_its_next_use(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    journal.close()
    assert _names(path) == ["journal.db"]
    assert journal.begin("a", ENTRY) == ENTRY


def test_a_journal_that_nobody_uses_any_more_closes_its_file(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.begin("a", ENTRY)
    assert "journal.db-wal" in _names(path)
    del journal
    gc.collect()
    assert _names(path) == ["journal.db"]


@pytest.mark.parametrize("method", ["begin", "take", "rest", "finish", "claim", "holder", "forget", "free"])
def test_no_method_takes_a_damaged_file_for_an_empty_one(path: Path, method: str) -> None:
    journal = SqliteJournal(path)
    path.write_bytes(b"a letter to my mother " * 500)
    calls: dict[str, Callable[[], object]] = {
        "begin": lambda: journal.begin("a", ENTRY),
        "take": lambda: journal.take("a", seen=BUSY_UNTIL, busy_until=BUSY_UNTIL.later(80)),
        "rest": lambda: journal.rest("a", seen=BUSY_UNTIL, began=BEGAN, busy_until=BUSY_UNTIL),
        "finish": lambda: journal.finish("a", "contact/1"),
        "claim": lambda: journal.claim("a", "contact/1", created_at=SENT),
        "holder": lambda: journal.holder("contact/1"),
        "forget": lambda: journal.forget("a"),
        "free": lambda: journal.free("a", seen=BUSY_UNTIL),
    }
    assert _said(calls[method], path) == "journal_corrupt"


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_the_file_belongs_to_its_owner_alone(path: Path) -> None:
    SqliteJournal(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_needs_no_package_beyond_the_core(path: Path) -> None:
    source = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from zoho_books_connector.stores import SqliteJournal\n"
        "SqliteJournal(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", source, str(path)], check=True, timeout=60)
    assert path.exists()


def _said(call: Callable[[], object], path: Path) -> str:
    """Return the code with which a call fails; the error names the file and what to do."""
    with pytest.raises(UnavailableError) as caught:
        call()
    assert caught.value.message
    assert caught.value.hint.endswith(f"The file: {path}")
    return caught.value.code


def _names(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def _limit_pages(monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Let no database grow beyond so many pages, as a disk that is full would."""
    connect = sqlite3.connect

    def limited(*arguments: Any, **options: Any) -> sqlite3.Connection:
        handle: sqlite3.Connection = connect(*arguments, **options)
        handle.execute(f"PRAGMA max_page_count = {pages}")
        return handle

    monkeypatch.setattr(sqlite3, "connect", limited)


def _execute(path: Path, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(path, isolation_level=None)) as handle:
        return handle.execute(statement, values).fetchall()
