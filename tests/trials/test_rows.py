"""The rows trial in small: processes that are killed, and what counts as a broken promise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from trials import rows as command
from trials.rowing import report
from trials.rowing.outcome import Outcome
from trials.rowing.playing import Setting, play

HOLDS = Outcome(0, 1000, 1, 0, 0, 0, 1000, 0, 11.3, 0.99, 0.97, bounded=True)


def test_rows_survive_a_kill_without_a_duplicate() -> None:
    outcome = play(Setting(rows=40, kills=1, minute=2.0, seed=7))
    assert (outcome.duplicates, outcome.lost, outcome.undone, outcome.refused) == (0, 0, 0, 0)
    assert outcome.sent >= 40


@pytest.mark.parametrize("broken", ["duplicates", "lost", "undone", "refused"])
def test_one_is_too_many(broken: str) -> None:
    assert not HOLDS.failed
    assert replace(HOLDS, **{broken: 1}).failed  # type: ignore[arg-type]


def test_a_share_that_is_not_used_is_a_fault_where_the_bound_holds() -> None:
    assert replace(HOLDS, used=0.94).failed
    assert not replace(HOLDS, used=0.94, bounded=False).failed


@pytest.mark.parametrize(("duplicates", "status"), [(0, 0), (1, 1)])
def test_the_command_plays_each_run_writes_the_page_and_says_how_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duplicates: int, status: int
) -> None:
    page = tmp_path / "trials.md"
    page.write_text(report.PAGE.read_text("utf-8"), "utf-8")
    played: list[Setting] = []

    def play_nothing(setting: Setting) -> Outcome:
        played.append(setting)
        return replace(HOLDS, duplicates=duplicates)

    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(command, "play", play_nothing)
    assert command.main(["--kills", "5", "--runs", "2", "--seed", "3", "--write"]) == status
    assert [(each.kills, each.seed) for each in played] == [(0, 3), (5, 4), (5, 5)]
    assert page.read_text("utf-8").count("| 1,000 | 1 |") == 3
