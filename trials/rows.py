"""The rows trial: a workbench runs the rows of a CSV file at Zoho's limits, and is killed at random."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Final

from trials.rowing.outcome import Outcome
from trials.rowing.playing import Setting, play
from trials.rowing.report import table, write_page

#: Seconds of a minute that shows that everything runs, and no figures.
_SHORT: Final = 6.0


def main(arguments: list[str]) -> int:
    """Run the trial; returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m trials rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=1000, help="rows of each file (1000)")
    parser.add_argument("--kills", type=int, default=20, help="kills of each run but the first (20)")
    parser.add_argument("--runs", type=int, default=2, help="runs with kills, beside one without (2)")
    parser.add_argument("--minute", type=float, default=60, help="seconds that a minute lasts (60)")
    parser.add_argument("--seed", type=int, default=0, help="makes the moments of the kills (0)")
    parser.add_argument("--quick", action="store_true", help="one run of 120 rows with two kills, of short minutes")
    parser.add_argument("--write", action="store_true", help="write the table of docs/trials.md")
    chosen = parser.parse_args(arguments)
    outcomes: list[Outcome] = []
    for setting in _settings(chosen):
        outcomes.append(play(setting))
        sys.stdout.write(f"{outcomes[-1]}\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{table(outcomes)}")
    if chosen.write:
        write_page(outcomes)
    return int(any(outcome.failed for outcome in outcomes))


def _settings(chosen: argparse.Namespace) -> Iterator[Setting]:
    if chosen.quick:
        yield Setting(120, 2, _SHORT, chosen.seed)
        return
    yield Setting(chosen.rows, 0, chosen.minute, chosen.seed)
    for number in range(chosen.runs):
        yield Setting(chosen.rows, chosen.kills, chosen.minute, chosen.seed + number + 1)
