"""The fault trial: every request of every create is spoilt in every way, and the books are counted afterwards."""

from __future__ import annotations

import argparse
import sys

from trials.faulting.cases import Case, bases, beyond
from trials.faulting.covering import cover
from trials.faulting.kills import kill
from trials.faulting.report import Report, write_page
from trials.faulting.running import tally_of

_EACH = 3
_EACH_BEYOND = 2
_KILLS = 60
#: A quick run takes one case of so many.
_QUICK = 40
_QUICK_KILLS = 5


def main(arguments: list[str]) -> int:
    """Run the trial; returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m trials faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="chooses among the combinations; the same run for the same")
    parser.add_argument("--quick", action="store_true", help="a few cases of each, to see that everything runs")
    parser.add_argument("--write", action="store_true", help="write the tables of docs/trials.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and chosen.quick:
        parser.error("the tables are written by a whole run")
    report = run(chosen.seed, quick=chosen.quick)
    sys.stdout.write(f"{report.text()}\n")
    for breach in report.breaches():
        sys.stdout.write(f"{breach}\n")
    if chosen.write:
        write_page(report)
    return int(report.failed)


def run(seed: int, *, quick: bool = False) -> Report:
    """Play the cases of a seed, and the kills."""
    step = _QUICK if quick else 1
    within, late = cases_of(seed)[::step], late_cases_of(seed)[::step]
    return Report(
        within=tally_of(within, seed),
        beyond=tally_of(late, seed),
        kills=kill(_QUICK_KILLS if quick else _KILLS, seed),
        seed=seed,
    )


def cases_of(seed: int) -> list[Case]:
    """Return the cases whose writes show within the bound."""
    return list(cover(bases(), _EACH, seed))


def late_cases_of(seed: int) -> list[Case]:
    """Return the cases whose writes come after it."""
    return list(cover(beyond(), _EACH_BEYOND, seed))
