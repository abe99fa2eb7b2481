"""What arrived, was refused, or was given up, as lines of the table that people look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zoho_books_connector.stores import DeadEvent, InboxEntry
from zoho_books_connector.trigger.refusals import REFUSALS
from zoho_books_connector.workbench.flows.work import MISFITS
from zoho_books_connector.workbench.trigger.receiving import Refusal

#: State in the inbox → what the page says.
STATES: Final = {
    "due": "waiting for its turn",
    "leased": "being handed on",
    "waiting": "waiting for another attempt",
    "done": "handed on",
    "dead": "given up",
    "refused": "refused",
}
#: Reasons of refusals that the trigger does not know.
_MORE_REASONS: Final = {
    "not_subscribed": "Nothing is subscribed to for this connection.",
    "host_unknown": "It came to another host name than the one that was subscribed with.",
    "body_cut_off": "The delivery ended before its body did.",
    "body_too_slow": "The delivery's body took too long.",
    "length_wrong": "The delivery says another length than it has.",
}
#: Reasons for which an event was not handed on, and what a person does about them.
_ADVICE: Final = dict.fromkeys(MISFITS, "A flow does not fit it; once that is changed, it is handed on again.")


@dataclass(frozen=True)
class Row:
    """A delivery, or a refused request, as a line of the table."""

    key: str
    at: float
    state: str
    type: str
    module: str
    record_id: str
    attempts: int
    reason: str
    #: ``None`` for what was refused.
    delivery_id: str | None
    delivered: bool = True


def arrived_row(entry: InboxEntry) -> Row:
    """Return an event of the inbox as a row."""
    return Row(
        f"event-{entry.number}",
        entry.stored_at,
        entry.state,
        entry.type or "unreadable",
        entry.module or "",
        entry.record_id or "",
        entry.attempts,
        _advised(entry.reason or ""),
        entry.delivery_id,
        entry.delivered,
    )


def refused_row(refusal: Refusal) -> Row:
    """Return a refused request as a row: its reason and its size."""
    known = REFUSALS.get(refusal.reason)
    said = known[0] if known else _MORE_REASONS.get(refusal.reason, "The workbench was in trouble; it is sent again.")
    reason = f"{refusal.reason}, {refusal.size:,} bytes. {said}"
    return Row(f"refused-{refusal.number}", refusal.at, "refused", "", "", "", 0, reason, None)


def dead_row(number: int, dead: DeadEvent) -> Row:
    """Return an event that was given up as a row."""
    event = dead.event
    return Row(
        f"dead-{number}",
        dead.ended_at,
        "dead",
        event.type if event else "unreadable",
        (event.module if event else None) or "",
        (event.record_id if event else None) or "",
        dead.attempts,
        _advised(dead.reason),
        dead.delivery_id,
    )


def _advised(reason: str) -> str:
    return f"{reason}. {_ADVICE[reason]}" if reason in _ADVICE else reason
