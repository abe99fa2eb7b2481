"""What one soak brought, and how much of the share that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Window = Literal["sliding", "fixed"]

#: How much of our share has to be used; against a fixed window of unknown phase no client can know that it is safe
#: earlier.
BOUNDS: Final[dict[Window, float]] = {"sliding": 0.97, "fixed": 0.87}


@dataclass(frozen=True)
class Outcome:
    """One run, or the worst of several that differ in their seed only."""

    where: str
    window: Window
    processes: int
    runs: int
    sent: int
    #: 429s that anybody received, the foreign client included.
    refused: int
    #: The least of the runs.
    used: float
    refreshes: int | None = None
    #: Whether the bound on what is used holds for it.
    bounded: bool = True

    @property
    def failed(self) -> bool:
        """Whether a promise is broken."""
        return self.refused > 0 or (self.bounded and self.used < BOUNDS[self.window])


def used_of(arrivals: Sequence[float], share: int, length: float, window: Window, *, until: float) -> float:
    """Return the part of our share that was used, from the first call of a cold start on.

    Against a sliding window: how soon each place was used again after it had become free. Against fixed ones, which
    begin at multiples of their length: what was sent in all the windows that the run, which ends ``until``, touched.
    """
    times = sorted(arrivals)
    if window == "fixed":
        touched = math.ceil(until / length) - math.floor(times[0] / length)
        return len(times) / (share * touched)
    turns = (len(times) - 1) // share
    return turns * length / (times[turns * share] - times[0]) if turns else 0.0
