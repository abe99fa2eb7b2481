"""The durable inbox of events in one SQLite file: stored before they are acknowledged, handed on until handled."""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.stores.database import PATIENCE
from zoho_books_connector.stores.inbox_entries import DeadEvent, InboxCounts, InboxEntry, Taken
from zoho_books_connector.stores.inbox_rows import LAYOUT, packed
from zoho_books_connector.stores.inbox_table import (
    DONE,
    FAILED,
    FAILED_FOR_GOOD,
    REPLAY_DEAD,
    REPLAY_ONE,
    REPLAY_REASON,
    REPLAY_SPAN,
    InboxTable,
)
from zoho_books_connector.stores.kept import KeptDatabase
from zoho_books_connector.stores.together import Together
from zoho_books_connector.trigger.proven import Proven

logger: Final = logging.getLogger("zoho_books_connector.inbox")

_MINUTE, _HOUR = 60.0, 3600.0
#: Seconds before each further attempt; an event that fails once more is dead.
DELAYS: Final = (
    *(10.0, 30.0, _MINUTE, 5 * _MINUTE, 15 * _MINUTE),
    *(_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR),
)
#: Days for which acknowledged events, and dead ones, are kept.
KEEP_DONE: Final = 30
KEEP_DEAD: Final = 90
_LONGEST_REASON: Final = 200


class SqliteInbox:
    """Events on their way from the webhook to whoever handles them; several threads and processes may share the file.

    Every event is handed out at least once, and not again after ``done``. ``delays`` are the seconds before each
    further attempt. An acknowledged event goes when it is ``keep_done`` days old by the clock and the inbox was used on
    as many days after it; a dead one likewise after ``keep_dead`` days; any other stays. Methods raise
    ``UnavailableError`` when the file cannot be used, or stays busy for ``patience`` seconds.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        delays: Sequence[float] = DELAYS,
        keep_done: int = KEEP_DONE,
        keep_dead: int = KEEP_DEAD,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._delays = tuple(delays)
        keep = {"done": keep_done, "dead": keep_dead}
        self._table = InboxTable(Path(path), len(self._delays) + 1, keep, clock, monotonic)
        self._database = KeptDatabase(Path(path), LAYOUT, patience=patience)
        self._together = Together(self._database)
        # Nobody has to close an inbox, and Python warns of a handle that is left open.
        weakref.finalize(self, self._database.close)
        with self._database.write() as handle:
            self._table.restamp(handle)

    def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
        """Store events, on the disk when this returns; returns how many were new.

        One whose ``delivery_id`` is known, also of an acknowledged event, is dropped. With ``by_version``, for events
        that were read and not delivered, so is one whose ``version_key`` is known. Raises ``InputError`` for an event
        that is not JSON-ready; then none is stored.
        """
        rows = packed(events)
        return self._together.write(lambda handle: self._table.insert(handle, rows, by_version=by_version))

    def put_proven(self, events: Sequence[Event | Proven]) -> int:
        """Store what deliveries brought as ``put`` does, also deliveries that are read when they are taken."""
        rows = packed(events)
        return self._together.write(lambda handle: self._table.insert(handle, rows, by_version=False))

    def known(self, version_keys: Iterable[str]) -> set[str]:
        """Return those of ``version_keys`` of which an event is here, in whatever state; they need not be read."""
        wanted = set(version_keys)
        with self._database.read() as handle:
            return self._table.known(handle, wanted)

    def take(self, limit: int = 1, *, lease: float = 300.0) -> list[Taken]:
        """Return the oldest events that are due, and keep them from everybody else for ``lease`` seconds.

        An event whose lease ends without a word is due again, and dead after its last attempt.
        """
        return self._together.write(lambda handle: self._table.take(handle, limit, lease))

    def done(self, *taken: Taken) -> int:
        """Acknowledge events, which are not handed out again; returns how many.

        An event that was handed out again after its lease ended, or was replayed, is not acknowledged.
        """
        return self._change(DONE, [_named(each) for each in taken])

    def failed(self, taken: Taken, reason: str, *, after: float = 0.0) -> None:
        """Put an event back for a later attempt, at least ``after`` seconds from now; the last attempt makes it dead.

        ``reason`` is a code for a person. It is kept and shown, so it must hold nothing of the record.
        """
        values = _named(taken) | {"reason": reason[:_LONGEST_REASON]}
        if taken.attempt <= len(self._delays):
            self._change(FAILED, [values | {"delay": max(self._delays[taken.attempt - 1], after)}])
        elif self._change(FAILED_FOR_GOOD, [values]):
            logger.warning("an event was given up after %d attempts: %s", taken.attempt, taken.event.delivery_id)

    def dead(self, limit: int = 100) -> list[DeadEvent]:
        """Return events that were given up, the earliest first."""
        with self._database.read() as handle:
            return self._table.dead(handle, limit)

    def replay(
        self, delivery_ids: Iterable[str] = (), *, since: float | None = None, until: float | None = None
    ) -> int:
        """Make events due again: dead, acknowledged and waiting ones; returns how many.

        They are named by their ids, or by when they were stored: from ``since`` on and before ``until``, in unix
        seconds. One that is out on lease stays there.
        """
        replayed = self._change(REPLAY_ONE, [{"delivery_id": each} for each in delivery_ids])
        if since is None and until is None:
            return replayed
        span = {"since": float("-inf") if since is None else since, "until": float("inf") if until is None else until}
        return replayed + self._change(REPLAY_SPAN, [span])

    def replay_dead(self) -> int:
        """Make every event due again that was given up; returns how many."""
        return self._change(REPLAY_DEAD, [{}])

    def replay_failed(self, reasons: Iterable[str]) -> int:
        """Make the events due again that failed for a reason which is gone, waiting or given up; returns how many."""
        return self._change(REPLAY_REASON, [{"reason": each} for each in reasons])

    def counts(self) -> InboxCounts:
        """Return how many events are in each state, for a page that shows it."""
        with self._database.read() as handle:
            return self._table.counts(handle)

    def delivered_since(self, moment: float) -> int:
        """Return how many deliveries were stored since ``moment``, in unix seconds; resends do not count.

        Events that were read (``by_version``) and further records of one delivery are none. What retention removed is
        no longer counted.
        """
        with self._database.read() as handle:
            return self._table.delivered_since(handle, moment)

    def recent(self, limit: int = 50, *, before: int | None = None) -> list[InboxEntry]:
        """Return the latest events without their records, the latest first; ``before`` is the last number of a page."""
        with self._database.read() as handle:
            return self._table.recent(handle, limit, before)

    def ids(self, start: str, limit: int = 100) -> list[str]:
        """Return delivery ids that start so, in their order."""
        with self._database.read() as handle:
            return self._table.ids(handle, start, limit)

    def find(self, delivery_id: str) -> Event | None:
        """Return an event with its record, in whatever state; ``None`` for an unknown or a damaged one."""
        with self._database.read() as handle:
            return self._table.find(handle, delivery_id)

    def close(self) -> None:
        """Close the file, which a later use opens again; needed only before the file is moved."""
        self._database.close()

    def _change(self, statement: str, rows: Sequence[dict[str, Any]]) -> int:
        return self._together.write(lambda handle: self._table.change(handle, statement, rows)) if rows else 0


def _named(taken: Taken) -> dict[str, Any]:
    return {"number": taken.number, "lease": taken.lease}
