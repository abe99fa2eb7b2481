"""What a batch brought, counted in the sandbox's books and against the batch's own account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: How much of our share of the rate limits has to be used.
BOUND: Final = 0.95


@dataclass(frozen=True)
class Outcome:
    """One run of the trial."""

    seed: int
    rows: int
    kills: int
    #: Records beyond one for a row.
    duplicates: int
    #: Rows without their record, and rows that are told as done with the id of another one.
    lost: int
    #: Rows that did not end as done.
    undone: int
    #: API calls that reached the sandbox, and how many it refused with a 429.
    sent: int
    refused: int
    #: Minutes of the scaled clock from the first call to the last, and the part of them in which a process was ready.
    minutes: float
    alive: float
    #: The part of our share that was used in that time.
    used: float
    #: Whether the bound holds for it: on a scaled clock the starts after kills take a good part of the time.
    bounded: bool

    @property
    def failed(self) -> bool:
        """Whether a promise is broken."""
        wrong = self.duplicates + self.lost + self.undone + self.refused
        return wrong > 0 or (self.bounded and self.used < BOUND)
