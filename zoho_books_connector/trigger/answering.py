"""From a raw request to the status that answers it, for hosts with a server of their own."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol, runtime_checkable

from zoho_books_connector.boundary import Delivery, Event, Trigger
from zoho_books_connector.errors import ConnectorError, InputError, WebhookRejectedError
from zoho_books_connector.trigger.proven import Proven
from zoho_books_connector.trigger.webhook import WebhookTrigger

logger: Final = logging.getLogger("zoho_books_connector.webhook")

STORED: Final = 200
BAD: Final = 400
UNPROVEN: Final = 401
#: Whoever sends should send again: nothing was stored.
TROUBLE: Final = 503

#: Reason of a refusal → status; any other reason means that the delivery is not proven.
STATUSES: Final = {
    "method_refused": 405,
    "body_too_large": 413,
    "body_compressed": 415,
    "header_repeated": BAD,
    "fields_too_many": BAD,
    "body_not_utf8": BAD,
    "body_not_json": BAD,
    "body_not_object": BAD,
    "body_too_deep": BAD,
    "body_cut_off": BAD,
    "body_too_slow": 408,
    "length_wrong": BAD,
}

#: Values that are valid now, or what returns them; asked for every delivery, so that they can be changed meanwhile.
Values = Sequence[str] | Callable[[], Sequence[str]]


class EventStore(Protocol):
    """Where proven events are kept before they are acknowledged."""

    def put(self, events: Sequence[Event]) -> int:
        """Store events so that they survive a crash, drop known ones; returns how many were new.

        A ``ConnectorError`` or ``OSError`` means that none was stored.
        """


@runtime_checkable
class ProvenStore(Protocol):
    """A store that can also keep deliveries whose events are made when they are handed out; ``SqliteInbox`` is one."""

    def put_proven(self, events: Sequence[Event | Proven]) -> int:
        """Do as ``put`` of an ``EventStore`` does."""


#: What stores ``Answer.events``.
Put = Callable[[Sequence[Event | Proven]], int]


class Answer(NamedTuple):
    """What to answer to a delivery. ``reason`` is for the log: whoever sent it learns the status only."""

    status: int
    reason: str
    #: Bytes of the body of a delivery that was refused, as far as it was read.
    size: int = 0
    #: What is to be stored before the answer goes out.
    events: Sequence[Event | Proven] = ()


@dataclass(frozen=True)
class Gate:
    """A trigger with its secrets, and its header tokens where those are used."""

    trigger: Trigger
    secrets: Values = field(repr=False)
    header_tokens: Values = field(default=(), repr=False)

    def check(self, delivery: Delivery, *, unread: bool = False) -> Answer:
        """Return what to answer once the events in it are stored; a refusal has none, and is logged.

        With ``unread``, for a ``ProvenStore``, a delivery may be left as it came.
        """
        try:
            secrets, tokens = _now(self.secrets), _now(self.header_tokens)
            events = self._way(unread)(delivery, secrets=secrets, header_tokens=tokens)
        except WebhookRejectedError as error:  # logged by the trigger
            return Answer(STATUSES.get(error.code, UNPROVEN), error.code, len(delivery.body))
        except (ConnectorError, OSError) as error:
            return in_trouble(error)
        return Answer(STORED, "stored", 0, events)

    def _way(self, unread: bool) -> Callable[..., Sequence[Event | Proven]]:
        trigger = self.trigger
        # Whoever changed what ``receive`` does wants to be asked.
        if unread and isinstance(trigger, WebhookTrigger) and type(trigger).receive is WebhookTrigger.receive:
            return trigger.admit
        return trigger.receive


def answer_delivery(gate: Gate, store: EventStore, delivery: Delivery) -> Answer:
    """Check a delivery, store its events and return what to answer; 2xx only after they are stored."""
    unread, put = way_into(store)
    answer = gate.check(delivery, unread=unread)
    if not answer.events:
        return answer
    try:
        put(answer.events)
    except (ConnectorError, OSError) as error:
        return not_stored(error)
    return answer


def way_into(store: EventStore) -> tuple[bool, Put]:
    """Return whether a store takes deliveries unread, and what stores events in it."""
    if isinstance(store, ProvenStore):
        return True, store.put_proven
    return False, store.put  # type: ignore[return-value]  # then there is nothing but events


def not_stored(error: ConnectorError | OSError) -> Answer:
    """Return the answer to a delivery whose events the store did not take, and log it."""
    if isinstance(error, InputError):
        logger.warning("Refused a delivery: %s", error.code)
        return Answer(BAD, error.code)
    return in_trouble(error)


def in_trouble(error: Exception) -> Answer:
    """Return the answer when the fault is the host's, and log it: Zoho should send again.

    An unexpected error is named by its type and its place; its message may hold something of the delivery.
    """
    if isinstance(error, ConnectorError):
        reason, place = error.code, ""
    else:
        last = traceback.extract_tb(error.__traceback__, limit=-1)
        reason, place = type(error).__name__, "".join(f" at {frame.filename}:{frame.lineno}" for frame in last)
    logger.error("Could not take a delivery, which should be sent again: %s%s", reason, place)
    return Answer(TROUBLE, reason)


def refusal(reason: str, size: int) -> Answer:
    """Return the answer to a request that no trigger needs to see, and log it."""
    logger.warning("Refused a delivery of %d bytes: %s", size, reason)
    return Answer(STATUSES[reason], reason, size)


def _now(values: Values) -> Sequence[str]:
    return values() if callable(values) else values
