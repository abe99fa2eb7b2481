"""The inbox's file: it survives crashes, serves several processes, and says what is wrong with it."""

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
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.stores import InboxCounts, SqliteInbox
from zoho_books_connector.trigger.proven import Proven

from .connections import open_store
from .inboxes import Clocks, event, ids, limit_pages

KILL = "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


# --- crashes and processes ------------------------------------------------------------------------------------------


def test_what_was_put_survives_a_process_that_is_killed(path: Path) -> None:
    killed = _start(path, f"inbox.put([event('a')])\n{KILL}")
    killed.communicate(timeout=60)
    if os.name == "posix":
        assert killed.returncode == -signal.SIGKILL
    inbox = SqliteInbox(path)
    assert inbox.put([event("a")]) == 0
    assert ids(inbox.take()) == ["a"]


def test_a_killed_worker_gives_its_event_back_when_its_lease_ends(path: Path) -> None:
    SqliteInbox(path).put([event("a")])
    _start(path, f"inbox.take(lease=1.0)\n{KILL}").communicate(timeout=60)
    inbox = SqliteInbox(path)
    while not (taken := inbox.take()):  # it was taken a moment ago
        pass
    assert (ids(taken), taken[0].attempt) == (["a"], 2)


def test_an_acknowledgement_survives_a_process_that_is_killed(path: Path) -> None:
    SqliteInbox(path).put([event("a")])
    _start(path, f"inbox.done(*inbox.take(lease=0.0))\n{KILL}").communicate(timeout=60)
    assert SqliteInbox(path).take() == []


def test_no_event_is_handed_to_two_processes_and_none_is_stored_twice(path: Path) -> None:
    work = (
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "stored, taken = 0, []\n"
        "for number in range(40):\n"
        "    stored += inbox.put([event(f'{number}')])\n"
        "    for each in inbox.take():\n"
        "        taken.append(each.event.delivery_id)\n"
        "        inbox.done(each)\n"
        "print(json.dumps([stored, taken]))\n"
    )
    workers = [_start(path, work) for _ in range(3)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    results = [json.loads(worker.communicate(timeout=120)[0]) for worker in workers]
    assert sum(stored for stored, _ in results) == 40
    assert sorted(name for _, taken in results for name in taken) == sorted(f"{number}" for number in range(40))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_goes_on_by_itself_though_a_thread_of_its_parent_was_at_work(path: Path) -> None:
    inbox = SqliteInbox(path)
    with inbox._together._turn:
        child = os.fork()
        if child == 0:
            os._exit(inbox.put([event("a")]) + 10)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 11
    assert ids(inbox.take()) == ["a"]


def _start(path: Path, source: str) -> subprocess.Popen[str]:
    prologue = (
        "import json, os, signal, sys\n"
        "from zoho_books_connector.boundary import Event\n"
        "from zoho_books_connector.stores import SqliteInbox\n"
        f"GIVEN = {vars(event('x'))!r}\n"
        "def event(name): return Event(**(GIVEN | {'delivery_id': name}))\n"
        "inbox = SqliteInbox(sys.argv[1])\n"
    )
    command = [sys.executable, "-c", prologue + source, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- damaged rows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"{", b"5", b"\xff", "[]", None, b"[" * 100_000])
def test_an_event_that_cannot_be_read_is_given_up_and_keeps_no_other_waiting(path: Path, content: object) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a"), event("b")])
    if content is None:
        _execute(path, "DELETE FROM content WHERE number = 1")
    else:
        _execute(path, "UPDATE content SET content = ? WHERE number = 1", content)
    assert ids(inbox.take(2)) == ["b"]
    [dead] = inbox.dead()
    assert (dead.event, dead.delivery_id, dead.reason) == (None, "a", "unreadable")
    assert [each.type for each in inbox.recent()] == ["invoice.created", None]
    assert inbox.counts() == InboxCounts(leased=1, dead=1, oldest=inbox.counts().oldest)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("content", b"{"),
        ("content", b'{"invoice": [{}, {}]}'),
        ("content", "text"),
        ("facts", "{"),
        ("facts", "{}"),
        ("facts", "5"),
        ("facts", b"\xff"),
    ],
)
def test_a_delivery_that_cannot_be_read_any_more_is_given_up_as_well(path: Path, column: str, value: object) -> None:
    inbox = SqliteInbox(path)
    facts = json.dumps({"query": {"event": "invoice_created"}, "content_type": "application/json"})
    inbox.put_proven([Proven("a", None, 1.5, facts, b'{"invoice": {"invoice_id": "1"}}'), event("b")])
    assert [each.record_id for each in inbox.recent()] == ["982000000567114", "1"]
    _execute(path, f"UPDATE content SET {column} = ? WHERE number = 1", value)  # noqa: S608 - a column of the table
    assert ids(inbox.take(2)) == ["b"]
    assert [(each.event, each.reason) for each in inbox.dead()] == [(None, "unreadable")]


def test_what_a_newer_version_added_to_an_event_is_left_out(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    _execute(path, "UPDATE content SET content = ?", json.dumps(vars(event("a")) | {"colour": "red"}).encode())
    assert [each.event for each in inbox.take()] == [event("a")]


def test_an_inbox_without_its_count_of_days_is_told(path: Path) -> None:
    inbox = SqliteInbox(path)
    _execute(path, "DELETE FROM today")
    assert _said(inbox.take, path) == "inbox_corrupt"


# --- files that cannot be used --------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"a letter to my mother " * 500)
    assert _said(lambda: SqliteInbox(path), path) == "inbox_corrupt"
    assert path.read_bytes() == b"a letter to my mother " * 500


def test_the_file_of_another_store_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path)
    path = tmp_path / "connections.db"
    assert _said(lambda: SqliteInbox(path), path) == "inbox_corrupt"


def test_a_truncated_file_is_told(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    inbox.close()
    path.write_bytes(path.read_bytes()[:5000])
    assert _said(lambda: inbox.put([event("b")]), path) == "inbox_corrupt"


def test_an_inbox_of_a_newer_version_is_refused(path: Path) -> None:
    SqliteInbox(path)
    _execute(path, "PRAGMA user_version = 99")
    assert _said(lambda: SqliteInbox(path), path) == "inbox_newer"


def test_a_file_that_may_not_be_written_is_told(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.close()
    content = bytearray(path.read_bytes())
    content[18] = 3  # the format's write version: SQLite treats such a file as read-only, whoever asks
    path.write_bytes(content)
    assert _said(lambda: inbox.put([event("a")]), path) == "inbox_read_only"


def test_a_file_that_is_removed_meanwhile_is_told_and_not_made_anew(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    path.unlink()
    assert _said(lambda: inbox.put([event("b")]), path) == "inbox_missing"
    assert not path.exists()


def test_a_full_disk_is_told_and_what_was_there_is_handed_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    inbox.close()
    limit_pages(monkeypatch, path.stat().st_size // 4096)
    large = event("b", record={"notes": "x" * 100_000})
    assert _said(lambda: inbox.put([event("c"), large]), path) == "inbox_full"
    assert inbox.done(*inbox.take(9)) == 1
    monkeypatch.undo()
    inbox.close()
    assert inbox.put([event("c"), large]) == 2


def test_a_file_that_stays_busy_is_told_and_may_be_tried_again(path: Path) -> None:
    inbox = SqliteInbox(path, patience=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert _said(lambda: inbox.put([event("a")]), path) == "inbox_busy"
    assert inbox.put([event("a")]) == 1


@pytest.mark.parametrize("name", ["missing/inbox.db", "."])
def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert _said(lambda: SqliteInbox(path), path) == "inbox_inaccessible"


def test_an_inbox_that_is_closed_opens_again_at_its_next_use(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    inbox.close()
    assert _names(path) == ["inbox.db"]
    assert ids(inbox.take()) == ["a"]


def test_an_inbox_that_nobody_uses_any_more_closes_its_file(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    assert "inbox.db-wal" in _names(path)
    del inbox
    gc.collect()
    assert _names(path) == ["inbox.db"]


@pytest.mark.parametrize(
    "method", ["put", "take", "done", "failed", "dead", "replay", "counts", "known", "delivered_since", "recent"]
)
def test_no_method_takes_a_damaged_file_for_an_empty_one(path: Path, method: str) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    [taken] = inbox.take()
    inbox.close()
    path.write_bytes(b"a letter to my mother " * 500)
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: inbox.put([event("b")]),
        "take": inbox.take,
        "done": lambda: inbox.done(taken),
        "failed": lambda: inbox.failed(taken, "Boom"),
        "dead": inbox.dead,
        "replay": lambda: inbox.replay(since=0),
        "counts": inbox.counts,
        "known": lambda: inbox.known(["v"]),
        "delivered_since": lambda: inbox.delivered_since(0),
        "recent": inbox.recent,
    }
    assert _said(calls[method], path) == "inbox_corrupt"


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_the_file_and_its_log_belong_to_their_owner_alone(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.put([event("a")])
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(("inbox.db", "inbox.db-wal", "inbox.db-shm"), 0o600)


def test_every_way_to_the_next_event_goes_by_an_index(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path / "inbox.db")
    inbox = clocks.inbox()
    inbox.put([event("a"), event("b")])
    inbox.done(*inbox.take())
    queries: list[str] = []
    with inbox._database.read() as handle:
        handle.set_trace_callback(queries.append)
    inbox.take()
    with inbox._database.read() as handle:
        handle.set_trace_callback(None)
    asked = [query for query in queries if query.lstrip().startswith(("SELECT", "UPDATE event")) and "WHERE" in query]
    assert len(asked) == 6
    plans = [row[3] for query in asked for row in _execute(clocks.path, f"EXPLAIN QUERY PLAN {query}")]
    assert not [plan for plan in plans if plan.startswith("SCAN") and "USING INDEX event_due" not in plan]


def _said(call: Callable[[], object], path: Path) -> str:
    """Return the code with which a call fails; the error names the file and what to do."""
    with pytest.raises(UnavailableError) as caught:
        call()
    assert caught.value.message
    assert caught.value.hint.endswith(f"The file: {path}")
    return caught.value.code


def _names(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def _execute(path: Path, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(path, isolation_level=None)) as handle:
        return handle.execute(statement, values).fetchall()
