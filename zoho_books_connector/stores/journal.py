"""The journal of creates in one SQLite file: what was sent under which key, as digests and times."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
import weakref
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import JournalEntry, Stamp
from zoho_books_connector.stores import days
from zoho_books_connector.stores.database import PATIENCE, Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.kept import KeptDatabase

logger: Final = logging.getLogger("zoho_books_connector.journal")

CLAIMED_WRONGLY: Final = "a record that one key had claimed by looking was named by Zoho in the answer to another key"
#: A record may appear this many seconds after the last moment at which its request was thought to be on its way.
LATE: Final = 120.0
#: Entries are kept for this many days.
_KEPT: Final = 30

_FAILURES: Final = Failures(
    "journal",
    "journal of creates",
    "Move the file away and start this program again, and look in Zoho Books before you repeat a create whose outcome"
    " was unknown.",
)
#: ``day`` counts the days on which the journal was used.
_LAYOUT: Final = Layout(
    1,
    (
        """CREATE TABLE entry (
            key TEXT PRIMARY KEY, inputs TEXT NOT NULL, handle TEXT NOT NULL,
            began_wall REAL NOT NULL, began_steady REAL NOT NULL, began_zoho REAL,
            busy_wall REAL NOT NULL, busy_steady REAL NOT NULL, busy_zoho REAL,
            record TEXT, idle INTEGER NOT NULL, day INTEGER NOT NULL)""",
        "CREATE UNIQUE INDEX entry_by_record ON entry (record)",
        "CREATE INDEX entry_by_handle ON entry (handle)",
        "CREATE INDEX entry_by_day ON entry (day)",
        *days.STATEMENTS,
    ),
    _FAILURES,
    synchronous="FULL",
)

#: A key that is idle gives way to what is stored anew.
_STORE: Final = "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT: Final = """
    SELECT inputs, handle, began_wall, began_steady, began_zoho, busy_wall, busy_steady, busy_zoho, record, idle
    FROM entry WHERE key = ?"""
_TAKE: Final = """
    UPDATE entry SET busy_wall = ?, busy_steady = ?, busy_zoho = ?
    WHERE key = ? AND record IS NULL AND NOT idle AND busy_wall = ? AND busy_steady = ? AND busy_zoho IS ?"""
#: A key that has a record never gives way.
_HOLD: Final = "UPDATE entry SET record = ?, idle = 0 WHERE key = ?"
_REST: Final = """
    UPDATE entry SET began_wall = ?, began_steady = ?, began_zoho = ?, busy_wall = ?, busy_steady = ?, busy_zoho = ?
    WHERE key = ? AND busy_wall = ? AND busy_steady = ? AND busy_zoho IS ?"""
_FREE: Final = """
    UPDATE entry SET idle = 1
    WHERE key = ? AND record IS NULL AND busy_wall = ? AND busy_steady = ? AND busy_zoho IS ?"""
#: When a rival began is not asked: it may have been sent long before the time that is noted.
_RIVALS: Final = """
    SELECT count(*) FROM entry
    WHERE handle = :handle AND key <> :key AND record IS NULL AND NOT idle
    AND (busy_zoho IS NULL OR busy_zoho + :late >= :created_at)"""
_DROP_OLD: Final = "DELETE FROM entry WHERE day < :day - :kept AND abs(began_wall - :now) > :kept * 86400.0"


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
        """Store ``entry``, on the disk when this returns, unless ``key`` is known; returns what was stored before."""
        with self._database.write() as handle:
            row = handle.execute(_SELECT, (key,)).fetchone()
            known = None if row is None else self._entry(row)
            if known is None or known.idle:
                times = (*astuple(entry.began), *astuple(entry.busy_until))
                row = (key, _compact(entry), entry.handle, *times, entry.record, entry.idle, self._today(handle))
                handle.execute(_STORE, row)
            return known

    def take(self, key: str, *, seen: Stamp, busy_until: Stamp) -> bool:
        """Let the caller send for a key, not idle and without a record, whose time is still ``seen``."""
        with self._database.write() as handle:
            return handle.execute(_TAKE, (*astuple(busy_until), key, *astuple(seen))).rowcount == 1

    def rest(self, key: str, *, seen: Stamp, began: Stamp, busy_until: Stamp) -> None:
        """Note what is known better of the times, unless somebody else has taken the key."""
        with self._database.write() as handle:
            handle.execute(_REST, (*astuple(began), *astuple(busy_until), key, *astuple(seen)))

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named, even if another key has claimed it: that key is open again."""
        with self._database.write() as handle:
            taken = handle.execute("UPDATE entry SET record = NULL WHERE record = ? AND key <> ?", (record, key))
            handle.execute(_HOLD, (record, key))
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
            handle.execute(_HOLD, (record, key))
        return True

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""
        with self._database.read() as handle:
            return _holder(handle, record)

    def forget(self, key: str) -> None:
        """Drop a key for which nothing was sent; one that has a record stays."""
        with self._database.write() as handle:
            handle.execute("DELETE FROM entry WHERE key = ? AND record IS NULL", (key,))

    def free(self, key: str, *, seen: Stamp) -> None:
        """Note that Zoho executed nothing of an open key, unless somebody else has taken it."""
        with self._database.write() as handle:
            handle.execute(_FREE, (key, *astuple(seen)))

    def close(self) -> None:
        """Close the file, which a later use opens again; needed only before the file is moved."""
        self._database.close()

    def _today(self, handle: sqlite3.Connection) -> int:
        """Return the number of today among the days of use; when it is a new one, drop what is old."""
        now = self._clock()
        found = days.day_of_use(handle, now)
        if found is None:
            raise _FAILURES.error("corrupt", self._path)
        day, is_new = found
        if is_new:
            handle.execute(_DROP_OLD, {"day": day, "kept": _KEPT, "now": now})
        return day

    def _entry(self, row: tuple[Any, ...]) -> JournalEntry:
        inputs, handle, *times, record, idle = row
        try:
            began, busy_until = Stamp(*times[:3]), Stamp(*times[3:])
            return JournalEntry(dict(json.loads(inputs)), handle, began, busy_until, record, bool(idle))
        except (ValueError, TypeError) as error:
            raise _FAILURES.error("corrupt", self._path) from error


def _holder(handle: sqlite3.Connection, record: str) -> str | None:
    row = handle.execute("SELECT key FROM entry WHERE record = ?", (record,)).fetchone()
    return None if row is None else str(row[0])


def _compact(entry: JournalEntry) -> str:
    return json.dumps(dict(entry.inputs), separators=(",", ":"))
