"""Compares what calls cost in CPU time, side by side, so that a busy machine troubles all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

Call = Callable[[], object]

#: How far the base may differ from itself before nothing is said about anything.
QUIET: Final = 0.02


@dataclass(frozen=True)
class Effort:
    """How often each thing is measured: many short rounds, since the speed of a machine drifts."""

    rounds: int = 600
    #: Calls of each subject in a round.
    calls: int = 5
    #: Rounds of what starts processes, or wakes many threads.
    starts: int = 150
    #: Calls over which the memory is watched.
    reads: int = 10_000
    #: A comparison on a machine that was not quiet is made again, so many times in all.
    attempts: int = 3


@dataclass(frozen=True)
class Comparison:
    """What each subject costs in units of the base, and what the base costs in units of itself."""

    ratios: Mapping[str, float]
    same: float

    @property
    def quiet(self) -> bool:
        """Whether the machine was quiet enough for a verdict."""
        return abs(self.same - 1) <= QUIET


def compare(
    base: Call, subjects: Mapping[str, Call], effort: Effort, spent: Callable[[Call, int], float]
) -> Comparison:
    """Return the median cost of each subject in units of the base's.

    The base is measured twice a round, like two subjects, which gives the A/A ratio. Every other round runs backwards,
    so that no place in a round is favoured. ``spent`` measures so many calls.
    """
    for _ in range(effort.attempts):
        found = _compared({"A": base, **subjects, "B": base}, effort, spent)
        if found.quiet:
            break
    return found


def _compared(order: Mapping[str, Call], effort: Effort, spent: Callable[[Call, int], float]) -> Comparison:
    for call in order.values():
        spent(call, effort.calls)
    costs: dict[str, list[float]] = {name: [] for name in order}
    # What lives already is nobody's garbage: the collector need not walk it before each measurement.
    gc.freeze()
    for number in range(effort.rounds):
        for name in order if number % 2 else reversed(list(order)):
            costs[name].append(spent(order[name], effort.calls))
    gc.unfreeze()
    found = {name: median(spendings) for name, spendings in costs.items()}
    unit = (found["A"] + found["B"]) / 2
    return Comparison({name: cost / unit for name, cost in found.items()}, found["A"] / found["B"])


def cpu(call: Call, calls: int) -> float:
    """Return the CPU seconds that all threads of this process spend on so many calls."""
    gc.collect()
    started = time.process_time()
    for _ in range(calls):
        call()
    return time.process_time() - started
