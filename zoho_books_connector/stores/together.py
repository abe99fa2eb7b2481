"""Threads that want to write at the same moment share one transaction, and so one wait for the disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores.database import Database

T = TypeVar("T")


class Together:
    """Group commit on a database; safe across threads and forks.

    Whoever gets the turn does the work of everybody who waits by then. What the file refuses is refused to all of them,
    for all of it is undone. So work should meet no faults but the file's: check its data before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begin_anew()

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``work`` returns in a transaction that is on the disk when this returns."""
        if self._process != os.getpid():
            self._begin_anew()  # whoever waited here waits in the parent
        share = _Share(work)
        self._waiting.append(share)
        with self._turn:
            if not share.is_done:
                self._commit([self._waiting.popleft() for _ in range(len(self._waiting))], share)
        if share.error is not None:
            raise share.error
        result: T = share.result
        return result

    def _begin_anew(self) -> None:
        self._process: int = os.getpid()
        self._turn = threading.Lock()
        self._waiting: deque[_Share] = deque()

    def _commit(self, shares: list[_Share], mine: _Share) -> None:
        try:
            with self._database.write() as handle:
                results = [share.work(handle) for share in shares]
        except ConnectorError as error:
            for share in shares:
                share.error, share.is_done = error, True
        except BaseException:  # an interrupt of this thread: the others' work is done by whoever is next
            self._waiting.extend(share for share in shares if share is not mine)
            raise
        else:
            for share, result in zip(shares, results, strict=True):
                share.result, share.is_done = result, True


class _Share:
    """What one thread contributes to a transaction, and what came of it."""

    __slots__ = ("error", "is_done", "result", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self.work: Final = work
        self.result: Any = None
        self.error: ConnectorError | None = None
        self.is_done = False
