"""Kills a host's process with ``kill -9`` in the midst of a create, and lets the host try again with the same key."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice, product
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final

from trials.faulting.cases import Case
from trials.faulting.clocks import RunningTime
from trials.faulting.creates import ACTIONS, inputs_of
from trials.faulting.host import Step
from trials.faulting.judge import Outcome
from trials.faulting.stage import Setting, Stage
from trials.faulting.tally import Tally
from trials.faulting.victim import BEFORE_NOTING, BEFORE_SENDING, Order, run
from zoho_books_connector.sandbox import Fault, Switches

#: When the process dies, with what becomes of its request.
MOMENTS: Final = {
    "sent, executed": "executed",
    "sent, not executed": "not executed",
    "executed after the kill": "late",
    "while looking": "executed",
    BEFORE_SENDING: "not executed",
    BEFORE_NOTING: "executed",
}
#: Seconds that a process is given to come as far as it should.
_PATIENCE: Final = 60.0
_LATE: Final = 3.0
_HANDLES: Final = {"create_contact": "name", "create_item": "sku", "create_contact_person": "email"}


def kill(count: int, seed: int) -> Tally:
    """Kill so many processes, spread over actions and moments, and count how their steps ended."""
    return Tally.of(_outcomes(count, seed))


def cases() -> Iterator[Case]:
    """Yield every moment with every action, again and again; persons carry their times every other round."""
    while True:
        for conditions in ("plain", "dressed otherwise"):
            for moment, action in product(MOMENTS, ACTIONS):
                handle = _HANDLES.get(action, "reference")
                yield Case(
                    action, moment, "kill -9", MOMENTS[moment], handle=handle, condition=conditions, sockets=True
                )


def _outcomes(count: int, seed: int) -> Iterator[Outcome]:
    context = _context()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, case in enumerate(islice(cases(), count)):
            own = Path(folder) / str(number)
            own.mkdir()
            yield killed(case, own, seed + number, context)


def _context() -> BaseContext:
    """Processes that begin within milliseconds, where the system has them."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([run.__module__])
    return context


def killed(case: Case, folder: Path, seed: int, context: BaseContext) -> Outcome:
    """Play one case: a process that dies, and the host that tries again."""
    switches = Switches(person_times="present") if case.condition == "dressed otherwise" else Switches()
    stage = Stage(Setting(switches, sockets=True, seed=seed, folder=folder), RunningTime())
    try:
        stage.connect()
        inputs = inputs_of(case.action, case.handle, stage.customer, stage.item)
        before = stage.held(case.action)
        _kill_midway(case, stage, inputs, context)
        first = len(stage.centre.requests)
        stage.sandbox.faults.clear()
        step = Step(stage, case.action, inputs, attempts=1)
        stage.time.sleep(1)
        verdict = step.run()
        stage.sandbox.carry_out_late()
        return Outcome(
            case,
            verdict,
            step.attempts,
            made=frozenset(stage.held(case.action) - before),
            strange=frozenset(before),
            requests=tuple(stage.centre.requests[first:]),
        )
    finally:
        stage.close()


def _kill_midway(case: Case, stage: Stage, inputs: dict[str, Any], context: BaseContext) -> None:
    for fault in _faults(case):
        stage.sandbox.faults.add(fault)
    arrived, process_class = context.Event(), context.Process  # type: ignore[attr-defined]  # every context has one
    process = process_class(target=run, args=(_order(case, stage, inputs), arrived), daemon=True)
    process.start()
    try:
        halts = case.point in (BEFORE_SENDING, BEFORE_NOTING)
        _wait_for(arrived.is_set if halts else lambda: stage.struck()[-1:] == ["timeout"])
    finally:
        process.kill()
        process.join()


def _order(case: Case, stage: Stage, inputs: dict[str, Any]) -> Order:
    loaded = stage.tokens.load()
    if loaded is None or stage.journal_file is None:
        raise LookupError("the stage has neither tokens nor journal")
    return Order(
        case.action,
        inputs,
        "step",
        case.point,
        stage.http,
        stage.credential,
        loaded[0],
        stage.journal_file,
        stage.time.elapsed,
    )


def _faults(case: Case) -> list[Fault]:
    """Hold the answer at which the process dies."""
    creating = ACTIONS[case.action]
    create = creating.create_pattern
    if case.point in (BEFORE_SENDING, BEFORE_NOTING):
        return []
    if case.point == "while looking":
        lost = Fault("reset", method="POST", path=create, commit=True)
        return [lost, Fault("timeout", method="GET", path=creating.listed, seconds=_PATIENCE)]
    late = _LATE if case.fate == "late" else 0
    executed = case.fate != "not executed"
    return [Fault("timeout", method="POST", path=create, commit=executed, commit_after=late, seconds=_PATIENCE)]


def _wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the process did not come as far as it should")
        time.sleep(0.002)
