"""The runs in the workbench's file: what was asked, how far it is, and every call of it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from zoho_books_connector.boundary import CallRecord
from zoho_books_connector.workbench.ledger import Ledger
from zoho_books_connector.workbench.runs.attempts import Outcome, State

Cause = Literal["form", "again", "flow"]
#: Nothing that belongs into a history.
REFUSED: Final[State] = "refused"
UNFINISHED: Final = ("running", "waiting")
_COLUMNS: Final = (
    "number, id, action, connection, cause, cause_id, state, created_at, ended_at, again_at, attempts, misses,"
    " is_cancelled, inputs, result, error"
)


@dataclass(frozen=True)
class Run:
    """One run of an action, as far as it is. Times are unix seconds."""

    id: str
    action: str
    connection: str
    #: What started it, and the id of that: a flow's for ``flow``, a run's for ``again``.
    cause: str
    cause_id: str | None
    state: State
    created_at: float
    ended_at: float | None
    #: When a run that waits is tried again.
    again_at: float | None
    attempts: int
    inputs: dict[str, Any] = field(repr=False)
    #: ``data``, ``warnings``, ``recovered`` and ``quota``.
    result: dict[str, Any] | None = field(repr=False)
    error: dict[str, Any] | None
    calls: tuple[CallRecord, ...] = ()
    #: Its place in the history, and how many attempts missed.
    number: int = 0
    misses: int = 0
    is_cancelled: bool = False

    @property
    def is_unfinished(self) -> bool:
        """Whether something will still happen."""
        return self.state in UNFINISHED

    @property
    def workflow(self) -> str:
        """The id of the run's workflow: another one when the same form was refused and sent again."""
        return f"{self.id}@{self.number}"


class Filter(NamedTuple):
    """Which runs a history shows; blank: all."""

    state: str = ""
    action: str = ""
    connection: str = ""
    cause: str = ""
    cause_id: str = ""
    text: str = ""


class RunTable:
    """Reads and writes runs, each change one transaction."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(self, run_id: str, action: str, connection: str, inputs: Mapping[str, Any], cause: Sequence[str]) -> bool:
        """Add a run; false when there is one of this id already. One that was refused gives way."""
        kind, cause_id = cause[0], cause[1] if len(cause) > 1 else None
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM run WHERE id = ? AND state = ?", (run_id, REFUSED))
            added = handle.execute(
                "INSERT INTO run (id, action, connection, cause, cause_id, state, created_at, attempts, misses,"
                " is_cancelled, inputs) VALUES (?, ?, ?, ?, ?, 'running', ?, 0, 0, 0, ?) ON CONFLICT DO NOTHING",
                (run_id, action, connection, kind, cause_id, self._clock(), json.dumps(inputs)),
            )
            return added.rowcount == 1

    def get(self, run_id: str) -> Run | None:
        """Return a run, refused or not, without its calls."""
        with self._ledger.read() as handle:
            row = handle.execute(f"SELECT {_COLUMNS} FROM run WHERE id = ?", (run_id,)).fetchone()  # noqa: S608 - a constant
        return None if row is None else _run(row)

    def begin(self, run_id: str) -> Run | None:
        """Count an attempt before it is made; returns the run, or ``None`` when it is over or gone."""
        with self._ledger.write() as handle:
            row = handle.execute(
                "UPDATE run SET state = 'running', attempts = attempts + 1, again_at = NULL"  # noqa: S608 - a constant
                f" WHERE id = ? AND state IN ('running', 'waiting') RETURNING {_COLUMNS}",
                (run_id,),
            ).fetchone()
        return None if row is None else _run(row)

    def note(self, run_id: str, outcome: Outcome, *, refused: bool = False) -> float | None:
        """Write down what an attempt came to; returns when to try again (unix seconds)."""
        now = self._clock()
        again_at = None if outcome.again_in is None else now + outcome.again_in
        error = None if outcome.error is None else json.dumps(outcome.error.to_dict())
        with self._ledger.write() as handle:
            handle.execute(
                "UPDATE run SET state = ?, ended_at = ?, again_at = ?, misses = misses + ?, result = ?, error = ?"
                " WHERE id = ?",
                (
                    REFUSED if refused else outcome.state,
                    now if again_at is None else None,
                    again_at,
                    int(outcome.missed),
                    None if outcome.result is None else json.dumps(outcome.result),
                    error,
                    run_id,
                ),
            )
        return again_at

    def cancel(self, run_id: str) -> None:
        """Note that nothing more is to be sent."""
        with self._ledger.write() as handle:
            handle.execute("UPDATE run SET is_cancelled = 1 WHERE id = ?", (run_id,))

    def page(self, chosen: Filter, *, limit: int, before: int | None = None) -> list[Run]:
        """Return runs, newest first, without their calls."""
        where: list[str] = ["state != ?"]
        given: list[str] = [REFUSED]
        for column in ("state", "action", "connection", "cause", "cause_id"):
            if value := getattr(chosen, column):
                where.append(f"{column} = ?")
                given.append(value)
        if chosen.text:
            where.append("instr(lower(id || ' ' || inputs || coalesce(result, '') || coalesce(error, '')), ?)")
            given.append(chosen.text.lower())
        if before is not None:
            where.append("number < CAST(? AS INTEGER)")
            given.append(str(before))
        query = f"SELECT {_COLUMNS} FROM run WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT {int(limit)}"  # noqa: S608 - of our own words
        with self._ledger.read() as handle:
            return [_run(row) for row in handle.execute(query, given)]

    def forget(self, before: float) -> None:
        """Forget the runs that ended before a time, and their calls."""
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM call WHERE run IN (SELECT id FROM run WHERE ended_at < ?)", (before,))
            handle.execute("DELETE FROM run WHERE ended_at < ?", (before,))

    def unfinished(self) -> Sequence[Run]:
        """Return the runs that are not over, oldest first; forgets those that were refused."""
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM run WHERE state = ?", (REFUSED,))
            rows = handle.execute(f"SELECT {_COLUMNS} FROM run WHERE state IN ('running', 'waiting') ORDER BY number")  # noqa: S608 - a constant
            return [_run(row) for row in rows.fetchall()]


def _run(row: sqlite3.Row | tuple[Any, ...]) -> Run:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Run(
        **{name: values[name] for name in _PLAIN},
        inputs=json.loads(values["inputs"]),
        result=None if values["result"] is None else json.loads(values["result"]),
        error=None if values["error"] is None else json.loads(values["error"]),
        is_cancelled=bool(values["is_cancelled"]),
    )


_PLAIN: Final = tuple(
    name for name in _COLUMNS.split(", ") if name not in {"inputs", "result", "error", "is_cancelled"}
)
