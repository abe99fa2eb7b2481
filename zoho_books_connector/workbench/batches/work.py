"""Runs the rows of a batch: a few lanes, each a chain of small workflows, each row a durable step with a key.

No more is handed to the runtime than the lanes work on, however long the file is. A row has the key
``<batch>:<number>`` whatever happens, so that it is created once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.workbench.batches.batch import Batch, Row
from zoho_books_connector.workbench.batches.columns import Plan, check_mapping, document_of, matched, plan_of, told
from zoho_books_connector.workbench.batches.reading import Sheet, read_sheet
from zoho_books_connector.workbench.batches.table import BatchTable, Which
from zoho_books_connector.workbench.durable.runtime import Durable, Stopping
from zoho_books_connector.workbench.runs.attempts import Attempts, Outcome, Task, stops_everything
from zoho_books_connector.workbench.runs.checking import Check

WORKFLOW: Final = "portion"
#: Enough to have calls under way while others wait for their answers; the rate budget says how fast.
LANES: Final = 6
_PORTION: Final = 20
#: Validating costs no call, so there is nothing to gain by lanes.
_DRY_PORTION: Final = 200
_OWN_PAUSE: Final = 30.0
#: What the step of a row returns when nothing more of its portion is to be done.
_STOPPED: Final = -1.0


class Batches:
    """Takes files, runs them, and tells how far they are."""

    def __init__(self, table: BatchTable, durable: Durable, attempts: Attempts, host: Host) -> None:
        self.table = table
        self._durable = durable
        self._attempts = attempts
        self._host = host
        #: A plan is asked for at every row.
        self._plan = lru_cache(maxsize=8)(self._plan_of)
        durable.workflow(WORKFLOW, self._work)

    def reclaim(self) -> None:
        """Take the rows back that a process which is gone had given out; before the runtime is launched.

        Workflows that the runtime resumes are of an earlier turn then, and end by themselves.
        """
        self.table.reclaim()

    def resume(self) -> None:
        """Begin the lanes of every batch that is going; once the runtime is launched."""
        for batch_id, turn, is_dry in self.table.running():
            self._begin(batch_id, turn, is_dry=is_dry)

    def take(self, label: str, content: bytes, action: str, connection: str) -> str:
        """Read a file and keep its rows; returns the batch's id. Raises ``InputError``, and then keeps nothing."""
        sheet = read_sheet(content)
        batch_id = uuid.uuid4().hex
        mapping = matched(sheet.columns, self.schema(action))
        self.table.add(_new(batch_id, label, connection, action, sheet, mapping), sheet.rows)
        return batch_id

    def settle(self, batch_id: str, mapping: Mapping[str, str], grouped_by: str | None) -> dict[str, Any]:
        """Check what a person chose for the columns; returns it as what ``begin`` takes."""
        batch = self.table.get(batch_id)
        check_mapping(mapping, batch.columns, self.schema(batch.action))
        if grouped_by is not None and grouped_by not in batch.columns:
            raise InputError(
                "column_unknown", f"There is no column {grouped_by!r}.", "Choose one of the file's columns."
            )
        return {"mapping": mapping, "grouped_by": grouped_by}

    def start(
        self, batch_id: str, mapping: Mapping[str, str], *, grouped_by: str | None = None, is_dry: bool = False
    ) -> None:
        """Check the columns, then run or validate every row; nothing happens when the batch runs already."""
        settled = self.settle(batch_id, mapping, grouped_by)
        batch = self.table.get(batch_id)
        if batch.state == "running":
            return
        if not batch.is_untouched:
            raise InputError(
                "batch_begun", "Rows of this batch were run already.", "Resume it, or upload the file again."
            )
        self._begin_turn(batch_id, is_dry=is_dry, which="all", settled=settled)

    def resume_batch(self, batch_id: str) -> None:
        """Go on with a batch that was stopped."""
        batch = self.table.get(batch_id)
        self._begin_turn(batch_id, is_dry=batch.is_dry, which="open")

    def repeat_failed(self, batch_id: str) -> None:
        """Run the rows again that failed, or of which nobody knows; each has its key, so that none is done twice."""
        if self.table.get(batch_id).can_be_repeated:
            self._begin_turn(batch_id, is_dry=False, which="failed")

    def stop(self, batch_id: str) -> None:
        """Begin no further row; those under way end."""
        self.table.stop(batch_id)
        self._durable.wake()

    def delete(self, batch_id: str) -> None:
        """Stop a batch and forget it; a row that is under way ends, and is told nowhere."""
        self.stop(batch_id)
        self.table.delete(batch_id)

    def schema(self, action: str) -> dict[str, Any]:
        """Return the schema of an action's inputs."""
        path: str = self._host.manifest()["actions"][action]["input"]
        return self._host.document(path)

    def _begin_turn(
        self, batch_id: str, *, is_dry: bool, which: Which, settled: Mapping[str, Any] | None = None
    ) -> None:
        turn = self.table.begin(batch_id, is_dry=is_dry, which=which, settled=settled)
        if turn is not None:
            self._begin(batch_id, turn, is_dry=is_dry)

    def _begin(self, batch_id: str, turn: int, *, is_dry: bool) -> None:
        for lane in range(1 if is_dry else LANES):
            self._durable.begin(partial(self._start, batch_id, turn, lane, 0, is_dry=is_dry))

    def _start(self, batch_id: str, turn: int, lane: int, place: int, *, is_dry: bool) -> None:
        self._durable.start(WORKFLOW, _portion(batch_id, turn, lane, place), batch_id, turn, lane, place, is_dry)

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
            self._durable.step("end", self.table.end, batch_id)
            self._durable.wake()
            return
        self._durable.rest(again_at, unless=lambda: not self._is_going(batch_id))
        self._start(batch_id, turn, lane, place + 1, is_dry=False)

    def _due(self, batch_id: str, turn: int) -> float | None:
        return self.table.due(batch_id) if self._is_turn(batch_id, turn) else None

    def _claim(self, batch_id: str, turn: int, portion: str, is_dry: bool) -> list[int]:
        if not self._is_turn(batch_id, turn):
            return []
        return self.table.claim(batch_id, portion, _DRY_PORTION if is_dry else _PORTION)

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
        return self.table.get(batch_id).state == "running"

    def _is_turn(self, batch_id: str, turn: int) -> bool:
        batch = self.table.get(batch_id)
        return batch.state == "running" and batch.turn == turn

    def _attempt(self, batch_id: str, portion: str, number: int) -> float | None:
        """Run a row once; returns when to try again, ``None`` when it is over."""
        row = self.table.begin_row(batch_id, number, portion)
        if row is None:
            return None if self._is_going(batch_id) else _STOPPED
        batch = self.table.get(batch_id)
        try:
            inputs = document_of([cells for _, cells in row.lines], self._plan(batch_id, batch.turn))
        except InputError as error:
            outcome = Outcome("failed", error=error)
        else:
            key = f"{batch_id}:{number}"
            task = Task(key, batch.action, batch.connection, inputs, row.attempts, row.misses)
            outcome = self._attempts.make(task, cancelled=lambda: self._durable.is_stopping)
        if self._durable.is_stopping and outcome.state != "done":
            raise Stopping
        if outcome.error is not None and stops_everything(outcome.error):
            self.table.note_row(batch_id, number, "new")
            self.table.stop(batch_id, str(outcome.error))
            self._durable.wake()
            return _STOPPED
        return self._note(batch, row, outcome)

    def _note(self, batch: Batch, row: Row, outcome: Outcome) -> float | None:
        again_at = None if outcome.again_in is None else time.time() + outcome.again_in
        if again_at is not None and outcome.waits_alone:
            self.table.set_aside(batch.id, row.number, self._said(batch, row, outcome), until=again_at)
            return None
        self.table.note_row(
            batch.id,
            row.number,
            "failed" if outcome.state == "refused" else outcome.state,
            record_id=None if outcome.result is None else record_id_of(batch.action, outcome.result["data"]),
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
        batch = self.table.get(batch_id)
        plan = self._plan(batch_id, batch.turn)
        found: list[tuple[int, str | None]] = []
        try:
            check = self._attempts.check(batch.action, batch.connection)
            for row in self.table.claimed(batch_id, portion):
                if self._durable.is_stopping:
                    raise Stopping
                error = _refusal(check, row, plan)
                if error is not None and stops_everything(error):
                    raise error
                note = None if error is None else told(error, row.lines, plan, batch.columns)
                found.append((row.number, note))
        except ConnectorError as error:
            self.table.stop(batch_id, str(error))
            self._durable.wake()
        self.table.note_checked(batch_id, found)
        return self._is_going(batch_id)

    def _plan_of(self, batch_id: str, turn: int) -> Plan:  # noqa: ARG002 - a turn may have another mapping
        batch = self.table.get(batch_id)
        return plan_of(batch.columns, batch.mapping, self.schema(batch.action))


def _portion(batch_id: str, turn: int, lane: int, place: int) -> str:
    return f"{batch_id}/{turn}/{lane}/{place}"


def _refusal(check: Check, row: Row, plan: Plan) -> ConnectorError | None:
    try:
        return check.refusal(document_of([cells for _, cells in row.lines], plan))
    except InputError as error:
        return error


def record_id_of(action: str, data: Mapping[str, Any]) -> str | None:
    """Return the id of the record that an action brought: the one named like the action's record, else the first."""
    own = f"{action.partition('_')[2]}_id"
    names: Sequence[str] = [own, *(name for name in data if name.endswith("_id"))]
    return next((str(data[name]) for name in names if data.get(name)), None)


def _new(batch_id: str, label: str, connection: str, action: str, sheet: Sheet, mapping: dict[str, str]) -> Batch:
    return Batch(
        batch_id,
        label,
        connection,
        action,
        f"{sheet.encoding}, separated by {sheet.separator}",
        sheet.columns,
        mapping,
        None,
        is_dry=False,
        state="new",
        turn=0,
        note=None,
        again_at=None,
        created_at=time.time(),
        ended_at=None,
    )
