"""The trial of deliveries: repeated, late, in disorder and forged, to hosts that are killed; then all is counted."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from trials.delivering.playing import play
from trials.delivering.report import Report, write_page

_CHANGES, _KILLS = 10_000, 30
_QUICK_CHANGES, _QUICK_KILLS = 600, 4


def main(arguments: list[str]) -> int:
    """Run the trial; returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m trials deliveries", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="chooses what happens; when exactly is up to the machine")
    parser.add_argument("--quick", action="store_true", help="a few deliveries, to see that everything runs")
    parser.add_argument("--write", action="store_true", help="write the table of docs/trials.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and chosen.quick:
        parser.error("the table is written by a whole run")
    report = run(chosen.seed, quick=chosen.quick)
    sys.stdout.write(f"{report.text()}\n")
    for breach in report.breaches():
        sys.stdout.write(f"{breach}\n")
    if chosen.write:
        write_page(report)
    return int(report.outcome.failed)


def run(seed: int, *, quick: bool = False) -> Report:
    """Play a trial."""
    changes, kills = (_QUICK_CHANGES, _QUICK_KILLS) if quick else (_CHANGES, _KILLS)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return Report(play(Path(folder), changes=changes, kills=kills, seed=seed), seed)
