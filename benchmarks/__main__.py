"""The command: ``python -m benchmarks [--quick] [--write] [SECTION …]``; ends with 1 when a bound is exceeded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks import calls, catching_up, ingest, keys, startup, workbench
from benchmarks.bench import Bench, set_up
from benchmarks.measure import Effort
from benchmarks.report import Row, machine, table, write_page

_QUICK: Final = Effort(rounds=2, calls=2, starts=2, reads=100, attempts=1)

SECTIONS: Final[dict[str, Callable[[Bench], Iterator[Row]]]] = {
    "calls": calls.calls,
    "budget": calls.budget,
    "keys": keys.keys,
    "ingest": ingest.ingest,
    "catching_up": catching_up.catching_up,
    "threads": calls.threads,
    "counts": calls.counts,
    "validation": startup.validation,
    "plugin": startup.plugin,
    "manifest": startup.manifest,
    "workbench": workbench.workbench,
    "memory": calls.memory,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure ratios, side by side.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; by default all")
    parser.add_argument("--quick", action="store_true", help="a few calls of each, to see that everything runs")
    parser.add_argument("--write", action="store_true", help="write the table of docs/performance.md")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    if chosen.write and (chosen.sections or chosen.quick):
        parser.error("the table is written by a whole run")
    rows = _measure(chosen.sections or list(SECTIONS), _QUICK if chosen.quick else Effort())
    if chosen.write:
        write_page(rows)
    return 1 if any(row.failed for row in rows) and not chosen.quick else 0


def _measure(sections: list[str], effort: Effort) -> list[Row]:
    sys.stdout.write(f"{machine()}\n\n")
    rows: list[Row] = []
    with set_up(effort) as bench:
        for name in sections:
            found = list(SECTIONS[name](bench))
            sys.stdout.write(f"{name}\n{table(found)}\n")
            sys.stdout.flush()
            rows += found
    return rows


if __name__ == "__main__":
    sys.exit(main())
