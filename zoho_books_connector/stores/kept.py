"""The SQLite file under a store that is asked at every call: one handle for the process, kept open.

Opening one for each transaction would cost ten times as much, because the last handle that closes folds the log away.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoho_books_connector.stores.database import Database, Layout


class KeptDatabase(Database):
    """One file, for several processes; the threads of one take turns. A forked child opens a handle of its own."""

    def __init__(self, path: Path, layout: Layout, *, patience: float) -> None:
        self._turn = threading.Lock()
        self._process = os.getpid()
        self._kept: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        #: Handles of a parent: closing one here would fold away a log that the parent writes.
        self._inherited: list[sqlite3.Connection] = []
        super().__init__(path, layout, patience=patience)

    def close(self) -> None:
        """Close the handle; the next transaction opens another."""
        with self._own_turn():
            self._drop()

    @contextmanager
    def _hold(self) -> Iterator[sqlite3.Connection]:
        with self._own_turn():
            if self._kept is not None and self._identity() != self._file:
                self._drop()  # the file was put in place of another one, which nobody else writes any more
            if self._kept is None:
                self._kept, self._file = self._open_prepared(), self._identity()
            try:
                yield self._kept
            except BaseException:
                self._drop()
                raise

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _own_turn(self) -> threading.Lock:
        if self._process != os.getpid():
            if self._kept is not None:
                self._inherited.append(self._kept)
            self._process, self._turn, self._kept = os.getpid(), threading.Lock(), None
        return self._turn
