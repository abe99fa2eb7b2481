"""A file that is run row by row, and one of its rows: what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

#: ``new``: read, and its columns are to be chosen.
BatchState = Literal["new", "running", "stopped", "done"]
RowState = Literal["new", "running", "waiting", "valid", "invalid", "done", "failed", "unknown"]
OPEN: Final = ("new", "running", "waiting")
#: Of rows that were not run, but checked at most.
UNTOUCHED: Final = ("new", "valid", "invalid")


@dataclass(frozen=True)
class Batch:
    """One file, on one action and connection. Times are unix seconds."""

    id: str
    label: str
    connection: str
    action: str
    #: The file's encoding and separator, in words.
    origin: str
    columns: list[str]
    #: Column → pointer.
    mapping: dict[str, str]
    #: The column whose equal values make one document of several rows.
    grouped_by: str | None
    #: Whether rows are validated only.
    is_dry: bool
    state: BatchState
    #: How often it was begun.
    turn: int
    #: Why it stopped by itself.
    note: str | None
    #: When rows that wait for a limit go on.
    again_at: float | None
    created_at: float
    ended_at: float | None
    #: State of rows → how many.
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def over(self) -> int:
        """How many of them are over."""
        return self.total - sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def rest(self) -> int:
        """How many are still to be run; what was only checked is."""
        return self.total - sum(self.counts.get(state, 0) for state in ("done", "failed", "unknown"))

    @property
    def is_moving(self) -> bool:
        """Whether something changes by itself: it is going, or rows that were begun before it stopped are ending."""
        return self.state == "running" or "running" in self.counts

    @property
    def phase(self) -> str:
        """What decides what can be done with it."""
        return f"{self.state}-moving" if self.is_moving else self.state

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was run but without requests, so that the columns may still be chosen."""
        return set(self.counts) <= set(UNTOUCHED)

    @property
    def failed(self) -> int:
        """How many rows failed, or may have."""
        return self.counts.get("failed", 0) + self.counts.get("unknown", 0)

    @property
    def can_be_repeated(self) -> bool:
        """Whether it is over, and rows of it failed."""
        return self.state == "done" and self.failed > 0


@dataclass(frozen=True)
class Row:
    """One row, or the rows of one document."""

    number: int
    #: Each with its number in the file.
    lines: list[tuple[int, list[str]]] = field(repr=False)
    state: RowState
    attempts: int
    misses: int
    record_id: str | None
    note: str | None
