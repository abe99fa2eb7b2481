"""Plays a case: sets the stage, lets the step run under its faults, and hands the outcome to the judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from trials.faulting.cases import Case
from trials.faulting.creates import ACTIONS, foreign_body, inputs_of
from trials.faulting.host import Step
from trials.faulting.judge import Outcome
from trials.faulting.stage import READ_TIMEOUT, Setting, Stage
from zoho_books_connector.sandbox import Fault, Switches
from zoho_books_connector.sandbox.messages import Request

_DAY: Final = 86_400.0
#: Seconds after the loss at which a late commit lands: within the time that is spent looking, and long after it.
_LATE: Final[Mapping[str, float]] = {"late": 6.0, "too late": 45.0}
_SKEW: Final = 120.0
_SWITCHES: Final[Mapping[str, Switches]] = {
    "lag": Switches(listing_lag_seconds=2),
    "filters ignored": Switches(list_filters="ignored"),
    "repeatable": Switches(contact_names="repeatable"),
    "dressed otherwise": Switches(
        blanks="typed",
        contact_person_answer="list",
        document_amounts="text",
        item_duplicate_code=1000,
        numeric_ids="some",
        person_times="present",
        sales_order_answer="list",
    ),
}
_TOKEN: Final = "/oauth/v2/token$"  # noqa: S105 - an address


def play(case: Case, folder: Path, seed: int) -> Outcome:
    """Play a case to its end and count the books."""
    stage = Stage(_setting(case, folder, seed))
    try:
        return _played(case, stage)
    finally:
        stage.close()


def _setting(case: Case, folder: Path, seed: int) -> Setting:
    return Setting(
        _SWITCHES.get(case.condition, Switches()),
        zoho_error={"clock ahead": _SKEW, "clock behind": -_SKEW}.get(case.condition, 0.0),
        sockets=case.sockets,
        seed=seed,
        folder=None if case.keying.startswith("no journal") else folder,
    )


def _played(case: Case, stage: Stage) -> Outcome:
    inputs = inputs_of(case.action, case.handle, stage.customer, stage.item)
    _bring_neighbour(case, stage, inputs)
    if case.warm:
        stage.connect()
        stage.run("get_record", {"module": "item", "record_id": stage.item})
    stage.connect(expired=case.point == "refresh")
    before, first = stage.held(case.action), len(stage.centre.requests)
    step = Step(
        stage,
        case.action,
        inputs,
        key=None if case.keying == "no key" else "step",
        counts=not case.keying.endswith("uncounted"),
        restarts=case.keying == "restarted",
        about={"derived_reference": case.handle == "derived"},
    )
    strikes = _strikes(case)

    def arm(attempt: int) -> None:
        stage.sandbox.faults.clear()
        for fault in strikes.get(attempt, ()):
            stage.sandbox.faults.add(fault)

    verdict = step.run(arm)
    stage.sandbox.carry_out_late()
    return Outcome(
        case=case,
        verdict=verdict,
        attempts=step.attempts,
        made=frozenset(stage.held(case.action) - before - stage.stranger.created),
        strange=frozenset(before | stage.stranger.created),
        requests=tuple(stage.centre.requests[first:]),
    )


def _bring_neighbour(case: Case, stage: Stage, inputs: Mapping[str, Any]) -> None:
    alike = foreign_body(case.action, dict(inputs), alike=True)
    if case.condition == "filters ignored":
        _bring_crowd(case, stage)
    if case.neighbour == "older":
        stage.stranger.create(case.action, alike)
        stage.time.sleep(_DAY)
    elif case.neighbour == "identical before":
        stage.stranger.create(case.action, alike)
        stage.time.sleep(30)
    elif case.neighbour == "own twin":
        stage.connect()
        Step(stage, case.action, inputs, key="twin").run()
        stage.time.sleep(1)
    elif case.neighbour == "similar meanwhile":
        _bring_similar_at_first_create(case, stage, foreign_body(case.action, dict(inputs), alike=False))


def _bring_crowd(case: Case, stage: Stage) -> None:
    """Let there be records of other natural keys, which a list that ignores filters shows."""
    other = inputs_of(case.action, "name", stage.customer, stage.item)
    for number in range(3):
        named = {"contact_name": f"Other {number}", "name": f"Other {number}"}
        stage.stranger.create(case.action, other | {name: text for name, text in named.items() if name in other})
    stage.time.sleep(30)


def _bring_similar_at_first_create(case: Case, stage: Stage, body: Mapping[str, Any]) -> None:
    creating = ACTIONS[case.action]

    def listen(request: Request) -> None:
        if request.method == "POST" and request.path.endswith(creating.path):
            stage.arrived.remove(listen)
            stage.stranger.create(case.action, body)

    stage.arrived.append(listen)


# --- which requests go wrong, at which attempt ----------------------------------------------------------------------


def _strikes(case: Case) -> dict[int, list[Fault]]:
    """Return the faults by the attempt at which they are put in force."""
    creating = ACTIONS[case.action]
    opening = _at_create(case, "reset", case.opening)
    every_list = Fault("503", method="GET", path=creating.listed, times=None)
    listed = Fault(case.kind, method="GET", path=creating.listed, times=case.times, seconds=READ_TIMEOUT)
    return {
        "create": {1: [_at_create(case, case.kind, case.fate)]},
        "second create": {
            1: [_at_create(case, "reset", "not executed")],
            2: [_at_create(case, case.kind, case.fate)],
        },
        "look-up": {1: [opening, listed]},
        "every look-up": {1: [opening, Fault(case.kind, "GET", creating.listed, times=None, seconds=READ_TIMEOUT)]},
        "read": {1: [opening, Fault(case.kind, "GET", creating.read, times=case.times, seconds=READ_TIMEOUT)]},
        "look before retry": {1: [opening, every_list], 2: [listed]},
        "look before first": {1: [listed]},
        "refresh": {1: [_at_refresh(case)]},
        "refresh midway": {1: [_at_create(case, "token_expired", "not executed"), _at_refresh(case)]},
    }[case.point]


def _at_create(case: Case, kind: str, fate: str) -> Fault:
    held = READ_TIMEOUT if kind == "timeout" else 0.0
    return Fault(
        kind,
        method="PUT" if case.handle == "unique" else "POST",
        path=ACTIONS[case.action].create_pattern,
        commit=fate != "not executed",
        commit_after=held * (not case.sockets) + _LATE[fate] if fate in _LATE else 0,
        seconds=READ_TIMEOUT,
    )


def _at_refresh(case: Case) -> Fault:
    return Fault(case.kind, method="POST", path=_TOKEN, seconds=READ_TIMEOUT)


def outcomes(cases: Mapping[int, Case], folder: Path, seed: int) -> Iterator[Outcome]:
    """Play cases by their numbers, each with a folder and a seed of its own."""
    for number, case in cases.items():
        own = folder / str(number)
        own.mkdir()
        yield play(case, own, seed * 1_000_003 + number)
