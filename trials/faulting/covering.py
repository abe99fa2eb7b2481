"""Chooses cases so that every pair of choices meets at least once, and every base several times."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final

from trials.faulting.cases import Case, Choice, choices, makes_sense

#: Candidates of which the one with the most new pairs is taken.
_CANDIDATES: Final = 12
_ATTEMPTS: Final = 400


def cover(bases: Iterable[Choice], each: int, seed: int) -> Iterator[Case]:
    """Yield ``each`` cases for every base, the same for the same seed.

    Beside the base a case takes, of some random candidates that make sense, the one with the most pairs of choices
    that no case before it had.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatability is wanted, not secrecy
    seen: set[tuple[Any, ...]] = set()
    for base in bases:
        for _ in range(each):
            candidates = list(_candidates(base, dice))
            best = max(candidates, key=lambda case: len(_pairs(case) - seen))
            seen |= _pairs(best)
            yield best


def _candidates(base: Choice, dice: random.Random) -> Iterator[Case]:
    found = 0
    for _ in range(_ATTEMPTS):
        case = Case(**base, **{name: dice.choice(values) for name, values in choices(base).items()})
        if makes_sense(case):
            found += 1
            yield case
        if found == _CANDIDATES:
            return


def _pairs(case: Case) -> set[tuple[Any, ...]]:
    chosen = sorted(vars(case).items())
    return {(*one, *other) for one, other in combinations(chosen, 2)}
