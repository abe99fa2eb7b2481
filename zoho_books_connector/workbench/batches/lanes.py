"""The lanes that rows are run in: each a chain of small workflows, each row a durable step with a key.

No more is handed to the runtime than the lanes work on, however long the file is. A row has the key
``<batch>:<number>`` whatever happens, so that it is created once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.workbench.batches.batch import Batch, Row
from zoho_books_connector.workbench.batches.columns import Plan, document_of, plan_of, told
from zoho_books_connector.workbench.batches.row_table import RowTable
from zoho_books_connector.workbench.batches.table import BatchTable
from zoho_books_connector.workbench.durable.runtime import Durable, Stopping
from zoho_books_connector.workbench.forms.catalogue import Catalogue
from zoho_books_connector.workbench.runs.attempts import Attempts, Outcome, Task, stops_everything
from zoho_books_connector.workbench.runs.calls import CallTable
from zoho_books_connector.workbench.runs.checking import Check

_WORKFLOW: Final = "portion"
#: Enough to have calls under way while others wait for their answers; the rate budget says how fast.
_LANES: Final = 6
_PORTION: Final = 20
#: Validating costs no call, so there is nothing to gain by lanes.
_DRY_PORTION: Final = 200
_OWN_PAUSE: Final = 30.0
#: What the step of a row returns when nothing more of its portion is to be done.
_STOPPED: Final = -1.0


class Lanes:
    """Runs the rows of batches that are going."""

    def __init__(
        self,
        table: BatchTable,
        rows: RowTable,
        calls: CallTable,
        durable: Durable,
        attempts: Attempts,
        catalogue: Catalogue,
    ) -> None:
        self._table = table
        self._rows = rows
        self._calls = calls
        self._durable = durable
        self._attempts = attempts
        self._catalogue = catalogue
        #: A plan is asked for at every row.
        self._plan = lru_cache(maxsize=8)(self._plan_of)
        durable.workflow(_WORKFLOW, self._work)

    def wake(self) -> None:
        """Let the lanes that rest look whether their batch still goes."""
        self._durable.wake()

    def begin(self, batch_id: str, turn: int, *, is_dry: bool) -> None:
        """Begin the lanes of a batch's turn; when it is begun already, nothing happens."""
        for lane in range(1 if is_dry else _LANES):
            self._durable.begin(partial(self._start, batch_id, turn, lane, 0, is_dry=is_dry))

    def _start(self, batch_id: str, turn: int, lane: int, place: int, *, is_dry: bool) -> None:
        self._durable.start(_WORKFLOW, _portion(batch_id, turn, lane, place), batch_id, turn, lane, place, is_dry)

    def _work(self, batch_id: str, turn: int, lane: int, place: int, is_dry: bool) -> None:
        """Work on one portion, then begin the lane's next one."""
        portion = _portion(batch_id, turn, lane, place)
        numbers = self._durable.step("claim", self._claim, batch_id, turn, portion, is_dry)
        if not numbers:
            self._finish(batch_id, turn, lane, place)
            return
        if is_dry:
            goes_on = self._durable.step("check", self._check, batch_id, portion)
        else:
            goes_on = all(self._row(batch_id, portion, number) for number in numbers)
        if goes_on:
            self._start(batch_id, turn, lane, place + 1, is_dry=is_dry)

    def _finish(self, batch_id: str, turn: int, lane: int, place: int) -> None:
        """Come back when rows that are set aside go on; without one, the last lane ends the batch."""
        again_at = self._durable.step("due", self._due, batch_id, turn)
        if again_at is None:
            self._durable.step("end", self._table.end, batch_id)
            self._durable.wake()
            return
        self._durable.rest(again_at, unless=lambda: not self._is_going(batch_id))
        self._start(batch_id, turn, lane, place + 1, is_dry=False)

    def _claim(self, batch_id: str, turn: int, portion: str, is_dry: bool) -> list[int]:
        if not self._is_turn(batch_id, turn):
            return []
        return self._rows.claim(batch_id, portion, _DRY_PORTION if is_dry else _PORTION)

    def _due(self, batch_id: str, turn: int) -> float | None:
        return self._rows.due(batch_id) if self._is_turn(batch_id, turn) else None

    def _row(self, batch_id: str, portion: str, number: int) -> bool:
        """Attempt a row until it is over; returns whether the portion goes on."""
        again_at: float | None = 0.0
        while again_at is not None:
            self._durable.rest(again_at, unless=lambda: not self._is_going(batch_id))
            try:
                again_at = self._durable.step("row", self._attempt, batch_id, portion, number)
            except ConnectorError:  # of our own file, for those of the action are outcomes
                again_at = time.time() + _OWN_PAUSE
            if again_at == _STOPPED:
                return False
        return True

    def _is_going(self, batch_id: str) -> bool:
        return self._table.state(batch_id)[0] == "running"

    def _is_turn(self, batch_id: str, turn: int) -> bool:
        return self._table.state(batch_id) == ("running", turn)

    def _attempt(self, batch_id: str, portion: str, number: int) -> float | None:
        """Run a row once; returns when to try again, ``None`` when it is over."""
        row = self._rows.begin(batch_id, number, portion)
        if row is None:
            return None if self._is_going(batch_id) else _STOPPED
        batch = self._table.get(batch_id)
        try:
            inputs = document_of([cells for _, cells in row.lines], self._plan(batch_id, batch.turn))
        except InputError as error:
            outcome = Outcome("failed", error=error)
        else:
            key = key_of(batch_id, number)
            task = Task(key, batch.action, batch.connection, inputs, row.attempts, row.misses)
            outcome = self._attempts.make(
                task, cancelled=lambda: self._durable.is_stopping, on_call=partial(self._calls.note, key)
            )
        if self._durable.is_stopping and outcome.state != "done":
            raise Stopping
        if outcome.error is not None and stops_everything(outcome.error):
            self._rows.note(batch_id, number, "new")
            self._table.stop(batch_id, str(outcome.error))
            self._durable.wake()
            return _STOPPED
        return self._note(batch, row, outcome)

    def _note(self, batch: Batch, row: Row, outcome: Outcome) -> float | None:
        again_at = None if outcome.again_in is None else time.time() + outcome.again_in
        if again_at is not None and outcome.waits_alone:
            self._rows.set_aside(batch.id, row.number, self._said(batch, row, outcome), until=again_at)
            return None
        self._rows.note(
            batch.id,
            row.number,
            "failed" if outcome.state == "refused" else outcome.state,
            record_id=None if outcome.result is None else _record_id_of(batch.action, outcome.result["data"]),
            note=self._said(batch, row, outcome),
            missed=outcome.missed,
            again_at=again_at,
        )
        return again_at

    def _said(self, batch: Batch, row: Row, outcome: Outcome) -> str | None:
        if outcome.error is None:
            return None
        if outcome.again_in is not None:  # which happens by itself, so that nobody needs the hint
            return outcome.error.message
        return told(outcome.error, row.lines, self._plan(batch.id, batch.turn), batch.columns)

    def _check(self, batch_id: str, portion: str) -> bool:
        """Validate the rows of a portion without a request; returns whether the batch goes on."""
        batch = self._table.get(batch_id)
        plan = self._plan(batch_id, batch.turn)
        found: list[tuple[int, str | None]] = []
        try:
            check = self._attempts.check(batch.action, batch.connection)
            for row in self._rows.claimed(batch_id, portion):
                if self._durable.is_stopping:
                    raise Stopping
                error = _refusal(check, row, plan)
                if error is not None and stops_everything(error):
                    raise error
                note = None if error is None else told(error, row.lines, plan, batch.columns)
                found.append((row.number, note))
        except ConnectorError as error:
            self._table.stop(batch_id, str(error))
            self._durable.wake()
        self._rows.note_checked(batch_id, found)
        return self._is_going(batch_id)

    def _plan_of(self, batch_id: str, turn: int) -> Plan:  # noqa: ARG002 - a turn may have another mapping
        batch = self._table.get(batch_id)
        return plan_of(batch.columns, batch.mapping, self._catalogue.input(batch.action))


def key_of(batch_id: str, number: int) -> str:
    """Return the key of a row, under which it is created once and its calls are noted."""
    return f"{batch_id}:{number}"


def _portion(batch_id: str, turn: int, lane: int, place: int) -> str:
    return f"{batch_id}/{turn}/{lane}/{place}"


def _refusal(check: Check, row: Row, plan: Plan) -> ConnectorError | None:
    try:
        return check.refusal(document_of([cells for _, cells in row.lines], plan))
    except InputError as error:
        return error


def _record_id_of(action: str, data: Mapping[str, Any]) -> str | None:
    """Return the id of the record that an action brought: the one named like the action's record, else the first."""
    own = f"{action.partition('_')[2]}_id"
    names: Sequence[str] = [own, *(name for name in data if name.endswith("_id"))]
    return next((str(data[name]) for name in names if data.get(name)), None)
