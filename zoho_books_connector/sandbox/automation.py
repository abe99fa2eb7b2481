"""What an organization automates: its webhooks, its workflow rules, and the log of their deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .changes import Event
from .record_fields import Record
from .webhooks import Delivery

Outcome = Literal["delivered", "will_retry", "given_up", "over_limit"]
REMEMBERED = 30_000
"""Log entries kept, so that a server that runs for days does not grow."""


@dataclass(frozen=True)
class Parcel:
    """One delivery on its way; forged ones and the check of a webhook just saved have no event of a record."""

    delivery: Delivery
    webhook_id: str
    workflow_id: str = ""
    module: str = ""
    record_id: str = ""
    event: Event | Literal["check"] = "check"
    attempt: int = 1
    genuine: bool = True

    @property
    def is_retried(self) -> bool:
        """Whether a failure is followed by another attempt."""
        return self.genuine and self.event != "check"


@dataclass(frozen=True)
class LogEntry:
    """One attempt; `status` is None where no answer came, or where nothing was sent."""

    at: float
    parcel: Parcel
    status: int | None
    outcome: Outcome


@dataclass
class Automation:
    """State of one organization; callers hold the sandbox's lock."""

    webhooks: dict[str, Record] = field(default_factory=dict)
    rules: dict[str, Record] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    """Webhooks that were just saved and are to be checked."""
    _ran: set[tuple[str, str]] = field(default_factory=set)
    _failures: dict[str, int] = field(default_factory=dict)
    _day: str = ""
    _triggered: int = 0

    def first_run(self, rule_id: str, record_id: str) -> bool:
        """Whether a rule runs for a record for the first time; from now on it has."""
        first = (rule_id, record_id) not in self._ran
        self._ran.add((rule_id, record_id))
        return first

    def trigger(self, day: str, most: int | None) -> bool:
        """Count a delivery of this day, unless the day's deliveries are used up."""
        if day != self._day:
            self._day, self._triggered = day, 0
        if most is not None and self._triggered >= most:
            return False
        self._triggered += 1
        return True

    def note(self, entry: LogEntry, failures_before_off: int | None) -> None:
        """Log an attempt; a rule is switched off after so many deliveries given up in a row, forged ones apart."""
        self.log.append(entry)
        del self.log[:-REMEMBERED]
        rule_id = entry.parcel.workflow_id
        if not entry.parcel.genuine or rule_id not in self.rules:
            return
        if entry.outcome == "delivered":
            self._failures.pop(rule_id, None)
        if entry.outcome != "given_up":
            return
        self._failures[rule_id] = self._failures.get(rule_id, 0) + 1
        if failures_before_off is not None and self._failures[rule_id] >= failures_before_off:
            self.rules[rule_id] |= {"is_active": False}
            del self._failures[rule_id]
