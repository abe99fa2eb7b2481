"""Lists what is in the inbox of a connection, and finds events in it by how their ids start."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Final

from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.moments import stamp
from zoho_books_connector.stores import InboxCounts, InboxEntry, SqliteInbox

#: Letters of an id that are shown, and the fewest that name an event.
SHOWN: Final = 16
_LEAST: Final = 6
_WHERE: Final = "The ids are shown by: zoho-books trigger recent. A connection is named before them."
#: State of an event → what a person is told.
_STATES: Final = {"due": "waits", "leased": "is being handled", "waiting": "failed, waits", "done": "handled"}


def recent(options: argparse.Namespace, terminal: Terminal) -> int:
    """List the latest events, the latest first, and count all."""
    home = Home.of(options)
    connection = home.find(options.connection)
    with closing(home.inbox(connection.id)) as inbox:
        entries, counts = inbox.recent(options.limit), inbox.counts()
    if options.json:
        terminal.json({"counts": asdict(counts), "events": [asdict(each) for each in entries]}, indent=None)
        return 0
    if entries:
        headings = ("Stored", "Event", "Record", "Came by", "ID", "State")
        terminal.table(headings, [_row(each) for each in entries])
    terminal.say(_counted(counts))
    return 0


def named(inbox: SqliteInbox, starts: Sequence[str]) -> list[str]:
    """Return the ids that start so; raises ``UsageError`` for what names none or several events."""
    if any(len(start) < _LEAST for start in starts):
        raise UsageError("id_short", f"An id needs at least {_LEAST} letters.", _WHERE)
    return [_one(inbox, start.lower()) for start in starts]


def _one(inbox: SqliteInbox, start: str) -> str:
    found = inbox.ids(start, limit=2) if start.isascii() else []  # bytes of no encoding are half a character
    if len(found) == 1 or start in found:  # the first record of a delivery, whose further ones begin alike
        return found[0]
    said = f"{'Several' if found else 'No'} events have ids that start with {start!r}."
    raise UsageError("event_unknown", said, _WHERE)


def _row(entry: InboxEntry) -> tuple[str, ...]:
    state = _STATES.get(entry.state, "given up")
    reason = f" ({entry.reason})" if entry.reason else ""
    return (
        stamp(entry.stored_at),
        entry.type or "unreadable",
        entry.record_id or "",
        "webhook" if entry.delivered else "reading",
        entry.delivery_id[:SHOWN],
        state + reason,
    )


def _counted(counts: InboxCounts) -> str:
    waiting = counts.due + counts.leased + counts.waiting
    return f"{waiting} waiting, {counts.done} handled, {counts.dead} given up."
