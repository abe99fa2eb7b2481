"""What the inbox of events keeps in its file, and the shapes in which it hands that out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, Final

from pydantic_core import to_json

from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import InputError
from zoho_books_connector.stores import days
from zoho_books_connector.stores.database import Layout
from zoho_books_connector.stores.failures import Failures

FAILURES: Final = Failures(
    "inbox",
    "inbox of events",
    "Move the file away and start this program again, and read in Zoho Books what changed since the last event that was"
    " handled.",
)
#: An event's content has a table of its own, so that taking and acknowledging it does not write it again.
#: ``held_until`` is set while an event is leased or waits, ``ended_day`` when it is done or dead: each state is found
#: by an index of its own. ``noted_at`` and ``held_until`` are times of the machine's monotonic clock, which a change of
#: the date does not touch. ``ended_day`` counts the days on which the inbox was used.
LAYOUT: Final = Layout(
    1,
    (
        """CREATE TABLE event (
            number INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, version_key TEXT, state TEXT NOT NULL,
            stored_at REAL NOT NULL, attempts INTEGER NOT NULL, lease TEXT, noted_at REAL, held_until REAL,
            ended_at REAL, ended_day INTEGER, reason TEXT)""",
        "CREATE TABLE content (number INTEGER PRIMARY KEY, event BLOB NOT NULL)",
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


#: ``delivery_id``, ``version_key``, content.
Row = tuple[str, str | None, bytes]


def packed(events: Sequence[Event]) -> list[Row]:
    """Return events as rows; raises ``InputError`` for one that is not JSON-ready."""
    return [(event.delivery_id, event.version_key, _content(event)) for event in events]


def unpacked(content: object) -> Event | None:
    """Return the event in a row; ``None`` when it cannot be read."""
    try:
        # A newer version may have stored more than this one knows.
        data: dict[str, Any] = {
            name: value
            for name, value in json.loads(content).items()  # type: ignore[arg-type]
            if name in _FIELDS
        }
        return Event(**data)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _content(event: Event) -> bytes:
    with suppress(ValueError, RecursionError):
        content = to_json(vars(event))
        if not any(word in content for word in _NO_NUMBERS):
            return content
    return _content_in_ascii(event)


def _content_in_ascii(event: Event) -> bytes:
    """Write what the quick writer refuses, such as half a pair of surrogates, or refuse it too."""
    try:
        return _ENCODER.encode(vars(event)).encode()
    except RecursionError:
        code = "event_too_deep"
    except (TypeError, ValueError):
        code = "event_not_json"
    # Outside the handler: the cause would carry the event along.
    raise InputError(code, *_UNFIT[code])
