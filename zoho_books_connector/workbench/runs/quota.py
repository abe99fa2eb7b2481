"""What is left of each connection's limits, without a call: the shared budget knows, once it knows whom to ask for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from zoho_books_connector.boundary import Quota, Slot
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.sending.limits import Usage
from zoho_books_connector.stores import SqliteBudget
from zoho_books_connector.workbench.ledger import Ledger


@dataclass(frozen=True)
class Left:
    """What is left, to be shown."""

    connection: str
    #: Calls of this minute that were sent, and that may be.
    counted: int
    allowed: int
    #: Calls that are open, and that may be at a time.
    open: int
    concurrent: int
    day: Quota
    #: Why nothing is sent now, and for how many seconds as far as that is known.
    scope: str | None
    wait: float | None


class WatchedBudget:
    """A budget that knows which of its buckets each thread asked for last."""

    def __init__(self, budget: SqliteBudget) -> None:
        self._budget = budget
        self._asked = threading.local()

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold a place of the budget."""
        self._asked.bucket = bucket
        return self._budget.slot(bucket, wait=wait, interactive=interactive)

    def last_asked(self) -> str | None:
        """Return the bucket that this thread asked for since it was forgotten, and forget it."""
        bucket: str | None = getattr(self._asked, "bucket", None)
        self._asked.bucket = None
        return bucket

    def inherit(self) -> None:
        """Give up what the last workbench in this folder left open."""
        self._budget.inherit()

    def usage(self, bucket: str) -> Usage:
        """Return the state of a bucket."""
        return self._budget.usage(bucket)

    def close(self) -> None:
        """Close the budget."""
        self._budget.close()


class Quotas:
    """Remembers which bucket a connection spends, as its calls show."""

    def __init__(self, ledger: Ledger, budget: WatchedBudget) -> None:
        self._ledger = ledger
        self._budget = budget
        self._known: dict[str, str] = {}

    @contextmanager
    def watching(self, connection: str) -> Iterator[None]:
        """Note whose budget a connection's calls in the block spend, not those that this thread made before."""
        self._budget.last_asked()
        try:
            yield
        finally:
            # Who pays is known to the budget alone, and only of this thread's calls. Nothing hangs on it.
            with suppress(ConnectorError):
                self.learn(connection)

    def learn(self, connection: str) -> None:
        """Note whose budget the calls of this thread have spent, which were a connection's."""
        bucket = self._budget.last_asked()
        if bucket is None or self._known.get(connection) == bucket:
            return
        with self._ledger.write() as handle:
            handle.execute("INSERT OR REPLACE INTO bucket VALUES (?, ?)", (connection, bucket))
        self._known[connection] = bucket

    def left(self, connection: str) -> Left | None:
        """Return what is left; ``None`` before the first call of a connection."""
        with self._ledger.read() as handle:
            row = handle.execute("SELECT bucket FROM bucket WHERE connection = ?", (connection,)).fetchone()
        if row is None:
            return None
        used = self._budget.usage(row[0])
        return Left(
            connection,
            used.counted,
            used.allowed,
            used.open,
            used.concurrent,
            used.quota,
            used.scope,
            used.wait,
        )
