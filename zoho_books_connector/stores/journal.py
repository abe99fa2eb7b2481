"""The journal of creates in one SQLite file: what was sent under which key, as digests and times."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import JournalEntry
from zoho_books_connector.stores.database import PATIENCE, Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.kept import KeptDatabase

logger: Final = logging.getLogger("zoho_books_connector.journal")

CLAIMED_WRONGLY: Final = "a record that one key had claimed by looking was named by Zoho in the answer to another key"
#: A record may appear this many seconds after the last moment at which its request was thought to be on its way.
LATE: Final = 120.0
#: A request sent this many seconds in the future was sent before the clock was set back, and is over.
CLOCK_SET_BACK: Final = 60.0

_DAY: Final = 86_400
#: Entries are kept for this many days.
_KEPT: Final = 30

_FAILURES: Final = Failures(
    "journal",
    "journal of creates",
    "Move the file away and start this program again, and look in Zoho Books before you repeat a create whose outcome"
    " was unknown.",
)
#: ``day`` counts the days on which the journal was used; the one row of ``today`` holds the last of them.
_LAYOUT: Final = Layout(
    1,
    (
        """CREATE TABLE entry (
            key TEXT PRIMARY KEY, inputs TEXT NOT NULL, handle TEXT NOT NULL, began_at REAL NOT NULL, clock_offset REAL,
            busy_until REAL NOT NULL, record TEXT, sent_at REAL NOT NULL, day INTEGER NOT NULL)""",
        "CREATE UNIQUE INDEX entry_by_record ON entry (record)",
        "CREATE INDEX entry_by_handle ON entry (handle)",
        "CREATE INDEX entry_by_day ON entry (day)",
        "CREATE TABLE today (day INTEGER NOT NULL, date INTEGER NOT NULL)",
        "INSERT INTO today VALUES (0, 0)",
    ),
    _FAILURES,
    synchronous="FULL",
)

_INSERT: Final = """
    INSERT INTO entry
    VALUES (:key, :inputs, :handle, :began_at, :offset, :busy_until, :record, :began_at, :day)"""
_SELECT: Final = "SELECT inputs, handle, began_at, clock_offset, busy_until, record FROM entry WHERE key = ?"
_TAKE: Final = """
    UPDATE entry SET busy_until = :busy_until, sent_at = :now
    WHERE key = :key AND record IS NULL AND (busy_until <= :now OR sent_at > :now + :set_back)"""
_REST: Final = (
    "UPDATE entry SET busy_until = :ended_at, clock_offset = coalesce(clock_offset, :offset) WHERE key = :key"
)
#: When a rival began is not asked: its time may stem from before the clock was set back.
_RIVALS: Final = """
    SELECT count(*) FROM entry
    WHERE handle = :handle AND key <> :key AND record IS NULL AND busy_until + :late >= :created_at"""
_DROP_OLD: Final = "DELETE FROM entry WHERE day < :day - :kept AND abs(began_at - :now) > :kept * 86400.0"


class SqliteJournal:
    """A ``Journal`` that survives crashes; safe to share between threads and to open in several processes.

    An entry goes when it is 30 days old by the clock, and the journal was used on 30 days after it as well: a clock
    that jumps ahead is one more day, not a month. Methods raise ``UnavailableError``, and nothing should be sent, when
    the file cannot be used, or stays busy for ``patience`` seconds.
    """

    def __init__(self, path: str | Path, clock: Callable[[], float] = time.time, *, patience: float = PATIENCE) -> None:
        self._path = Path(path)
        self._database = KeptDatabase(self._path, _LAYOUT, patience=patience)
        self._clock = clock
        # Nobody has to close a journal, and Python warns of a handle that is left open.
        weakref.finalize(self, self._database.close)

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:
        """Store ``entry``, on the disk when this returns; returns what is stored already when ``key`` is known."""
        with self._database.write() as handle:
            known = handle.execute(_SELECT, (key,)).fetchone()
            if known is not None:
                return self._entry(known)
            values = vars(entry) | {"key": key, "inputs": _compact(entry), "day": self._today(handle)}
            handle.execute(_INSERT, values)
        return None

    def take(self, key: str, *, now: float, busy_until: float) -> bool:
        """Let the caller send for a known ``key`` that has no record and no request on its way."""
        with self._database.write() as handle:
            wanted = {"key": key, "now": now, "busy_until": busy_until, "set_back": CLOCK_SET_BACK}
            return handle.execute(_TAKE, wanted).rowcount == 1

    def rest(self, key: str, *, ended_at: float, offset: float | None) -> None:
        """Note that nothing is on its way any more and the outcome is unknown."""
        with self._database.write() as handle:
            handle.execute(_REST, {"key": key, "ended_at": ended_at, "offset": offset})

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named, even if another key has claimed it: that key is open again."""
        with self._database.write() as handle:
            taken = handle.execute("UPDATE entry SET record = NULL WHERE record = ? AND key <> ?", (record, key))
            handle.execute("UPDATE entry SET record = ? WHERE key = ?", (record, key))
        if taken.rowcount:
            logger.warning(CLAIMED_WRONGLY)

    def claim(self, key: str, record: str, *, created_at: float) -> bool:
        """Note a record that was found by looking, unless it is or could be another key's."""
        with self._database.write() as handle:
            mine = handle.execute("SELECT handle, record FROM entry WHERE key = ?", (key,)).fetchone()
            if mine is None or mine[1] is not None:
                return mine is not None and mine[1] == record
            if _holder(handle, record) is not None:
                return False
            wanted = {"handle": mine[0], "key": key, "late": LATE, "created_at": created_at}
            if mine[0] and handle.execute(_RIVALS, wanted).fetchone() != (0,):
                return False
            handle.execute("UPDATE entry SET record = ? WHERE key = ?", (record, key))
        return True

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""
        with self._database.read() as handle:
            return _holder(handle, record)

    def forget(self, key: str) -> None:
        """Drop a key of which Zoho executed nothing; one that has a record stays."""
        with self._database.write() as handle:
            handle.execute("DELETE FROM entry WHERE key = ? AND record IS NULL", (key,))

    def close(self) -> None:
        """Close the file, which a later use opens again; needed only before the file is moved."""
        self._database.close()

    def _today(self, handle: sqlite3.Connection) -> int:
        """Return the number of today among the days of use; when it is a new one, drop what is old."""
        now = self._clock()
        ((day, date),) = handle.execute("SELECT day, date FROM today")
        if date == now // _DAY:
            return int(day)
        handle.execute("UPDATE today SET day = ?, date = ?", (day + 1, now // _DAY))
        handle.execute(_DROP_OLD, {"day": day + 1, "kept": _KEPT, "now": now})
        return int(day) + 1

    def _entry(self, row: tuple[Any, ...]) -> JournalEntry:
        inputs, *rest = row
        try:
            return JournalEntry(dict(json.loads(inputs)), *rest)
        except (ValueError, TypeError) as error:
            raise _FAILURES.error("corrupt", self._path) from error


def _holder(handle: sqlite3.Connection, record: str) -> str | None:
    row = handle.execute("SELECT key FROM entry WHERE record = ?", (record,)).fetchone()
    return None if row is None else str(row[0])


def _compact(entry: JournalEntry) -> str:
    return json.dumps(dict(entry.inputs), separators=(",", ":"))
