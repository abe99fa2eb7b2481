"""What the inbox of events keeps in its file, and how an event becomes a row there and an event again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from typing import Any, Final

from pydantic_core import to_json

from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import InputError, WebhookRejectedError
from zoho_books_connector.stores import days
from zoho_books_connector.stores.database import Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.inbox_entries import InboxEntry
from zoho_books_connector.trigger.proven import Proven
from zoho_books_connector.trigger.reading import events_of

FAILURES: Final = Failures(
    "inbox",
    "inbox of events",
    "Move the file away and start this program again, and read in Zoho Books what changed since the last event that was"
    " handled.",
)
#: What an event is made of has a table of its own, so that taking and acknowledging it does not write it again: the
#: body of its delivery with what else is told of that (``facts``), or the whole event. ``delivered`` is 1 for the first
#: event of each delivery, and 0 for further ones and for what was read. ``held_until`` is set while an event is leased
#: or waits, ``ended_day`` when it is done or dead: each state is found by an index of its own. ``noted_at`` and
#: ``held_until`` are times of the machine's monotonic clock, which a change of the date does not touch. ``ended_day``
#: counts the days on which the inbox was used.
LAYOUT: Final = Layout(
    2,
    (
        """CREATE TABLE event (
            number INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, version_key TEXT, state TEXT NOT NULL,
            stored_at REAL NOT NULL, delivered INTEGER NOT NULL, attempts INTEGER NOT NULL, lease TEXT,
            noted_at REAL, held_until REAL, ended_at REAL, ended_day INTEGER, reason TEXT)""",
        "CREATE TABLE content (number INTEGER PRIMARY KEY, received_at REAL, facts TEXT, content BLOB NOT NULL)",
        "CREATE INDEX event_by_version ON event (version_key) WHERE version_key IS NOT NULL",
        "CREATE INDEX event_due ON event (number) WHERE state = 'due'",
        "CREATE INDEX event_held ON event (held_until) WHERE held_until IS NOT NULL",
        "CREATE INDEX event_ended ON event (state, ended_day) WHERE ended_day IS NOT NULL",
        *days.STATEMENTS,
    ),
    FAILURES,
    synchronous="FULL",
)

_FIELDS: Final = frozenset(each.name for each in fields(Event))
#: How the quick writer writes what JSON does not have; or a text that says the same.
_NO_NUMBERS: Final = (b"NaN", b"Infinity")
#: Stateless, so one serves every thread.
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
#: Code → what is wrong with an event that cannot be stored, and what to do.
_UNFIT: Final = {
    "event_not_json": ("An event holds something that is not JSON.", "Put events in as the trigger made them."),
    "event_too_deep": ("An event is nested too deeply to be stored.", "Have the webhook send fewer fields."),
}


#: ``delivery_id``, ``version_key``, and either when its delivery came, what else is told of that, and its body; or
#: twice nothing, and the event.
Row = tuple[str, str | None, float | None, str | None, bytes]


def packed(events: Iterable[Event | Proven]) -> list[Row]:
    """Return events as rows; raises ``InputError`` for one that is not JSON-ready."""
    return [
        each if isinstance(each, Proven) else (each.delivery_id, each.version_key, None, None, _content(vars(each)))
        for each in events
    ]


def unpacked(delivery_id: str, received_at: Any, facts: Any, content: Any) -> Event | None:
    """Return the event of a row; ``None`` when it cannot be read."""
    try:
        if facts is not None:
            [event] = events_of(delivery_id, received_at, json.loads(facts), content)
            return event
        # A newer version may have stored more than this one knows.
        data: dict[str, Any] = {name: value for name, value in json.loads(content).items() if name in _FIELDS}
        return Event(**data)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, WebhookRejectedError):
        return None


def entry_of(row: tuple[Any, ...]) -> InboxEntry:
    """Return a row of the list of what arrived: what its event is made of, then the rest of it."""
    (*kept, number, state, stored_at, delivered, attempts, reason) = row
    event = unpacked(*kept)
    return InboxEntry(
        number,
        kept[0],
        state,
        event.type if event else None,
        event.module if event else None,
        event.record_id if event else None,
        event.occurred_at if event else None,
        stored_at,
        bool(delivered),
        attempts,
        reason,
    )


def _content(data: dict[str, Any]) -> bytes:
    with suppress(ValueError, RecursionError):
        content = to_json(data)
        if not any(word in content for word in _NO_NUMBERS):
            return content
    return _in_ascii(data)


def _in_ascii(data: dict[str, Any]) -> bytes:
    """Write what the quick writer refuses, such as half a pair of surrogates, or refuse it too."""
    try:
        return _ENCODER.encode(data).encode()
    except RecursionError:
        code = "event_too_deep"
    except (TypeError, ValueError):
        code = "event_not_json"
    # Outside the handler: the cause would carry the event along.
    raise InputError(code, *_UNFIT[code])
