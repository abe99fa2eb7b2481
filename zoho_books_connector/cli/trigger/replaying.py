"""Shows events that were given up, and hands events out again."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import asdict
from typing import Final

from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.entries import SHOWN, named
from zoho_books_connector.cli.trigger.moments import stamp
from zoho_books_connector.cli.trigger.titles import title_of
from zoho_books_connector.stores import DeadEvent, SqliteInbox

#: Events that were given up, at most, that are shown: each is read with its record.
_MOST: Final = 1000


def replay(options: argparse.Namespace, terminal: Terminal) -> int:
    """Hand out again what is named; without a name, list what was given up."""
    spans = options.since is not None or options.until is not None
    ways = sum((bool(options.ids), options.dead, spans))
    if ways > 1:
        raise UsageError("usage", "IDs, --dead and a time name events in different ways.", "Give one of them.")
    home = Home.of(options)
    connection = home.find(options.connection)
    with closing(home.inbox(connection.id)) as inbox:
        if not ways:
            return _list(inbox.dead(_MOST), inbox.counts().dead, options, terminal)
        replayed = _replay(inbox, options)
    _tell(replayed, connection.id, options, terminal)
    return 0


def _replay(inbox: SqliteInbox, options: argparse.Namespace) -> int:
    if options.since is not None or options.until is not None:
        return inbox.replay(since=options.since, until=options.until)
    if options.dead:
        return inbox.replay_dead()
    return inbox.replay(named(inbox, options.ids))


def _tell(replayed: int, connection_id: str, options: argparse.Namespace, terminal: Terminal) -> None:
    if options.json:
        terminal.json({"replayed": replayed}, indent=None)
        return
    if not replayed:
        terminal.out("No event was due for it: unknown, or waiting anyway.")
        return
    terminal.out(f"{replayed} events will be handed out again.")
    terminal.say(f"They are shown by: zoho-books trigger listen {connection_id}")


def _list(dead: list[DeadEvent], count: int, options: argparse.Namespace, terminal: Terminal) -> int:
    if options.json:
        terminal.json({"dead": [asdict(each) for each in dead]}, indent=None)
    elif not dead:
        terminal.say("No event was given up.")
    else:
        terminal.table(("Event", "Record", "Given up", "ID", "Why"), [_row(each) for each in dead])
        if count > len(dead):
            terminal.say(f"These are the earliest {len(dead):,} of {count:,}.")
        terminal.say("To hand them out again: zoho-books trigger replay --dead")
    return 0


def _row(dead: DeadEvent) -> tuple[str, ...]:
    event = dead.event
    record = "" if event is None else title_of(event) or event.record_id or ""
    kind = "unreadable" if event is None else event.type
    return kind, record, stamp(dead.ended_at), dead.delivery_id[:SHOWN], f"{dead.reason}, {dead.attempts} attempts"
