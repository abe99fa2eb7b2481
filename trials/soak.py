"""The soak trial: one rate budget for one and for several processes, at length, with a foreign client beside them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Final

from trials.soaking.outcome import Outcome, Window
from trials.soaking.processes import Setting, soak
from trials.soaking.report import table, write_page
from trials.soaking.simulation import simulate

_WINDOWS: Final[tuple[Window, ...]] = ("sliding", "fixed")
#: A simulation with lost answers is there for the 429s: what is lost cannot be used.
_LOST: Final = 0.02
#: Where the fixed windows of the runs in real time begin.
_PHASES: Final = (0.25, 0.75)


def main(arguments: list[str]) -> int:
    """Run the trial; returns 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m trials soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="length of each of the four runs in real time (60)")
    parser.add_argument("--minute", type=float, default=6, help="seconds that a minute lasts in them (6)")
    parser.add_argument("--processes", type=int, default=4, help="how many share the budget (4)")
    parser.add_argument("--seeds", type=int, default=20, help="runs of each simulation (20)")
    parser.add_argument("--write", action="store_true", help="write the table of docs/limits.md")
    chosen = parser.parse_args(arguments)
    outcomes: list[Outcome] = []
    for outcome in _outcomes(chosen):
        outcomes.append(outcome)
        sys.stdout.write(f"{outcome}\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{table(outcomes)}")
    if chosen.write:
        write_page(outcomes)
    return int(any(outcome.failed for outcome in outcomes))


def _outcomes(chosen: argparse.Namespace) -> Iterator[Outcome]:
    counts = sorted({1, chosen.processes})
    for window in _WINDOWS:
        for processes in counts:
            yield simulate(window, processes, chosen.seeds)
        yield simulate(window, chosen.processes, max(1, chosen.seeds // 5), lost=_LOST)
    for processes in counts:
        yield soak(Setting("sliding", processes, chosen.seconds, chosen.minute))
    for processes, phase in zip(counts, _PHASES, strict=False):
        yield soak(Setting("fixed", processes, chosen.seconds, chosen.minute, phase))
