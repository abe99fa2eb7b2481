"""The shapes in which the inbox of events hands out what it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field

from zoho_books_connector.boundary import Event


@dataclass(frozen=True)
class Taken:
    """An event on lease: handle it, then say ``done`` or ``failed``."""

    event: Event
    #: 1 when the event is handed out for the first time.
    attempt: int
    #: What tells this lease from every other.
    number: int
    lease: str = field(repr=False)


@dataclass(frozen=True)
class DeadEvent:
    """An event that was given up; ``event`` is ``None`` when its content in the file is damaged."""

    event: Event | None
    delivery_id: str
    reason: str
    attempts: int
    #: Unix seconds.
    stored_at: float
    ended_at: float


@dataclass(frozen=True)
class InboxCounts:
    """How many events are in each state, for a page that shows it. A lease that ended counts until the next take."""

    due: int = 0
    leased: int = 0
    #: Failed, and waiting for their next attempt.
    waiting: int = 0
    done: int = 0
    dead: int = 0
    #: When the oldest event was stored that is neither done nor dead, in unix seconds.
    oldest: float | None = None


@dataclass(frozen=True)
class InboxEntry:
    """An event of the inbox without its record, for a list of what arrived."""

    #: Grows with each event; what a list goes on before.
    number: int
    delivery_id: str
    state: str
    #: ``None``, as are the three below, when the content in the file is damaged.
    type: str | None
    module: str | None
    record_id: str | None
    occurred_at: str | None
    #: Unix seconds.
    stored_at: float
    #: Whether a delivery brought it; otherwise it was read.
    delivered: bool
    attempts: int
    reason: str | None
