"""The rows of the inbox, changed in a transaction that the caller holds."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.stores.days import DAY, day_of_use
from zoho_books_connector.stores.inbox_entries import DeadEvent, InboxCounts, InboxEntry, Taken
from zoho_books_connector.stores.inbox_rows import FAILURES, Row, entry_of, unpacked
from zoho_books_connector.trigger.events import is_further

#: Why an event is dead whose worker never said how it went, and one whose content in the file is damaged.
LEASE_ENDED: Final = "lease_ended"
UNREADABLE: Final = "unreadable"
#: Old events that one take removes at most, so that none takes long.
_PRUNED_AT_ONCE: Final = 100

_INSERT: Final = """
    INSERT INTO event (delivery_id, version_key, state, stored_at, delivered, attempts) VALUES (?, ?, 'due', ?, ?, 0)
    ON CONFLICT DO NOTHING"""
_CONTENT: Final = "INSERT INTO content VALUES (?, ?, ?, ?)"
_SEEN: Final = "SELECT 1 FROM event WHERE version_key = ? LIMIT 1"

_ENDS: Final = "held_until = NULL, noted_at = NULL, ended_at = :now, ended_day = :day"
_LIVES: Final = "ended_at = NULL, ended_day = NULL"
_GIVE_UP: Final = f"""
    UPDATE event SET state = 'dead', reason = '{LEASE_ENDED}', {_ENDS}
    WHERE held_until <= :moment AND attempts >= :most"""  # noqa: S608 - constants of this module
_WAKE: Final = "UPDATE event SET state = 'due', held_until = NULL, noted_at = NULL WHERE held_until <= :moment"
_OLDEST: Final = """
    SELECT event.number, attempts + 1, delivery_id, received_at, facts, content
    FROM event LEFT JOIN content USING (number) WHERE state = 'due' ORDER BY event.number LIMIT ?"""
_LEASE: Final = """
    UPDATE event SET state = 'leased', attempts = attempts + 1, lease = ?, noted_at = ?, held_until = ?
    WHERE number = ?"""
_BURY: Final = f"UPDATE event SET state = 'dead', lease = NULL, reason = :reason, {_ENDS} WHERE number = :number"  # noqa: S608 - constants of this module

#: A lease that ended tells how it went all the same, unless another one began.
_MINE: Final = "number = :number AND lease = :lease AND state <> 'done'"
DONE: Final = f"UPDATE event SET state = 'done', lease = NULL, reason = NULL, {_ENDS} WHERE {_MINE}"  # noqa: S608 - constants of this module
FAILED: Final = f"""
    UPDATE event SET state = 'waiting', lease = NULL, reason = :reason, noted_at = :moment,
        held_until = :moment + :delay, {_LIVES}
    WHERE {_MINE}"""  # noqa: S608 - constants of this module
FAILED_FOR_GOOD: Final = f"{_BURY} AND {_MINE}"

_REPLAY: Final = f"""
    UPDATE event SET state = 'due', attempts = 0, lease = NULL, reason = NULL, noted_at = NULL, held_until = NULL,
        {_LIVES}
    WHERE state IN ('done', 'dead', 'waiting')"""  # noqa: S608 - constants of this module
REPLAY_ONE: Final = f"{_REPLAY} AND delivery_id = :delivery_id"
REPLAY_DEAD: Final = f"{_REPLAY} AND state = 'dead'"
REPLAY_REASON: Final = f"{_REPLAY} AND state <> 'done' AND reason = :reason"
REPLAY_SPAN: Final = f"{_REPLAY} AND stored_at >= :since AND stored_at < :until"

_DEAD: Final = """
    SELECT delivery_id, received_at, facts, content, delivery_id, reason, attempts, stored_at, ended_at
    FROM event LEFT JOIN content USING (number) WHERE state = 'dead' AND ended_day IS NOT NULL
    ORDER BY ended_day, event.number LIMIT ?"""
_RECENT: Final = """
    SELECT delivery_id, received_at, facts, content, event.number, state, stored_at, delivered, attempts, reason
    FROM event LEFT JOIN content USING (number) WHERE event.number < ? ORDER BY event.number DESC LIMIT ?"""
_FIND: Final = "SELECT received_at, facts, content FROM event JOIN content USING (number) WHERE delivery_id = ?"
_IDS: Final = "SELECT delivery_id FROM event WHERE delivery_id >= ? AND delivery_id < ? ORDER BY delivery_id LIMIT ?"
_DELIVERED: Final = "SELECT count(*) FROM event WHERE delivered AND stored_at >= ?"
#: Beyond the number of any event, and behind any character of an id.
_LAST: Final = 2**63 - 1
_BEHIND: Final = "\U0010ffff"
#: Each state by the index that holds it.
_COUNTS: Final = (
    "SELECT state, count(*), min(stored_at) FROM event WHERE state = 'due' GROUP BY state",
    "SELECT state, count(*), min(stored_at) FROM event WHERE held_until IS NOT NULL GROUP BY state",
    "SELECT state, count(*), NULL FROM event WHERE ended_day IS NOT NULL GROUP BY state",
)
_OLD: Final = """
    SELECT number FROM event WHERE state = ? AND ended_day < ? AND abs(ended_at - ?) > ?
    ORDER BY ended_day LIMIT ?"""
#: A time in the future is from before the machine was started anew: whoever waits begins to wait again.
_RESTAMP: Final = """
    UPDATE event SET held_until = :moment + held_until - noted_at, noted_at = :moment
    WHERE held_until IS NOT NULL AND noted_at > :moment"""


class InboxTable:
    """What can be done to the rows. ``keep`` holds the days for which a state is kept, by its name."""

    def __init__(
        self,
        path: Path,
        most_attempts: int,
        keep: Mapping[str, int],
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._path = path
        self._most = most_attempts
        self._keep = keep
        self._clock = clock
        self._monotonic = monotonic

    def insert(self, handle: sqlite3.Connection, rows: Iterable[Row], *, by_version: bool) -> int:
        """Add the rows that are new; returns how many were."""
        now, stored = self._clock(), 0
        for delivery_id, version_key, *kept in rows:
            if by_version and version_key and self._is_seen(handle, version_key):
                continue
            delivered = not by_version and not is_further(delivery_id)
            added = handle.execute(_INSERT, (delivery_id, version_key, now, delivered))
            if added.rowcount:
                handle.execute(_CONTENT, (added.lastrowid, *kept))
                stored += 1
        return stored

    def known(self, handle: sqlite3.Connection, version_keys: Iterable[str]) -> set[str]:
        """Return those of which there is an event."""
        return {key for key in version_keys if self._is_seen(handle, key)}

    def delivered_since(self, handle: sqlite3.Connection, moment: float) -> int:
        """Return how many deliveries were stored from ``moment`` on."""
        (count,) = handle.execute(_DELIVERED, (moment,)).fetchone()
        return int(count)

    def recent(self, handle: sqlite3.Connection, limit: int, before: int | None) -> list[InboxEntry]:
        """Return what came last, the latest first."""
        rows = handle.execute(_RECENT, (_LAST if before is None else before, limit))
        return [entry_of(row) for row in rows]

    def ids(self, handle: sqlite3.Connection, start: str, limit: int) -> list[str]:
        """Return ids that start so, the shortest first."""
        return [found for (found,) in handle.execute(_IDS, (start, start + _BEHIND, limit))]

    def find(self, handle: sqlite3.Connection, delivery_id: str) -> Event | None:
        """Return an event with its record."""
        row = handle.execute(_FIND, (delivery_id,)).fetchone()
        return None if row is None else unpacked(delivery_id, *row)

    def take(self, handle: sqlite3.Connection, limit: int, lease: float) -> list[Taken]:
        """Lease what is due; gives up what cannot be read, or was on its last lease, and removes what is old."""
        moment, ticket = self._monotonic(), secrets.token_hex(8)
        stamp = self._stamp(handle) | {"moment": moment}
        self._prune(handle, stamp["day"])
        handle.execute(_GIVE_UP, stamp | {"most": self._most})
        handle.execute(_WAKE, stamp)
        taken = []
        for number, attempt, *kept in handle.execute(_OLDEST, (limit,)).fetchall():
            event = unpacked(*kept)
            if event is None:
                handle.execute(_BURY, stamp | {"number": number, "reason": UNREADABLE})
            else:
                handle.execute(_LEASE, (ticket, moment, moment + lease, number))
                taken.append(Taken(event, attempt, number, ticket))
        return taken

    def change(self, handle: sqlite3.Connection, statement: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Execute one of this module's statements for each of ``rows``; returns how many rows it changed."""
        stamp = self._stamp(handle) | {"moment": self._monotonic()}
        return sum(handle.execute(statement, stamp | dict(row)).rowcount for row in rows)

    def restamp(self, handle: sqlite3.Connection) -> None:
        """Put right what was noted before the machine was started anew; no process outlives that."""
        handle.execute(_RESTAMP, {"moment": self._monotonic()})

    def dead(self, handle: sqlite3.Connection, limit: int) -> list[DeadEvent]:
        """Return events that were given up, the earliest first."""
        rows = handle.execute(_DEAD, (limit,))
        return [DeadEvent(unpacked(*row[:4]), *row[4:]) for row in rows]

    def counts(self, handle: sqlite3.Connection) -> InboxCounts:
        """Return how many events are in each state."""
        rows = [row for query in _COUNTS for row in handle.execute(query)]
        oldest = min((stored_at for *_, stored_at in rows if stored_at is not None), default=None)
        return InboxCounts(**{state: count for state, count, _ in rows}, oldest=oldest)

    def _is_seen(self, handle: sqlite3.Connection, version_key: str) -> bool:
        return handle.execute(_SEEN, (version_key,)).fetchone() is not None

    def _stamp(self, handle: sqlite3.Connection) -> dict[str, Any]:
        """Return the time, and the number of today among the days on which the inbox was used."""
        now = self._clock()
        found = day_of_use(handle, now)
        if found is None:
            raise FAILURES.error("corrupt", self._path)
        return {"now": now, "day": found[0]}

    def _prune(self, handle: sqlite3.Connection, day: int) -> None:
        for state, kept in self._keep.items():
            wanted = (state, day - kept, self._clock(), kept * DAY, _PRUNED_AT_ONCE)
            for found in handle.execute(_OLD, wanted).fetchall():
                handle.execute("DELETE FROM content WHERE number = ?", found)
                handle.execute("DELETE FROM event WHERE number = ?", found)
