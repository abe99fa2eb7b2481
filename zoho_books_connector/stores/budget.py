"""One rate budget for several processes of a machine, kept in an SQLite file.

A row stands for a call from before it is sent until no window of Zoho's can hold it any more. Times are those of the
machine's monotonic clock, which all processes read alike and which starts anew with the machine: a time in the future
was written before that, and counts from now on.
"""

from __future__ import annotations

import json
import logging
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, NamedTuple, get_args

from zoho_books_connector.boundary import CallEnd, Slot
from zoho_books_connector.errors import ConnectorError, RateScope
from zoho_books_connector.sending.limits import (
    Limits,
    Load,
    Obstacle,
    Standing,
    Usage,
    learn,
    obstacle,
    restamped,
    usage,
)
from zoho_books_connector.sending.place import Place
from zoho_books_connector.sending.refusals import refusal
from zoho_books_connector.sending.window import ended
from zoho_books_connector.stores.database import Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.kept import KeptDatabase
from zoho_books_connector.stores.lines import Lines

logger: Final = logging.getLogger("zoho_books_connector.budget")

_LAYOUT: Final = Layout(
    version=2,
    statements=(
        """CREATE TABLE call (
            id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, owner TEXT,
            taken_at REAL NOT NULL, open_until REAL NOT NULL, counts_until REAL NOT NULL)""",
        "CREATE INDEX call_of_bucket ON call (bucket, counts_until)",
        "CREATE TABLE standing (bucket TEXT PRIMARY KEY, learnt TEXT NOT NULL)",
    ),
    failures=Failures(
        "budget",
        "shared rate budget",
        "Stop every program that shares it, delete the file, wait a minute, and start them again.",
    ),
    # After a power cut the calls of the last moments are forgotten, and starting anew takes longer than they count.
    synchronous="NORMAL",
)
#: Seconds that a process may be stopped for between two looks, and how often it looks for an open call's end.
_LOOK: Final = 0.5
_POLL: Final = 0.02
#: Seconds that a call counts as open when nobody says that it ended.
_LEASE: Final = 120.0
#: Seconds that a transaction waits for those of others.
_PATIENCE: Final = 5.0
_INSERT: Final = "INSERT INTO call (bucket, owner, taken_at, open_until, counts_until) VALUES (?, ?, ?, ?, ?)"
_LOSE: Final = (
    "UPDATE call SET open_until = min(open_until, ?), counts_until = min(counts_until, ?)"
    " WHERE owner = ? AND open_until > ?"
)
_UPSERT: Final = "INSERT INTO standing VALUES (?, ?) ON CONFLICT (bucket) DO UPDATE SET learnt = excluded.learnt"


class _Held(NamedTuple):
    """A place that was taken: its bucket, and the number of its row."""

    bucket: str
    row: int


class SqliteBudget:
    """The budget of all processes that open the same file; safe across threads and forks.

    ``lease`` is the longest that a call can take, time-outs included: a process that was killed gives its places back
    when it is over, or sooner where the next process of the same ``owner`` says that it is dead: ``inherit``. All who
    share a file pass the same figures. When the file cannot be used, nothing is sent: ``slot`` raises
    ``UnavailableError``.
    """

    def __init__(
        self,
        path: str | Path,
        limits: Limits | None = None,
        *,
        lease: float = _LEASE,
        owner: str | None = None,
        patience: float = _PATIENCE,
        poll: float = _POLL,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits or Limits()
        self._database = KeptDatabase(Path(path), _LAYOUT, patience=patience)
        self._path = Path(path)
        self._lease = lease
        self._owner = owner
        self._poll = poll
        self._clock = clock
        self._wall = wall
        self._sleep = sleep
        self._lines = Lines()
        with self._database.write() as handle:
            handle.execute("DELETE FROM call WHERE counts_until <= ?", (clock(),))

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold one of the places of ``bucket`` while a request is out."""
        return Place(self, bucket, wait, interactive)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        self._database.close()

    def inherit(self) -> None:
        """Give up what earlier processes of this ``owner`` left open; only when none of them can be alive.

        Their answers are lost, and count as such.
        """
        until = ended(CallEnd(), now := self._clock(), self.limits)
        assert until is not None  # noqa: S101 - what may have been sent counts
        with self._database.write() as handle:
            handle.execute(_LOSE, (*until, self._owner, now))

    def usage(self, bucket: str) -> Usage:
        """Return the state of a bucket, to be shown."""
        with self._database.write() as handle:
            now = self._clock()
            load, standing = self._read(handle, bucket, now)
            return usage(self.limits, standing, load, now, self._wall())

    def take(self, place: Place[_Held]) -> _Held:
        """Wait for a place and take it; raises ``RateLimitedError``."""
        give_up = self._clock() + place.wait
        found = self._try(place, self._lines.waiting(place.bucket))
        if isinstance(found, _Held):
            return found
        pause = self._pause(found, give_up)
        with self._lines.turn(place.bucket, give_up - self._clock()) as is_ours:
            if not is_ours:
                raise refusal(found)
            while True:
                self._sleep(pause)
                found = self._try(place, 0)
                if isinstance(found, _Held):
                    return found
                pause = self._pause(found, give_up)

    def give_back(self, held: _Held, end: CallEnd) -> None:
        """Give a place back and learn from how the call ended.

        An answer is there already, so it is not lost for the sake of the budget: the row ends by itself.
        """
        try:
            with self._database.write() as handle:
                self._end(handle, held, end)
        except ConnectorError as error:
            logger.warning("a call could not be given back to the rate budget (%s); it ends with its lease", error.code)

    def _try(self, place: Place[_Held], ahead: int) -> _Held | Obstacle:
        with self._database.write() as handle:
            now = self._clock()
            load, standing = self._read(handle, place.bucket, now)
            wall, interactive = self._wall(), place.interactive
            found = obstacle(self.limits, standing, load, now, wall, ahead=ahead, interactive=interactive)
            if found is not None:
                return found
            open_until = now + self._lease
            row = (place.bucket, self._owner, now, open_until, open_until + self.limits.window)
            number = handle.execute(_INSERT, row).lastrowid
            assert number is not None  # noqa: S101 - an insert has a row
            return _Held(place.bucket, number)

    def _pause(self, found: Obstacle, give_up: float) -> float:
        """Return how long to sleep before the next look; raises ``RateLimitedError`` when there is no sense in it."""
        left = give_up - self._clock()
        if left <= 0 or (found.wait is not None and found.wait > left):
            raise refusal(found)
        if found.wait is not None:
            return min(found.wait, _LOOK)
        return min(left, self._poll * random.uniform(0.5, 1.5))  # noqa: S311 - spreads processes, guards nothing

    def _end(self, handle: sqlite3.Connection, held: _Held, end: CallEnd) -> None:
        now, (bucket, row) = self._clock(), held
        until = ended(end, now, self.limits)
        if until is None:
            handle.execute("DELETE FROM call WHERE id = ?", (row,))
            return
        changed = handle.execute("UPDATE call SET open_until = ?, counts_until = ? WHERE id = ?", (*until, row))
        if changed.rowcount == 0:  # it outlasted its lease and a window
            handle.execute(_INSERT, (bucket, self._owner, now, *until))
        if end.quota is not None or end.status == 429:
            _, standing = self._read(handle, bucket, now)
            learnt = learn(self.limits, standing, end, now, self._wall())
            handle.execute(_UPSERT, (bucket, json.dumps(learnt._asdict())))

    def _read(self, handle: sqlite3.Connection, bucket: str, now: float) -> tuple[Load, Standing]:
        handle.execute("DELETE FROM call WHERE bucket = ? AND counts_until <= ?", (bucket, now))
        # A time in the future is from before the machine was started anew.
        handle.execute(
            "UPDATE call SET taken_at = ?, open_until = ?, counts_until = ? WHERE bucket = ? AND taken_at > ?",
            (now, now, now + self.limits.window, bucket, now),
        )
        rows = handle.execute("SELECT open_until, counts_until FROM call WHERE bucket = ?", (bucket,)).fetchall()
        found = handle.execute("SELECT learnt FROM standing WHERE bucket = ?", (bucket,)).fetchone()
        try:
            ends = [counts_until for open_until, counts_until in rows if open_until <= now]
            stored = _standing(found[0]) if found else Standing()
        except (TypeError, ValueError) as error:
            raise _LAYOUT.failures.error("corrupt", self._path) from error
        standing = restamped(stored, now)
        if standing != stored:
            handle.execute(_UPSERT, (bucket, json.dumps(standing._asdict())))
        return Load(len(rows) - len(ends), len(rows), ends), standing


def _standing(text: str) -> Standing:
    """Read what was learnt; raises ``ValueError`` or ``TypeError`` for anything else."""
    standing = Standing(**json.loads(text))
    numbers = standing[1:]  # after ``closed_by``
    if not all(value is None or isinstance(value, int | float) for value in numbers):
        raise ValueError("a standing is made of numbers")
    if standing.closed_by not in get_args(RateScope):
        raise ValueError("nobody closes it by this name")
    return standing
