"""The SQLite file under a store: opened for one short transaction at a time.

A handle lives no longer than its transaction (opening costs 0.2 ms), so nothing has to be shared between threads,
carried over a fork or closed at the end.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores.failures import Failures, primary_code

#: Seconds that a transaction waits for another one.
PATIENCE: Final = 10.0


@dataclass(frozen=True)
class Layout:
    """What a store keeps in its file, and how it speaks of it."""

    #: The version of ``statements``; a file of a higher one is refused.
    version: int
    #: What makes an empty file a store.
    statements: tuple[str, ...]
    failures: Failures
    #: ``FULL``: what was committed survives a power cut; ``NORMAL``: a crash of the process only.
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class Database:
    """One file, for several processes and threads on one machine."""

    def __init__(
        self,
        path: Path,
        layout: Layout,
        *,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._layout = layout
        self._patience = patience
        self._sleep = sleep
        with self._translated(), closing(self._open()) as handle:
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
        with self._translated(), closing(self._open()) as handle:
            handle.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Iterator[sqlite3.Connection]:
        with self._translated(), self._hold() as handle:
            handle.execute(f"BEGIN {kind}")
            yield handle
            handle.execute("COMMIT")  # an error in between leaves this out, and closing undoes the rest

    def _hold(self) -> AbstractContextManager[sqlite3.Connection]:
        """Return a handle for one transaction, closed at the end or when the block raises."""
        return closing(self._open_prepared())

    def _open(self) -> sqlite3.Connection:
        # A handle is used by one thread at a time, though not always by the one that opened it.
        handle = sqlite3.connect(self._path, timeout=self._patience, isolation_level=None, check_same_thread=False)
        try:
            # Reading the version opens the file, and tells what is no database before anything is written to it.
            (version,) = handle.execute("PRAGMA user_version").fetchone()
            if version > self._layout.version:
                raise self._failure("newer")
            handle.execute(f"PRAGMA synchronous = {self._layout.synchronous}")
            handle.execute("PRAGMA foreign_keys = ON")
            handle.execute("PRAGMA secure_delete = ON")
        except BaseException:
            handle.close()
            raise
        return handle

    def _open_prepared(self) -> sqlite3.Connection:
        """Open the file unless it is gone: SQLite would make an empty one."""
        if not self._path.exists():
            raise self._failure("missing")
        return self._open()

    def _protect(self) -> None:
        """Give a new file to its owner alone; the journal files take over its mode.

        By name and while it is still empty: opening and closing a second descriptor would drop SQLite's own locks.
        """
        if self._path.stat().st_size == 0:
            os.chmod(self._path, 0o600)

    def _prepare(self, handle: sqlite3.Connection) -> None:
        if handle.execute("PRAGMA user_version").fetchone() == (self._layout.version,):
            return
        self._use_write_ahead_log(handle)
        handle.execute("BEGIN IMMEDIATE")
        # Another process may have been faster since the first look.
        if handle.execute("PRAGMA user_version").fetchone() != (self._layout.version,):
            if handle.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise self._failure("corrupt")  # somebody else's database
            for statement in self._layout.statements:
                handle.execute(statement)
            handle.execute(f"PRAGMA user_version = {self._layout.version}")
        handle.execute("COMMIT")

    def _use_write_ahead_log(self, handle: sqlite3.Connection) -> None:
        """Let readers work beside a writer. SQLite does not wait by itself when several processes switch at once."""
        give_up = time.monotonic() + self._patience
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
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._layout.failures.sqlite_error(error, self._path) from error
        except UnicodeDecodeError as error:  # sqlite3, quoting a name out of a damaged file
            raise self._failure("corrupt") from error
        except OSError as error:
            raise self._failure("inaccessible") from error

    def _failure(self, fault: str) -> ConnectorError:
        return self._layout.failures.error(fault, self._path)
