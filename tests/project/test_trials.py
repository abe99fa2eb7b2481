"""The fault trial runs, plays the same for the same seed, and notices a connector that breaks a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from trials import __main__ as command
from trials import faults
from trials.faulting import judge, report
from trials.faulting.cases import FATES, KEYINGS, NEIGHBOURS, POINTS, Case, bases, makes_sense
from trials.faulting.creates import ACTIONS
from trials.faulting.judge import DENIED, DUPLICATE, FOREIGN, LOST, WRONG
from trials.faulting.kills import MOMENTS, cases
from trials.faulting.playing import play
from trials.faulting.report import Report
from trials.faulting.tally import Tally
from zoho_books_connector.creating import create, judging
from zoho_books_connector.errors import RejectedError
from zoho_books_connector.sandbox.faults import FAULT_KINDS

CASES = faults.cases_of(1)
LOST_INVOICE = Case("create_invoice", "create", "reset", "executed", handle="reference")


# --- what is tried -------------------------------------------------------------------------------------------------


def test_the_same_seed_plays_the_same_cases() -> None:
    assert faults.cases_of(1) == CASES
    assert faults.cases_of(2) != CASES


def test_every_request_of_every_action_is_spoilt_in_every_way() -> None:
    played = Counter((case.action, case.point, case.kind, case.fate) for case in CASES)
    assert played.keys() == {(base["action"], base["point"], base["kind"], base["fate"]) for base in bases()}
    assert {case.kind for case in CASES} <= set(FAULT_KINDS)
    assert {case.point for case in CASES} == set(POINTS)


def test_every_choice_is_played_and_nearly_every_two_choices_that_go_together_are() -> None:
    for name, values in {"keying": KEYINGS, "neighbour": NEIGHBOURS, "fate": FATES[:3]}.items():
        assert {getattr(case, name) for case in CASES} == set(values)
    played = {pair for case in CASES for pair in combinations(sorted(vars(case).items()), 2)}
    possible = {pair for case in variations() for pair in combinations(sorted(vars(case).items()), 2)}
    assert len(possible & played) > 0.97 * len(possible)


def variations() -> Iterator[Case]:
    """Cases that make sense and differ from played ones in one or two choices."""
    for case in CASES[::9]:
        for keying in KEYINGS:
            for neighbour in NEIGHBOURS:
                changed = replace(case, keying=keying, neighbour=neighbour)
                if makes_sense(changed):
                    yield changed


def test_kills_are_spread_over_actions_and_moments() -> None:
    some = [case for case, _ in zip(cases(), range(60), strict=False)]
    assert Counter((case.action, case.point) for case in some) == {
        (action, moment): 2 for action in ACTIONS for moment in MOMENTS
    }


# --- a broken connector is noticed ---------------------------------------------------------------------------------


def breaches(case: Case, folder: Path) -> set[str]:
    return {promise for promise, _ in play(case, folder, 1).breaches}


def test_a_connector_as_it_is_breaks_nothing(tmp_path: Path) -> None:
    assert breaches(LOST_INVOICE, tmp_path) == set()


def test_a_second_sending_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create._SafeCreate, "_after_loss", lambda self, _loss: self._send())
    assert breaches(LOST_INVOICE, tmp_path) == {DUPLICATE}


def test_a_foreign_record_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "is_another", lambda *_: False)
    monkeypatch.setattr(judging, "differing", lambda *_: [])
    case = replace(LOST_INVOICE, fate="not executed", neighbour="similar meanwhile")
    assert breaches(case, tmp_path) == {FOREIGN}


def test_a_denial_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RejectedError("refused", "It was refused.")

    monkeypatch.setattr(create._SafeCreate, "_after_loss", refuse)
    assert breaches(LOST_INVOICE, tmp_path) == {DENIED, WRONG}


def with_id(record_id: str) -> Callable[[Any, Any], Any]:
    return lambda _self, _loss: {"invoice_id": record_id}


def test_a_record_that_is_not_there_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create._SafeCreate, "_after_loss", with_id("404"))
    assert breaches(replace(LOST_INVOICE, fate="not executed"), tmp_path) == {LOST, WRONG}


def test_a_look_without_a_key_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "_once", lambda step: create._SafeCreate(step).run())
    assert WRONG in breaches(replace(LOST_INVOICE, keying="no key"), tmp_path)


# --- the command ---------------------------------------------------------------------------------------------------


def test_a_quick_run_holds_every_promise(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["faults", "--quick"]) == 0
    printed = capsys.readouterr().out
    assert all(f"| **{promise}** | 0 |" in printed for promise in judge.PROMISES)


def broken(promise: str) -> Tally:
    return Tally(cases=1, promises=Counter([promise]), breaches=[f"{promise}: seen"])


@pytest.mark.parametrize("promise", judge.PROMISES)
def test_a_broken_promise_fails_the_trial_but_for_duplicates_that_come_too_late(promise: str) -> None:
    kept = Tally(cases=1)
    assert not Report(kept, kept, kept, seed=1).failed
    assert Report(broken(promise), kept, kept, seed=1).failed
    assert Report(kept, kept, broken(promise), seed=1).failed
    late = Report(kept, broken(promise), kept, seed=1)
    assert late.failed == bool(late.breaches()) == (promise != DUPLICATE)


def test_the_tables_stand_in_the_page_between_their_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "trials.md"
    page.write_text(report.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    found = Report(broken(DUPLICATE), Tally(cases=2), Tally(cases=3), seed=7)
    report.write_page(found)
    report.write_page(found)
    assert page.read_text("utf-8").count(found.text()) == 1
    assert page.read_text("utf-8").endswith(report.PAGE.read_text("utf-8").partition("<!-- end of faults -->")[2])


@pytest.mark.parametrize("arguments", [[], ["nothing"]])
def test_an_unknown_trial_is_refused(arguments: list[str]) -> None:
    assert command.main(arguments) == 2


def test_the_page_is_written_by_a_whole_run() -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["faults", "--quick", "--write"])
    assert ended.value.code == 2
