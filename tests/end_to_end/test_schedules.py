"""Steps, retries, crashes, other apps, faults and clocks in any order: nothing is made twice, nothing taken wrongly."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from trials.faulting.creates import ACTIONS, foreign_body, inputs_of
from trials.faulting.host import Step
from trials.faulting.stage import READ_TIMEOUT, Setting, Stage
from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.errors import ConnectorError, OutcomeUnknownError, RateLimitedError, UnavailableError
from zoho_books_connector.sandbox import Fault, Switches
from zoho_books_connector.sandbox.messages import Request, Response

HANDLES = {
    "create_contact": "name",
    "create_item": "name",
    "create_contact_person": "email",
    "create_salesorder": "reference",
    "create_invoice": "reference",
}
UNANSWERED = ["timeout", "reset", "500", "502", "503", "504", "html", "truncated_json", "cut_body", "empty"]
REFUSED = ["minute_limit", "concurrency_limit", "blocked", "day_limit", "unauthorized", "token_expired"]
#: Seconds after which a late commit lands, well within the time spent looking.
LATE = 5.0
CREATED_AT = "(contacts|contactpersons|items|orders|invoices)$"
#: Errors after which the step is not over.
PASSING = (OutcomeUnknownError, UnavailableError, RateLimitedError)


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with an attempt: its create, its look-ups, its token, or its whole process."""

    create: tuple[str, str] | None
    look_up: tuple[str, int] | None = None
    refresh: str | None = None
    #: Method of the request at which the process dies, and whether it is carried out first.
    death: tuple[str, bool] | None = None
    #: Method of the request at whose arrival this machine's clock is set, and by how many seconds.
    jump: tuple[str, float] | None = None


#: Kind and fate; unspoilt often enough for a step to end.
CREATES = st.sampled_from([None, *product(UNANSWERED, ["not executed", "executed", "late"]), *product(REFUSED, [""])])
LOOK_UPS = st.sampled_from([None] * 20 + list(product(UNANSWERED + REFUSED, [1, 3, 30])))
#: Seconds by which this machine's clock is set.
JUMPS = st.sampled_from([-7200.0, -30.0, 30.0, 3600.0])
TROUBLE = st.builds(
    Trouble,
    create=CREATES,
    look_up=LOOK_UPS,
    refresh=st.sampled_from([None] * 20 + UNANSWERED),
    death=st.sampled_from([None] * 6 + list(product(["POST", "GET"], [False, True]))),
    jump=st.none() | st.none() | st.none() | st.tuples(st.sampled_from(["POST", "GET"]), JUMPS),
)


class Killed(BaseException):
    """The end of the host's process; nothing in it may catch this."""


class Tracked(Step):
    """A step that knows how it ended, and what the books hold of it."""

    verdict: ActionResult | ConnectorError | None = None
    was_unknown: bool = False

    @property
    def is_open(self) -> bool:
        return self.verdict is None or isinstance(self.verdict, PASSING)


class Schedules(RuleBasedStateMachine):
    """One organization, one host whose journal survives its processes, and everybody's bad luck."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Tracked] = []
        self.made: dict[str, list[str]] = {}
        self.running: Tracked | None = None
        self.dies_at: tuple[str, bool] | None = None
        self.jumps_at: tuple[str, float] | None = None
        self._senders: list[tuple[Request, Tracked]] = []

    @initialize(
        person_times=st.sampled_from(["absent", "present"]),
        lag=st.sampled_from([0, 2]),
        filters=st.sampled_from(["honoured", "ignored"]),
        names=st.sampled_from(["repeatable", "unique"]),
        skew=st.sampled_from([0.0, 90.0, -90.0]),
        actions=st.lists(st.sampled_from(list(ACTIONS)), min_size=1, max_size=2, unique=True),
    )
    def begin(self, person_times: Any, lag: Any, filters: Any, names: Any, skew: float, actions: list[str]) -> None:
        self.actions = actions
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        switches = Switches(
            person_times=person_times, listing_lag_seconds=lag, list_filters=filters, contact_names=names
        )
        self.stage = Stage(Setting(switches, zoho_error=skew, folder=Path(self.folder.name)))
        self.stage.arrived.append(self._note_sender)
        self.stage.centre.on_carried_out = self._note_record
        self.stage.connect()

    # --- who made what ---------------------------------------------------------------------------------------------

    def _note_sender(self, request: Request) -> None:
        if self.running is None:
            return
        self._senders.append((request, self.running))
        if self.jumps_at and self.jumps_at[0] == request.method:
            self.stage.time.local_error += self.jumps_at[1]
            self.jumps_at = None
        if self.dies_at == (request.method, False):
            raise Killed

    def _note_record(self, request: Request, response: Response) -> None:
        sender = next((step for sent, step in self._senders if sent is request), None)
        if sender is not None and request.method == "POST" and response.status == 201:
            [record] = [value for value in json.loads(response.body).values() if isinstance(value, dict)]
            self.made.setdefault(str(sender.key), []).append(str(record[ACTIONS[sender.action].id_field]))
        if sender is not None and sender is self.running and self.dies_at == (request.method, True):
            raise Killed

    def of(self, step: Tracked) -> list[str]:
        return self.made.get(str(step.key), [])

    # --- what happens ------------------------------------------------------------------------------------------------

    @rule(data=st.data(), counts=st.sampled_from([True, True, False]), trouble=TROUBLE)
    def begin_step(self, data: st.DataObject, counts: bool, trouble: Trouble) -> None:
        action = data.draw(st.sampled_from(self.actions))
        inputs = inputs_of(action, HANDLES[action], self.stage.customer, self.stage.item)
        step = Tracked(self.stage, action, inputs, key=f"step {len(self.steps)}", counts=counts)
        self.steps.append(step)
        self._bring(trouble)
        self._attempt(step)

    @precondition(lambda self: any(step.is_open for step in self.steps))
    @rule(data=st.data(), patient=st.booleans(), trouble=TROUBLE)
    def try_again(self, data: st.DataObject, patient: bool, trouble: Trouble) -> None:
        """Run an open step again, after the time that its error names, or too soon."""
        step = data.draw(st.sampled_from([step for step in self.steps if step.is_open]))
        self._bring(trouble)
        self._try_again(step, patient=patient)

    @rule()
    def start_anew(self) -> None:
        self.stage.restart()

    @rule(data=st.data())
    def somebody_makes_another(self, data: st.DataObject) -> None:
        """Another app makes a record of the same natural key that differs in what tells records apart."""
        action = data.draw(st.sampled_from(self.actions))
        inputs = inputs_of(action, HANDLES[action], self.stage.customer, self.stage.item)
        self.stage.stranger.create(action, foreign_body(action, inputs, alike=False))

    @rule(data=st.data())
    def somebody_makes_the_same(self, data: st.DataObject) -> None:
        """Another app makes an equal record, where no step is open for which it could be taken."""
        action = data.draw(st.sampled_from(self.actions))
        if not any(step.is_open and step.action == action for step in self.steps):
            inputs = inputs_of(action, HANDLES[action], self.stage.customer, self.stage.item)
            self.stage.stranger.create(action, foreign_body(action, inputs, alike=True))
            self.stage.time.sleep(4)

    @rule(seconds=st.sampled_from([1.0, 15.0, 200.0, 4000.0]))
    def wait(self, seconds: float) -> None:
        self.stage.time.sleep(seconds)

    @rule(seconds=JUMPS)
    def set_clock(self, seconds: float) -> None:
        """Set this machine's clock, at any time; the steady one goes on as before."""
        self.stage.time.local_error += seconds

    @rule()
    def set_clock_right(self) -> None:
        self.stage.time.local_error = 0.0

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def no_step_makes_two_records(self) -> None:
        for step in self.steps:
            assert len(self.of(step)) <= 1, step

    @invariant()
    def a_success_names_what_the_step_made(self) -> None:
        for step in self.steps:
            if isinstance(step.verdict, ActionResult):
                assert [step.verdict.data[ACTIONS[step.action].id_field]] == self.of(step), step

    @invariant()
    def no_error_denies_what_exists(self) -> None:
        for step in self.steps:
            denied = isinstance(step.verdict, ConnectorError) and not isinstance(step.verdict, OutcomeUnknownError)
            if denied and (not step.is_open or not step.was_unknown):
                assert self.of(step) == [], (step, step.verdict)

    def teardown(self) -> None:
        """Let the bad luck end and every step be tried until it is over; then everything must still hold."""
        if not hasattr(self, "stage"):
            return
        self.dies_at = self.jumps_at = None
        self.stage.sandbox.faults.clear()
        for step in self.steps:
            for _ in range(4):
                if step.is_open:
                    self._try_again(step, patient=True)
        self.stage.sandbox.carry_out_late()
        self.no_step_makes_two_records()
        self.a_success_names_what_the_step_made()
        self.no_error_denies_what_exists()
        self.stage.close()
        self.folder.cleanup()

    # --- how ---------------------------------------------------------------------------------------------------------

    def _bring(self, trouble: Trouble) -> None:
        faults = self.stage.sandbox.faults
        faults.clear()
        self.dies_at, self.jumps_at = trouble.death, trouble.jump
        if trouble.create:
            kind, fate = trouble.create
            late = LATE + (READ_TIMEOUT if kind == "timeout" else 0) if fate == "late" else 0
            commit = fate in ("executed", "late")
            faults.add(Fault(kind, "POST", CREATED_AT, commit=commit, commit_after=late, seconds=READ_TIMEOUT))
        if trouble.look_up:
            kind, times = trouble.look_up
            faults.add(Fault(kind, "GET", "/books/v3/", times=times, seconds=READ_TIMEOUT))
        if trouble.refresh:
            self.stage.centre.expire_access_tokens()
            faults.add(Fault(trouble.refresh, "POST", "/oauth/v2/token$", seconds=READ_TIMEOUT))

    def _attempt(self, step: Tracked) -> None:
        self.running = step
        try:
            step.verdict = step.attempt()
        except Killed:
            self.dies_at, step.verdict, step.was_unknown = None, None, True
            self.stage.restart()
        finally:
            self.running = None
        step.was_unknown = step.was_unknown or isinstance(step.verdict, OutcomeUnknownError)

    def _try_again(self, step: Tracked, *, patient: bool) -> None:
        wait = 30.0 if step.verdict is None else step.wait_after(step.verdict)  # type: ignore[arg-type]  # it is open
        if wait is not None:
            self.stage.time.sleep(wait if patient else min(wait, 1.0))
            self._attempt(step)


TestSchedules = Schedules.TestCase
TestSchedules.settings = settings(
    max_examples=150,
    stateful_step_count=14,
    deadline=None,
    derandomize="CI" in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
