"""A journal that cannot be used, a clock that jumps, a key that stands for something else: nothing is written twice."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_schedules import HANDLES, LATE, Killed
from trials.faulting.creates import ACTIONS, inputs_of
from trials.faulting.host import Step
from trials.faulting.stage import Setting, Stage
from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.errors import InputError, OutcomeUnknownError, UnavailableError
from zoho_books_connector.sandbox import Fault, Switches
from zoho_books_connector.sandbox.messages import Request
from zoho_books_connector.stores import journal as stored

INVOICE = "create_invoice"
if sys.platform == "win32":
    pytest.skip("Windows takes no file away that is open", allow_module_level=True)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(stored.SqliteJournal.__init__, "__kwdefaults__", {"patience": 0.05})
    made = Stage(Setting(Switches(person_times="present"), folder=tmp_path))
    made.connect()
    yield made
    made.close()


def step_of(stage: Stage, action: str = INVOICE, **changes: Any) -> Step:
    return Step(stage, action, inputs_of(action, HANDLES[action], stage.customer, stage.item) | changes)


def lose_answers(stage: Stage, action: str = INVOICE, *, commit: bool = True) -> None:
    stage.sandbox.faults.add(Fault("reset", "POST", ACTIONS[action].create_pattern, commit=commit))
    stage.sandbox.faults.add(Fault("503", "GET", ACTIONS[action].listed, times=None))


def end_faults(stage: Stage) -> None:
    stage.sandbox.faults.clear()


def journal_file(stage: Stage) -> Path:
    assert stage.journal_file is not None
    return stage.journal_file


# --- the journal ----------------------------------------------------------------------------------------------------


def scribble(path: Path) -> None:
    path.write_bytes(b"This is no database, and was never one. " * 100)


def replace_by_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


@pytest.mark.parametrize("spoil", [scribble, replace_by_folder])
def test_a_journal_that_is_no_journal_lets_no_host_begin(stage: Stage, spoil: Callable[[Path], None]) -> None:
    stage.runtime.close()
    for file in journal_file(stage).parent.iterdir():
        file.unlink()
    spoil(journal_file(stage))
    with pytest.raises(UnavailableError):
        stage.restart()


def test_a_journal_that_is_spoilt_between_two_attempts_stops_the_second(stage: Stage) -> None:
    lose_answers(stage)
    step = step_of(stage)
    assert isinstance(step.attempt(), OutcomeUnknownError)
    end_faults(stage)
    for file in journal_file(stage).parent.iterdir():
        file.unlink()
    scribble(journal_file(stage))
    before = len(stage.centre.requests)
    assert isinstance(step.attempt(), UnavailableError)
    assert len(stage.centre.requests) == before


def test_a_journal_that_somebody_keeps_locked_stops_the_create(stage: Stage) -> None:
    assert isinstance(step_of(stage, reference_number="PO-1").attempt(), ActionResult)
    with locked(journal_file(stage)):
        before = len(stage.centre.requests)
        step = step_of(stage)
        step.key = "another"
        assert isinstance(step.attempt(), UnavailableError)
        assert len(stage.centre.requests) == before
    assert isinstance(step.attempt(), ActionResult)


def test_a_journal_that_fails_after_the_answer_costs_a_warning_and_the_next_attempt_finds_the_record(
    stage: Stage,
) -> None:
    step = step_of(stage)
    locks: list[locked] = []
    stage.centre.on_carried_out = lambda _request, _response: locks.append(locked(journal_file(stage)))
    result = step.attempt()
    stage.centre.on_carried_out = None
    for lock in locks:
        lock.release()
    assert isinstance(result, ActionResult)
    assert "journal" in " ".join(result.warnings)
    stage.restart()
    stage.time.sleep(600)
    again = step.attempt()
    assert isinstance(again, ActionResult)
    assert again.recovered
    assert {again.data["invoice_id"]} == stage.held(INVOICE)


def test_a_journal_that_was_lost_makes_the_next_attempt_look_and_name_what_it_finds(stage: Stage) -> None:
    lose_answers(stage)
    step = step_of(stage)
    assert isinstance(step.attempt(), OutcomeUnknownError)
    end_faults(stage)
    stage.runtime.close()
    for file in journal_file(stage).parent.iterdir():
        file.unlink()
    stage.restart()
    error = step.attempt()
    assert isinstance(error, OutcomeUnknownError)
    assert set(error.look_for["candidates"]) == stage.held(INVOICE)
    assert error.retry_after is None


class locked:  # noqa: N801 - used as a function
    """Keep a file from being written until it is released."""

    def __init__(self, path: Path) -> None:
        self._handle = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._handle.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self._handle.close()

    def __enter__(self) -> None:
        """Nothing more: it is locked already."""

    def __exit__(self, *_: object) -> None:
        self.release()


# --- the clock ------------------------------------------------------------------------------------------------------

JUMPS = [-86_400.0, -600.0, -30.0, 30.0, 600.0, 86_400.0]


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("action", list(ACTIONS))
def test_a_clock_that_is_set_between_two_attempts_makes_nothing_twice(stage: Stage, action: str, jump: float) -> None:
    before = stage.held(action)
    lose_answers(stage, action)
    step = step_of(stage, action)
    assert isinstance(step.attempt(), OutcomeUnknownError)
    end_faults(stage)
    stage.time.local_error = jump
    stage.restart()
    stage.connect()  # a clock that is a day ahead ends every token
    result = step.run()
    assert isinstance(result, ActionResult)
    assert {result.data[ACTIONS[action].id_field]} == stage.held(action) - before


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_is_set_while_the_answer_is_awaited_makes_nothing_twice(stage: Stage, jump: float) -> None:
    stage.sandbox.faults.add(Fault("reset", "POST", "/invoices$", commit=True))
    stage.centre.on_carried_out = lambda _request, _response: setattr(stage.time, "local_error", jump)
    result = step_of(stage).run()
    stage.connect()
    assert isinstance(result, ActionResult), result
    assert {result.data["invoice_id"]} == stage.held(INVOICE)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_is_set_does_not_make_an_older_record_ours(stage: Stage, jump: float) -> None:
    step = step_of(stage)
    stage.stranger.create(INVOICE, step.inputs)
    stage.time.sleep(10)
    stage.run("get_record", {"module": "item", "record_id": stage.item})  # Zoho's clock is known from here
    lose_answers(stage, commit=False)
    assert isinstance(step.attempt(), OutcomeUnknownError)
    end_faults(stage)
    stage.time.local_error = jump
    stage.restart()
    stage.connect()
    result = step.run()
    assert isinstance(result, ActionResult)
    assert {result.data["invoice_id"]} == stage.held(INVOICE) - stage.stranger.created


# --- a clock that is set after a process died before it had heard Zoho's ----------------------------------------------


def die_at(stage: Stage, method: str, step: Step) -> None:
    """Attempt a step whose process dies when its first request of that method is sent, and start the host anew."""

    def die(request: Request) -> None:
        if request.method == method:
            raise Killed

    stage.arrived.append(die)
    with pytest.raises(Killed):
        step.attempt()
    stage.arrived.remove(die)
    stage.restart()


def die_before_a_late_commit(stage: Stage, step: Step) -> None:
    """Lose the answer and die at the first look, while the request is still to be carried out."""
    stage.sandbox.faults.add(Fault("reset", "POST", "/invoices$", commit=True, commit_after=LATE))
    die_at(stage, "GET", step)


def set_clock(stage: Stage, jump: float) -> None:
    stage.time.local_error += jump
    stage.connect()


def unknown(verdict: object) -> OutcomeUnknownError:
    assert isinstance(verdict, OutcomeUnknownError), verdict
    return verdict


def wait_for(stage: Stage, error: OutcomeUnknownError) -> None:
    assert error.retry_after is not None
    stage.time.sleep(error.retry_after)


def test_an_older_record_of_another_app_is_early_while_no_clock_was_set(stage: Stage) -> None:
    step = step_of(stage)
    stage.stranger.create(INVOICE, step.inputs)
    stage.time.sleep(10)
    die_at(stage, "POST", step)
    result = step.run()
    assert isinstance(result, ActionResult)
    assert {result.data["invoice_id"]} == stage.held(INVOICE) - stage.stranger.created


@pytest.mark.parametrize("jump", JUMPS)
def test_an_older_record_of_another_app_is_not_taken_when_no_clock_tells_when_ours_was_sent(
    stage: Stage, jump: float
) -> None:
    step = step_of(stage)
    theirs = stage.stranger.create(INVOICE, step.inputs)
    stage.time.sleep(10)
    die_at(stage, "POST", step)
    set_clock(stage, jump)
    first = unknown(step.attempt())
    assert first.code == "still_running"
    wait_for(stage, first)
    error = unknown(step.attempt())
    assert (error.code, error.look_for["candidates"]) == ("record_uncertain", [theirs])
    assert stage.held(INVOICE) == {theirs}


@pytest.mark.parametrize("jump", JUMPS)
def test_nothing_is_sent_while_a_request_may_be_on_its_way_and_no_clock_tells_since_when(
    stage: Stage, jump: float
) -> None:
    step = step_of(stage)
    die_before_a_late_commit(stage, step)
    set_clock(stage, jump)
    first = unknown(step.attempt())
    assert first.code == "still_running"
    wait_for(stage, first)
    error = unknown(step.attempt())
    [made] = stage.held(INVOICE)
    assert (error.code, error.look_for["candidates"]) == ("record_uncertain", [made])


@pytest.mark.parametrize("jump", JUMPS)
def test_the_attempt_after_the_wait_creates_what_was_never_carried_out(stage: Stage, jump: float) -> None:
    step = step_of(stage)
    die_at(stage, "POST", step)
    set_clock(stage, jump)
    first = unknown(step.attempt())
    assert first.code == "still_running"
    wait_for(stage, first)
    result = step.attempt()
    assert isinstance(result, ActionResult)
    assert not result.recovered
    assert {result.data["invoice_id"]} == stage.held(INVOICE)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_record_that_another_key_sent_before_the_clock_was_set_is_not_claimed(stage: Stage, jump: float) -> None:
    die_before_a_late_commit(stage, step_of(stage))
    set_clock(stage, jump)
    other = step_of(stage)
    other.key = "another"
    stage.sandbox.faults.add(Fault("reset", "POST", "/invoices$", commit=False))
    error = unknown(other.run())
    [made] = stage.held(INVOICE)
    assert (error.code, error.look_for["candidates"]) == ("record_uncertain", [made])


# --- the key --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"reference_number": "PO-8"}, ["/reference_number"]),
        ({"notes": "New"}, ["/notes"]),
        ({"date": "2026-09-21", "notes": "New"}, ["/date", "/notes"]),
    ],
)
@pytest.mark.parametrize("lost", [False, True], ids=["after success", "after a lost answer"])
def test_a_key_that_is_used_with_other_inputs_sends_nothing_and_names_where_they_differ(
    stage: Stage, change: dict[str, Any], pointers: list[str], lost: bool
) -> None:
    if lost:
        lose_answers(stage)
    step_of(stage).attempt()
    end_faults(stage)
    before = len(stage.centre.requests)
    error = step_of(stage, **change).attempt()
    assert isinstance(error, InputError)
    assert error.code == "key_reused"
    assert error.params["pointers"] == pointers
    assert not [value for value in change.values() if value in str(error.to_dict())]
    assert len(stage.centre.requests) == before
