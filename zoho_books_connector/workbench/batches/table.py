"""The batches in the workbench's file: each with its columns, and how far its rows are."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from zoho_books_connector.errors import NotFoundError
from zoho_books_connector.workbench.batches.batch import OPEN, UNTOUCHED, Batch, BatchState
from zoho_books_connector.workbench.ledger import Ledger

_COLUMNS: Final = (
    "id, label, connection, action, origin, columns, mapping, grouped_by, is_dry, state, turn, note, again_at,"
    " created_at, ended_at"
)
#: Which rows of a batch are worked on: all, those that are not over, or those that failed or may have.
Which = Literal["all", "open", "failed"]
_OF: Final[Mapping[Which, str]] = {
    "all": str(UNTOUCHED),
    "open": "('new', 'waiting')",
    "failed": "('failed', 'unknown')",
}
_IS_UNTOUCHED: Final = (
    f" AND NOT EXISTS (SELECT 1 FROM batch_row WHERE batch = batch.id AND batch_row.state NOT IN {UNTOUCHED})"  # noqa: S608 - a constant
)
IS_OPEN: Final = f"state IN {OPEN}"


class BatchTable:
    """Reads and writes batches, each change one transaction."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, batch: Batch, rows: Sequence[tuple[int, list[str]]]) -> None:
        """Add a batch with all its rows, or nothing."""
        values = (
            *(batch.id, batch.label, batch.connection, batch.action, batch.origin, json.dumps(batch.columns)),
            *(json.dumps(batch.mapping), batch.grouped_by, batch.is_dry, batch.state, batch.turn, batch.note),
            *(batch.again_at, batch.created_at, batch.ended_at),
        )
        with self._ledger.write() as handle:
            handle.execute(f"INSERT INTO batch ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 - constants
            handle.executemany(
                "INSERT INTO batch_row VALUES (?, ?, ?, 'new', NULL, 0, 0, NULL, NULL, NULL)",
                ((batch.id, number, json.dumps([[number, cells]])) for number, cells in rows),
            )

    def get(self, batch_id: str) -> Batch:
        """Return a batch; raises ``NotFoundError`` when it is gone."""
        with self._ledger.read() as handle:
            row = handle.execute(f"SELECT {_COLUMNS} FROM batch WHERE id = ?", (batch_id,)).fetchone()  # noqa: S608 - a constant
            counts = _counts(handle, batch_id)
        if row is None:
            raise _gone()
        return _batch(row, counts)

    def state(self, batch_id: str) -> tuple[BatchState, int]:
        """Return a batch's state and turn without counting its rows; raises ``NotFoundError`` when it is gone."""
        with self._ledger.read() as handle:
            found = handle.execute("SELECT state, turn FROM batch WHERE id = ?", (batch_id,)).fetchone()
        if found is None:
            raise _gone()
        state, turn = found
        return state, turn

    def latest(self, limit: int = 50) -> list[Batch]:
        """Return the latest batches, newest first."""
        with self._ledger.read() as handle:
            rows = handle.execute(
                f"SELECT {_COLUMNS} FROM batch ORDER BY created_at DESC LIMIT ?",  # noqa: S608 - a constant
                (limit,),
            ).fetchall()
            return [_batch(row, _counts(handle, row[0])) for row in rows]

    def begin(
        self, batch_id: str, *, is_dry: bool, which: Which = "open", settled: Mapping[str, Any] | None = None
    ) -> int | None:
        """Set a batch going; returns its turn, or ``None`` when it is going already.

        ``which`` rows are to be worked on; ``all`` of them only while none was run. ``settled`` are columns of the
        batch that are to change with it: the rows are grouped as they say. Rows at work stay with who works on them.
        """
        settled = {name: _stored(value) for name, value in {**(settled or {}), "is_dry": is_dry}.items()}
        changes = ", ".join(f"{name} = ?" for name in settled)
        with self._ledger.write() as handle:
            former = handle.execute("SELECT grouped_by FROM batch WHERE id = ?", (batch_id,)).fetchone()
            begun = handle.execute(
                f"UPDATE batch SET {changes}, state = 'running', turn = turn + 1, note = NULL, again_at = NULL,"  # noqa: S608 - our own names
                f" ended_at = NULL WHERE id = ? AND state != 'running'{_IS_UNTOUCHED if which == 'all' else ''}"
                " RETURNING turn, columns, grouped_by",
                (*settled.values(), batch_id),
            ).fetchone()
            if begun is None:
                return None
            turn, columns, grouped_by = begun
            if (grouped_by,) != former:
                _group(handle, batch_id, None if grouped_by is None else json.loads(columns).index(grouped_by))
            handle.execute(
                "UPDATE batch_row SET state = 'new', note = NULL, portion = NULL, misses = 0, again_at = NULL"  # noqa: S608 - constants
                f" WHERE batch = ? AND state IN {_OF[which]}",
                (batch_id,),
            )
        return int(turn)

    def stop(self, batch_id: str, note: str | None = None) -> None:
        """Begin no further row of a batch."""
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE batch SET state = 'stopped', note = ?, again_at = NULL WHERE id = ? AND state = 'running'",
                (note, batch_id),
            )

    def end(self, batch_id: str) -> None:
        """Note that a batch is done, once none of its rows is open."""
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE batch SET state = 'done', ended_at = ?, again_at = NULL WHERE id = ? AND state = 'running'"  # noqa: S608 - a constant
                f" AND NOT EXISTS (SELECT 1 FROM batch_row WHERE batch = ? AND {IS_OPEN})",
                (self._clock(), batch_id, batch_id),
            )

    def delete(self, batch_id: str) -> None:
        """Forget a batch that is not running, and its rows."""
        with self._ledger.write() as handle:
            gone = handle.execute("DELETE FROM batch WHERE id = ? AND state != 'running'", (batch_id,))
            if gone.rowcount:
                handle.execute("DELETE FROM batch_row WHERE batch = ?", (batch_id,))
                # Its rows' keys begin with its id and a colon, which a semicolon follows.
                handle.execute("DELETE FROM call WHERE run > ? AND run < ?", (f"{batch_id}:", f"{batch_id};"))

    def reclaim(self) -> None:
        """Take back every row that is not over, and begin a new turn of what is going."""
        with self._ledger.write() as handle:
            handle.execute("UPDATE batch SET turn = turn + 1, again_at = NULL WHERE state = 'running'")
            handle.execute(
                f"UPDATE batch_row SET portion = NULL, state = 'new' WHERE portion IS NOT NULL AND {IS_OPEN}"  # noqa: S608 - a constant
            )

    def running(self) -> Sequence[tuple[str, int, bool]]:
        """Return id, turn and whether it is dry of every batch that is going."""
        with self._ledger.read() as handle:
            found = handle.execute("SELECT id, turn, is_dry FROM batch WHERE state = 'running'").fetchall()
        return [(batch_id, turn, bool(is_dry)) for batch_id, turn, is_dry in found]


def _gone() -> NotFoundError:
    return NotFoundError("batch_unknown", "There is no such batch.", "It may have been deleted.")


def _counts(handle: sqlite3.Connection, batch_id: str) -> dict[str, int]:
    found = handle.execute("SELECT state, count(*) FROM batch_row WHERE batch = ? GROUP BY state", (batch_id,))
    return dict(found.fetchall())


def _group(handle: sqlite3.Connection, batch_id: str, index: int | None) -> None:
    """Make one row of all lines whose cell in a column is the same; a blank cell, and no column, groups nothing."""
    found = handle.execute("SELECT lines FROM batch_row WHERE batch = ?", (batch_id,))
    lines = sorted(line for (text,) in found for line in json.loads(text))
    groups: dict[str, list[Any]] = {}
    for number, cells in lines:
        alone = f"\0{number}"
        groups.setdefault(alone if index is None else cells[index].strip() or alone, []).append([number, cells])
    handle.execute("DELETE FROM batch_row WHERE batch = ?", (batch_id,))
    handle.executemany(
        "INSERT INTO batch_row VALUES (?, ?, ?, 'new', NULL, 0, 0, NULL, NULL, NULL)",
        ((batch_id, each[0][0], json.dumps(each)) for each in groups.values()),
    )


def _stored(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, Mapping) else value


def _batch(row: Sequence[Any], counts: Mapping[str, int]) -> Batch:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    read = {name: json.loads(values[name]) for name in ("columns", "mapping")}
    return Batch(**{**values, **read, "is_dry": bool(values["is_dry"]), "counts": counts})
