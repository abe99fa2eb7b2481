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
    """How often each thing is measured."""

    rounds: int = 60
    calls: int = 40


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
    """Return the median, over rounds, of each subject's cost in units of the base's cost in the same round.

    The base is measured twice a round, like two subjects, which gives the A/A ratio. Every other round runs backwards,
    so that no place in a round is favoured. ``spent`` measures so many calls.
    """
    order = {"A": base, **subjects, "B": base}
    for call in order.values():
        spent(call, effort.calls)
    rounds: list[dict[str, float]] = []
    for number in range(effort.rounds):
        names = list(order) if number % 2 else list(reversed(order))
        rounds.append({name: spent(order[name], effort.calls) for name in names})
    ratios = {name: median(cost[name] * 2 / (cost["A"] + cost["B"]) for cost in rounds) for name in subjects}
    return Comparison(ratios, median(cost["A"] / cost["B"] for cost in rounds))


def cpu(call: Call, calls: int) -> float:
    """Return the CPU seconds that all threads of this process spend on so many calls."""
    gc.collect()
    started = time.process_time()
    for _ in range(calls):
        call()
    return time.process_time() - started
