"""The soak trial: its servers refuse what goes too far, its figures are right, and a short one holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trials import soak as command
from trials.soaking import report
from trials.soaking.outcome import Outcome, Window, used_of
from trials.soaking.processes import Setting, soak
from trials.soaking.simulation import Scene, Simulation, simulate
from zoho_books_connector.sending.limits import Limits

HOLDS = Outcome("somewhere", "sliding", 4, 1, 900, 0, 0.98, 3)


@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("window", ["sliding", "fixed"])
def test_the_share_is_used_and_nothing_refused(window: Window, processes: int) -> None:
    outcome = simulate(window, processes, seeds=3, windows=12)
    assert not outcome.failed
    assert outcome.bounded
    assert outcome.sent > 3 * 11 * 90


@pytest.mark.parametrize("window", ["sliding", "fixed"])
def test_lost_answers_lead_to_no_refusal(window: Window) -> None:
    outcome = simulate(window, 4, seeds=2, windows=8, lost=0.05)
    assert outcome.refused == 0
    assert outcome.sent > 2 * 5 * 90


@pytest.mark.parametrize("limits", [Limits(window=58), Limits(share=0.92), Limits(concurrent=40)], ids=str)
def test_a_budget_that_goes_too_far_would_be_refused(limits: Limits) -> None:
    assert Simulation(Scene("sliding", 1, seed=1, windows=5), limits).run().refused > 0


def test_a_simulation_is_repeated_by_its_seed() -> None:
    scene = Scene("sliding", 4, seed=7, windows=3)
    assert Simulation(scene).run() == Simulation(scene).run()
    assert Simulation(scene).run() != Simulation(replace(scene, seed=8)).run()


def test_two_processes_share_one_budget_against_the_sandbox() -> None:
    outcome = soak(Setting("sliding", processes=2, seconds=5, minute=1.5))
    assert outcome.refused == 0
    assert outcome.sent > 180
    assert 0 < outcome.used <= 1
    assert outcome.refreshes in range(1, 10)


# --- figures -------------------------------------------------------------------------------------------------------


def test_what_is_used_against_a_sliding_window_is_how_soon_places_are_used_again() -> None:
    assert used_of([0, 1, 2, 60, 61, 62, 120], 3, 60, "sliding", until=130) == 1
    assert used_of([132, 0, 1, 2, 66, 67, 68], 3, 60, "sliding", until=140) == pytest.approx(120 / 132)
    assert used_of([0, 1, 2], 3, 60, "sliding", until=9) == 0


def test_what_is_used_against_a_fixed_window_is_of_all_windows_that_were_touched() -> None:
    times = [30, 31, 32, 90, 91, 92]
    assert used_of(times, 3, 60, "fixed", until=120) == 1
    assert used_of(times, 3, 60, "fixed", until=150) == pytest.approx(6 / 9)


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (HOLDS, False),
        (replace(HOLDS, refused=1), True),
        (replace(HOLDS, used=0.969), True),
        (replace(HOLDS, used=0.969, bounded=False), False),
        (replace(HOLDS, used=0.88, window="fixed"), False),
        (replace(HOLDS, used=0.86, window="fixed"), True),
    ],
)
def test_a_promise_is_broken_by_a_refusal_or_by_too_little(outcome: Outcome, failed: bool) -> None:
    assert outcome.failed is failed
    assert ("**broken**" in report.table([outcome])) is failed


# --- the command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("refused", "status"), [(0, 0), (1, 1)])
def test_the_command_runs_everything_and_writes_the_table(
    refused: int, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played: list[Setting] = []

    def play(setting: Setting) -> Outcome:
        played.append(setting)
        return replace(HOLDS, where="sandbox", refused=refused)

    page = tmp_path / "limits.md"
    page.write_text(report.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(command, "soak", play)
    assert command.main(["--seeds", "1", "--seconds", "30", "--write"]) == status
    assert [(each.window, each.processes, each.phase) for each in played] == [
        ("sliding", 1, 0),
        ("sliding", 4, 0),
        ("fixed", 1, 0.25),
        ("fixed", 4, 0.75),
    ]
    assert (
        capsys.readouterr().out.splitlines()[-1] == page.read_text("utf-8").split("\n\n<!-- end of")[0].splitlines()[-1]
    )
    assert page.read_text("utf-8").endswith(report.PAGE.read_text("utf-8").partition("<!-- end of measured -->")[2])
