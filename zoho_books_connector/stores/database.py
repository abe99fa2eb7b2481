"""The SQLite file under the connection store: opened for one short transaction at a time.

A handle lives no longer than its transaction (opening costs 0.2 ms), so nothing has to be shared between threads,
carried over a fork or closed at the end.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal

from zoho_books_connector.stores.failures import primary_code, sqlite_failure, store_error

_VERSION: Final = 1
#: Seconds that a transaction waits for another one.
_PATIENCE: Final = 10.0

#: ``sealed`` is nonce + ciphertext; the other columns are readable by whoever can read the file. Tokens that were
#: forgotten leave their version behind, so that it never repeats.
_SCHEMA: Final = (
    """CREATE TABLE connection (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, region TEXT NOT NULL, organization_id TEXT NOT NULL,
        created_at REAL NOT NULL, updated_at REAL NOT NULL,
        version INTEGER NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL)""",
    """CREATE TABLE token (
        connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        version INTEGER NOT NULL, key_id TEXT, sealed BLOB)""",
    """CREATE TABLE lock (
        connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        owner TEXT NOT NULL, taken_at REAL NOT NULL, expires_at REAL NOT NULL)""",
    f"PRAGMA user_version = {_VERSION}",
)


class Database:
    """One file, for several processes and threads on one machine."""

    def __init__(self, path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._path = path
        self._sleep = sleep
        with _translated(), closing(self._open()) as handle:
            self._protect()
            self._prepare(handle)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Hold a view of the file that does not change."""
        with self._transaction("DEFERRED") as handle:
            yield handle

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Keep other writers out, and undo everything when the block raises."""
        with self._transaction("IMMEDIATE") as handle:
            yield handle

    def scrub(self) -> None:
        """Fold the journal into the file and empty it, so that what was overwritten is on disk no more."""
        with _translated(), closing(self._open()) as handle:
            handle.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[sqlite3.Connection]:
        with _translated(), closing(self._open()) as handle:
            handle.execute(f"BEGIN {kind}")
            yield handle
            handle.execute("COMMIT")  # an error in between leaves this out, and closing undoes the rest

    def _open(self) -> sqlite3.Connection:
        handle = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            # Reading the version opens the file, and tells what is no database before anything is written to it.
            (version,) = handle.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise store_error("store_newer")
            handle.execute("PRAGMA foreign_keys = ON")
            handle.execute("PRAGMA secure_delete = ON")
        except BaseException:
            handle.close()
            raise
        return handle

    def _protect(self) -> None:
        """Give a new file to its owner alone; the journal files take over its mode.

        By name and while it is still empty: opening and closing a second descriptor would drop SQLite's own locks.
        """
        if self._path.stat().st_size == 0:
            os.chmod(self._path, 0o600)

    def _prepare(self, handle: sqlite3.Connection) -> None:
        if handle.execute("PRAGMA user_version").fetchone() == (_VERSION,):
            return
        self._use_write_ahead_log(handle)
        handle.execute("BEGIN IMMEDIATE")
        # Another process may have been faster since the first look.
        if handle.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            if handle.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise store_error("store_corrupt")  # somebody else's database
            for statement in _SCHEMA:
                handle.execute(statement)
        handle.execute("COMMIT")

    def _use_write_ahead_log(self, handle: sqlite3.Connection) -> None:
        """Let readers work beside a writer. SQLite does not wait by itself when several processes switch at once."""
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                handle.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                self._sleep(0.02)
            else:
                return


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise sqlite_failure(error) from error
    except UnicodeDecodeError as error:  # sqlite3, quoting a name out of a damaged file
        raise store_error("store_corrupt") from error
    except OSError as error:
        raise store_error("store_inaccessible") from error
