"""What changed in Zoho Books while nobody listened, read instead of delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from zoho_books_connector.boundary.limits import Quota
from zoho_books_connector.boundary.receiving import Event
from zoho_books_connector.boundary.running import CallRecord


@dataclass(frozen=True)
class CaughtUp:
    """What one page of changes brought. Store the events, then the cursor, then ask for the next one."""

    module: str
    events: tuple[Event, ...]
    #: Where to go on after these events, JSON-ready; it also begins the next catch-up once this one is complete.
    cursor: dict[str, Any]
    #: ``out_of_calls``: more is left, and the stated number of calls is used up.
    state: Literal["reading", "out_of_calls", "complete"]
    #: Requests made so far, refreshes of the token not counted.
    calls_made: int
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)


@dataclass(frozen=True)
class PollingPlan:
    """What it costs to ask for changes regularly instead of being told."""

    modules: tuple[str, ...]
    #: Seconds between two rounds.
    interval: float
    #: One request for each module and round, when nothing changed.
    calls_per_day: int
    #: How many of the organization's calls of a day may be used for it.
    allowed_per_day: int
    #: The shortest interval that fits, in seconds.
    least_interval: float
    #: What polling cannot see, in sentences.
    warnings: tuple[str, ...] = ()
