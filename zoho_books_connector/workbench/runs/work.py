"""Runs of actions: durable, each once under its id, tried again when that is safe, cancelled when somebody says so."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from zoho_books_connector.boundary import CallRecord
from zoho_books_connector.errors import (
    ConnectorError,
    ErrorDetails,
    FieldFault,
    InputError,
    NotFoundError,
)
from zoho_books_connector.workbench.durable.runtime import Durable, Stopping
from zoho_books_connector.workbench.runs.attempts import Attempts, Task
from zoho_books_connector.workbench.runs.calls import CallTable
from zoho_books_connector.workbench.runs.table import REFUSED, Filter, Run, RunTable

WORKFLOW: Final = "run"
#: For what nobody waits for: as many at a time for each connection.
QUEUE: Final = "runs"
_LANES: Final = 4
#: Seconds after which the workbench's own file, when it could not be written, is tried again.
_OWN_PAUSE: Final = 30.0
#: Seconds for which a run that ended is kept: 90 days.
_KEPT: Final = 90 * 24 * 3600.0
_ALL: Final = Filter()


class Runs:
    """Performs actions and remembers how they went. One thread for each run at work."""

    def __init__(self, table: RunTable, calls: CallTable, durable: Durable, attempts: Attempts) -> None:
        self._table = table
        self._calls = calls
        self._durable = durable
        self._attempts = attempts
        #: What somebody cancelled while this process lives; the table knows it for good.
        self._cancelled: set[str] = set()
        durable.workflow(WORKFLOW, self._work)
        durable.queue(QUEUE, lanes=_LANES)

    def resume(self) -> None:
        """Begin what was noted but not begun when the last process ended; once the runtime is launched."""
        self._table.forget(time.time() - _KEPT)
        for run in self._table.unfinished():
            if run.is_cancelled:
                self._cancelled.add(run.id)
            self._begin(run)

    def perform(
        self,
        run_id: str,
        action_id: str,
        connection_id: str,
        inputs: Mapping[str, Any],
        *,
        wait: float = 10.0,
        cause: str = "form",
        cause_id: str | None = None,
    ) -> Run:
        """Perform an action durably under an id, and return the run as it is after at most ``wait`` seconds.

        The same id again is the same run. Raises ``InputError`` for inputs that were refused before anything was sent;
        such a run leaves no trace, and its id may be used again. Raises it, too, for an id under which something else
        was run.
        """
        self.submit(run_id, action_id, connection_id, inputs, cause=cause, cause_id=cause_id)
        give_up = time.monotonic() + wait
        self._durable.wait(give_up, unless=lambda: self._is_settled(run_id, give_up))
        found = self._table.get(run_id)
        if found is None:
            raise _unknown_run()
        if (found.action, found.connection, found.inputs) != (action_id, connection_id, json.loads(json.dumps(inputs))):
            raise _other_run()
        if found.state == REFUSED:
            raise _input_error(found.error or {})
        return replace(found, calls=self._calls.of(run_id))

    def submit(
        self,
        run_id: str,
        action_id: str,
        connection_id: str,
        inputs: Mapping[str, Any],
        *,
        cause: str = "form",
        cause_id: str | None = None,
    ) -> None:
        """Note a run and begin it, unless there is one of this id."""
        if self._table.add(run_id, action_id, connection_id, inputs, (cause, *((cause_id,) if cause_id else ()))):
            added = self._table.get(run_id)
            if added is not None:
                self._begin(added)

    def get(self, run_id: str) -> Run | None:
        """Return a run with its calls."""
        found = self._table.get(run_id)
        if found is None or found.state == REFUSED:
            return None
        return replace(found, calls=self._calls.of(run_id))

    def list(self, chosen: Filter = _ALL, *, limit: int = 50, before: int | None = None) -> Sequence[Run]:
        """Return runs, newest first, without their calls; ``before`` is the number of the last one seen."""
        return self._table.page(chosen, limit=limit, before=before)

    def cancel(self, run_id: str) -> None:
        """Send nothing more for a run. What was sent may have been executed, which the run then says."""
        self._table.cancel(run_id)
        self._cancelled.add(run_id)
        self._durable.wake()

    def _begin(self, run: Run) -> None:
        if run.cause == "flow":
            self._durable.begin(lambda: self._durable.enqueue(QUEUE, run.connection, WORKFLOW, run.workflow, run.id))
        else:
            self._durable.begin(lambda: self._durable.start(WORKFLOW, run.workflow, run.id))

    def _work(self, run_id: str) -> None:
        """Attempt until it is over; what was found out stands in the table, so that a repeat goes on from there."""
        again_at: float | None = 0.0
        while again_at is not None:
            self._durable.rest(again_at, unless=lambda: run_id in self._cancelled)
            try:
                again_at = self._durable.step("attempt", self._attempt, run_id)
            except ConnectorError:  # of our own file, for those of the action are outcomes
                again_at = time.time() + _OWN_PAUSE

    def _attempt(self, run_id: str) -> float | None:
        run = self._table.begin(run_id)
        if run is None:
            return None
        if run.is_cancelled:
            self._cancelled.add(run_id)
        calls = 0

        def count(call: CallRecord) -> None:
            nonlocal calls
            calls += 1
            self._calls.note(run_id, call)
            self._durable.wake()

        task = Task(
            run_id, run.action, run.connection, run.inputs, run.attempts, run.misses, run.cause in ("form", "again")
        )
        outcome = self._attempts.make(task, cancelled=lambda: self._is_over(run_id), on_call=count)
        if self._durable.is_stopping and outcome.state != "done":
            raise Stopping
        refused = isinstance(outcome.error, InputError) and not calls and run.attempts == 1 and task.interactive
        again_at = self._table.note(run_id, outcome, refused=refused)
        if again_at is None:
            self._cancelled.discard(run_id)
        self._durable.wake()
        return again_at

    def _is_over(self, run_id: str) -> bool:
        return self._durable.is_stopping or run_id in self._cancelled

    def _is_settled(self, run_id: str, give_up: float) -> bool:
        """Tell whether there is nothing to wait for: it ended, or goes on later than anybody waits."""
        run = self._table.get(run_id)
        if run is None or not run.is_unfinished:
            return True
        return run.again_at is not None and run.again_at - time.time() > give_up - time.monotonic()


def _input_error(error: Mapping[str, Any]) -> InputError:
    return InputError(
        error["code"],
        error["message"],
        error["hint"],
        params=error["params"],
        fields=tuple(FieldFault(**fault) for fault in error["fields"]),
        details=ErrorDetails(**error["details"]),
    )


def _other_run() -> InputError:
    return InputError(
        "run_differs",
        "This form was run already, with something else in it; what stands here was not run.",
        "Look at that run in the history. To run what stands here as well, press Run once more.",
    )


def _unknown_run() -> NotFoundError:
    return NotFoundError(
        "run_unknown", "There is no such run.", "Look for it in the history; it may have been removed."
    )
