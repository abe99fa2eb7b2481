"""What the workbench's file knows of catching up: each catch-up with its cursor, and who is polled."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import CaughtUp
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.ledger import Ledger

#: ``running`` goes on by itself; ``out_of_calls``, ``stopped`` and ``failed`` go on when somebody says so.
RUNNING: Final = "running"
RESUMABLE: Final = ("out_of_calls", "stopped", "failed")
#: SQLite takes no larger number, and an address may hold any.
_LARGEST: Final = 2**63 - 1

_COLUMNS: Final = (
    "number, connection, modules, since, is_whole, most_calls, calls, rounds, events, stored, state, cursor, warnings,"
    " error, again_at, created_at, ended_at"
)
_ADD: Final = (
    "INSERT INTO catch_up (connection, modules, since, is_whole, most_calls, calls, rounds, events, stored, state,"
    " cursor, warnings, created_at) VALUES (?, ?, ?, ?, ?, 0, 1, 0, 0, 'running', ?, '[]', ?)"
)
_PAGE: Final = (
    "UPDATE catch_up SET cursor = ?, calls = ?, events = events + ?, stored = stored + ?, warnings = ?, error = NULL,"
    " again_at = NULL WHERE number = ?"
)
_GO_ON: Final = (
    "UPDATE catch_up SET state = 'running', most_calls = calls + ?, rounds = rounds + 1, error = NULL, ended_at = NULL"
    " WHERE number = ? AND state IN ('out_of_calls', 'stopped', 'failed')"
)
_POLLING: Final = "SELECT modules, interval, calls_per_round, cursor, since, round_at, stored, error FROM polling"


@dataclass(frozen=True)
class CatchUp:
    """One catch-up, finished or not. Times are unix seconds."""

    number: int
    connection: str
    modules: tuple[str, ...]
    since: float | None
    is_whole: bool
    most_calls: int
    calls: int
    #: How often it was given calls; names its workflow.
    rounds: int
    #: Events that were read, and how many of them were new.
    events: int
    stored: int
    state: str
    cursor: dict[str, Any] | None
    warnings: tuple[str, ...]
    error: dict[str, Any] | None
    again_at: float | None
    created_at: float
    ended_at: float | None

    @property
    def left(self) -> tuple[str, ...]:
        """The modules that are still to be read."""
        return tuple((self.cursor or {}).get("left", self.modules))

    @property
    def workflow(self) -> str:
        """The id of the workflow that does it."""
        return f"catch-up-{self.number}-{self.rounds}"


@dataclass(frozen=True)
class Polling:
    """A connection that is asked for changes regularly."""

    modules: tuple[str, ...]
    interval: float
    calls_per_round: int
    cursor: dict[str, Any] | None
    since: float
    #: When the last page was read.
    round_at: float | None
    stored: int
    error: str | None


class CatchUpTable:
    """The rows, for several threads; ``UnavailableError`` says when they cannot be used."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def add(
        self,
        connection: str,
        modules: Sequence[str],
        *,
        since: float | None,
        cursor: Mapping[str, Any] | None,
        is_whole: bool,
        most_calls: int,
    ) -> CatchUp:
        """Note a catch-up that is to be run."""
        shown = None if cursor is None else json.dumps(cursor)
        row = (connection, json.dumps([*modules]), since, is_whole, most_calls, shown, self._clock())
        with self._ledger.write() as handle:
            number = handle.execute(_ADD, row).lastrowid
        found = self.get(int(number or 0))
        assert found is not None  # noqa: S101 - nobody removes it
        return found

    def get(self, number: int) -> CatchUp | None:
        """Return one."""
        if number > _LARGEST:
            return None
        with self._ledger.read() as handle:
            row = handle.execute(f"SELECT {_COLUMNS} FROM catch_up WHERE number = ?", (number,)).fetchone()  # noqa: S608 - a constant
        return None if row is None else _catch_up(row)

    def list(self, connection: str, limit: int = 20) -> Sequence[CatchUp]:
        """Return the catch-ups of a connection, the latest first."""
        query = f"SELECT {_COLUMNS} FROM catch_up WHERE connection = ? ORDER BY number DESC LIMIT ?"  # noqa: S608 - a constant
        with self._ledger.read() as handle:
            return [_catch_up(row) for row in handle.execute(query, (connection, limit))]

    def running(self) -> Sequence[CatchUp]:
        """Return those that go on by themselves."""
        query = f"SELECT {_COLUMNS} FROM catch_up WHERE state = 'running' ORDER BY number"  # noqa: S608 - a constant
        with self._ledger.read() as handle:
            return [_catch_up(row) for row in handle.execute(query)]

    def note_page(self, catch_up: CatchUp, page: CaughtUp, calls: int, stored: int) -> None:
        """Store how far it is, once the events of a page are stored."""
        warnings = [*dict.fromkeys((*catch_up.warnings, *page.warnings))]
        values = (json.dumps(page.cursor), calls, len(page.events), stored, json.dumps(warnings), catch_up.number)
        with self._ledger.write() as handle:
            handle.execute(_PAGE, values)

    def note_wait(self, number: int, error: ConnectorError, again_at: float) -> None:
        """Note why it waits, and until when."""
        query = "UPDATE catch_up SET error = ?, again_at = ? WHERE number = ? AND state = 'running'"
        with self._ledger.write() as handle:
            handle.execute(query, (json.dumps(error.to_dict()), again_at, number))

    def end(self, number: int, state: str, error: ConnectorError | None = None) -> None:
        """Note that it runs no more."""
        query = (
            "UPDATE catch_up SET state = ?, error = ?, again_at = NULL, ended_at = ?"
            " WHERE number = ? AND state = 'running'"
        )
        with self._ledger.write() as handle:
            handle.execute(query, (state, json.dumps(error.to_dict()) if error else None, self._clock(), number))

    def go_on(self, number: int, calls: int) -> CatchUp | None:
        """Give so many more calls to one that ended early; returns it, or ``None`` when it runs or is complete."""
        with self._ledger.write() as handle:
            changed = handle.execute(_GO_ON, (calls, number)).rowcount
        return self.get(number) if changed else None

    def polling(self, connection: str) -> Polling | None:
        """Return how a connection is polled, if it is."""
        with self._ledger.read() as handle:
            row = handle.execute(f"{_POLLING} WHERE connection = ?", (connection,)).fetchone()
        return None if row is None else _polling(row)

    def polled(self) -> Sequence[str]:
        """Return the connections that are polled."""
        with self._ledger.read() as handle:
            return [str(row[0]) for row in handle.execute("SELECT connection FROM polling")]

    def start_polling(self, connection: str, modules: Sequence[str], interval: float, calls_per_round: int) -> None:
        """Note that a connection is polled from now on, or in another way."""
        query = (
            "INSERT OR REPLACE INTO polling (connection, modules, interval, calls_per_round, since, stored)"
            " VALUES (?, ?, ?, ?, ?, 0)"
        )
        with self._ledger.write() as handle:
            handle.execute(query, (connection, json.dumps([*modules]), interval, calls_per_round, self._clock()))

    def stop_polling(self, connection: str) -> None:
        """Note that it is polled no more."""
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM polling WHERE connection = ?", (connection,))

    def save_polled(self, connection: str, cursor: Mapping[str, Any], stored: int) -> None:
        """Store how far polling is."""
        query = "UPDATE polling SET cursor = ?, round_at = ?, stored = stored + ?, error = NULL WHERE connection = ?"
        with self._ledger.write() as handle:
            handle.execute(query, (json.dumps(cursor), self._clock(), stored, connection))

    def note_polling_trouble(self, connection: str, message: str) -> None:
        """Note why the last round failed."""
        with self._ledger.write() as handle:
            handle.execute("UPDATE polling SET error = ? WHERE connection = ?", (message, connection))


def _catch_up(row: Sequence[Any]) -> CatchUp:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    read = {name: json.loads(values[name]) if values[name] else None for name in ("cursor", "error")}
    listed = {name: tuple(json.loads(values[name])) for name in ("modules", "warnings")}
    return CatchUp(**values | read | listed | {"is_whole": bool(values["is_whole"])})


def _polling(row: Sequence[Any]) -> Polling:
    modules, interval, calls, cursor, *rest = row
    return Polling(tuple(json.loads(modules)), interval, calls, json.loads(cursor) if cursor else None, *rest)
