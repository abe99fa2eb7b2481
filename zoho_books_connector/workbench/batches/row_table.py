"""The rows of batches in the workbench's file: how far each is, and which portion works on it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from zoho_books_connector.workbench.batches.batch import Row, RowState
from zoho_books_connector.workbench.batches.table import IS_OPEN
from zoho_books_connector.workbench.ledger import Ledger

_COLUMNS: Final = "number, lines, state, attempts, misses, record_id, note"


class RowTable:
    """Reads and writes rows, each change one transaction."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def claim(self, batch_id: str, portion: str, most: int) -> list[int]:
        """Give a portion its rows, the same ones when it asks again; none that is set aside for longer."""
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE batch_row SET portion = ? WHERE batch = ? AND number IN (SELECT number FROM batch_row"  # noqa: S608 - a constant
                f" WHERE batch = ? AND portion IS NULL AND {IS_OPEN} AND coalesce(again_at, 0) <= ?"
                " ORDER BY number LIMIT ?)"
                " AND NOT EXISTS (SELECT 1 FROM batch_row WHERE batch = ? AND portion = ?)",
                (portion, batch_id, batch_id, self._clock(), most, batch_id, portion),
            )
            rows = handle.execute(
                f"SELECT number FROM batch_row WHERE batch = ? AND portion = ? AND {IS_OPEN} ORDER BY number",  # noqa: S608 - a constant
                (batch_id, portion),
            )
            return [number for (number,) in rows]

    def set_aside(self, batch_id: str, number: int, note: str | None, *, until: float) -> None:
        """Take a row out of its portion, for a later one."""
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE batch_row SET state = 'waiting', portion = NULL, note = ?, again_at = ?"
                " WHERE batch = ? AND number = ?",
                (note, until, batch_id, number),
            )

    def due(self, batch_id: str) -> float | None:
        """Return when the first of the rows that are set aside goes on; ``None`` without one."""
        with self._ledger.read() as handle:
            (again_at,) = handle.execute(
                "SELECT min(again_at) FROM batch_row WHERE batch = ? AND portion IS NULL AND state = 'waiting'",
                (batch_id,),
            ).fetchone()
        return None if again_at is None else float(again_at)

    def claimed(self, batch_id: str, portion: str) -> list[Row]:
        """Return the rows of a portion that are not over, in order."""
        with self._ledger.read() as handle:
            found = handle.execute(
                f"SELECT {_COLUMNS} FROM batch_row"  # noqa: S608 - a constant
                f" WHERE batch = ? AND portion = ? AND {IS_OPEN} ORDER BY number",
                (batch_id, portion),
            )
            return [_row(row) for row in found]

    def begin(self, batch_id: str, number: int, portion: str) -> Row | None:
        """Count an attempt of a row before it is made; ``None`` when it is over, or another portion's."""
        with self._ledger.write() as handle:
            found = handle.execute(
                "UPDATE batch_row SET attempts = attempts + 1, state = 'running', again_at = NULL"  # noqa: S608 - a constant
                f" WHERE batch = ? AND number = ? AND portion = ? AND {IS_OPEN}"
                " AND (state = 'running' OR (SELECT state FROM batch WHERE id = batch) = 'running')"
                f" RETURNING {_COLUMNS}",
                (batch_id, number, portion),
            ).fetchone()
        return None if found is None else _row(found)

    def note(
        self,
        batch_id: str,
        number: int,
        state: RowState,
        *,
        record_id: str | None = None,
        note: str | None = None,
        missed: bool = False,
        again_at: float | None = None,
    ) -> None:
        """Write down what an attempt of a row came to, and until when the batch waits."""
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE batch_row SET state = ?, record_id = ?, note = ?, misses = misses + ?"
                " WHERE batch = ? AND number = ?",
                (state, record_id, note, missed, batch_id, number),
            )
            if again_at is not None:
                handle.execute("UPDATE batch SET again_at = ? WHERE id = ?", (again_at, batch_id))

    def note_checked(self, batch_id: str, found: Sequence[tuple[int, str | None]]) -> None:
        """Write down which rows are valid: each number with what is wrong, or ``None``."""
        with self._ledger.write() as handle:
            handle.executemany(
                "UPDATE batch_row SET state = ?, note = ? WHERE batch = ? AND number = ?",
                (("valid" if note is None else "invalid", note, batch_id, number) for number, note in found),
            )

    def page(self, batch_id: str, *, states: Sequence[str] = (), after: int = 0, limit: int = 1000) -> list[Row]:
        """Return rows in order, after a number."""
        chosen = f" AND state IN ({', '.join('?' * len(states))})" if states else ""
        with self._ledger.read() as handle:
            found = handle.execute(
                f"SELECT {_COLUMNS} FROM batch_row"  # noqa: S608 - placeholders
                f" WHERE batch = ? AND number > ?{chosen} ORDER BY number LIMIT ?",
                (batch_id, after, *states, limit),
            )
            return [_row(row) for row in found]

    def get(self, batch_id: str, number: int) -> Row | None:
        """Return the row of a number; ``None`` for one that the file does not have, or that is part of another one."""
        found = self.page(batch_id, after=number - 1, limit=1)
        return found[0] if found and found[0].number == number else None

    def all(self, batch_id: str) -> Iterator[Row]:
        """Return every row in order, a thousand at a time."""
        after = 0
        while found := self.page(batch_id, after=after):
            yield from found
            after = found[-1].number


def _row(found: Sequence[Any]) -> Row:
    number, lines, *others = found
    return Row(number, [(place, cells) for place, cells in json.loads(lines)], *others)
