"""The count of a trial: what struck, how the steps ended, and what was promised and not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from trials.faulting.judge import Outcome
from zoho_books_connector.boundary import ActionResult

#: Breaches that are told in full.
_TOLD = 20


@dataclass
class Tally:
    """Sums that processes bring and the report adds up."""

    cases: int = 0
    over_sockets: int = 0
    #: Cases in which no request came that the fault could strike.
    spared: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    #: How the steps ended.
    verdicts: Counter[str] = field(default_factory=Counter)
    recovered: int = 0
    #: Of the unknown verdicts: those whose record exists, and those that name it.
    existing: int = 0
    named: int = 0
    promises: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        """Count outcomes."""
        tally = cls()
        for outcome in outcomes:
            tally.count(outcome)
        return tally

    def count(self, outcome: Outcome) -> None:
        """Add one outcome."""
        self.cases += 1
        self.over_sockets += outcome.case.sockets
        self.spared += not outcome.struck
        self.faults += outcome.struck
        self.verdicts[type(outcome.verdict).__name__] += 1
        self.recovered += isinstance(outcome.verdict, ActionResult) and outcome.verdict.recovered
        self.existing += outcome.is_unknown and bool(outcome.made)
        self.named += outcome.is_unknown and bool(outcome.made) and outcome.names_what_exists
        for promise, seen in outcome.breaches:
            self.promises[promise] += 1
            if len(self.breaches) < _TOLD:
                self.breaches.append(f"{promise}: {seen}\n    {outcome.case}")

    def __add__(self, other: Tally) -> Tally:
        """Add what another process counted."""
        mine, theirs = vars(self), vars(other)
        return Tally(**{name: mine[name] + theirs[name] for name in mine})
