"""Listens for deliveries, keeps their events in the connection's inbox and shows what arrives until Ctrl-C."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial

from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.arrivals import Arrivals
from zoho_books_connector.cli.trigger.board import JsonBoard, TableBoard
from zoho_books_connector.cli.trigger.day import DayCount, catch_up_command
from zoho_books_connector.cli.trigger.forwarding import Forward
from zoho_books_connector.cli.trigger.moments import stamp
from zoho_books_connector.cli.trigger.receiver import Receiver
from zoho_books_connector.cli.trigger.showing import Showing
from zoho_books_connector.cli.trigger.wanting import modules_of
from zoho_books_connector.stores import ConnectionInfo, CursorStore, SqliteInbox, StoredSubscription
from zoho_books_connector.trigger.answering import Gate, answer_delivery


def listen(options: argparse.Namespace, terminal: Terminal) -> int:
    """Receive and show; an event is acknowledged once it was shown."""
    with closing(Host(http_settings(options))) as host, _refusals_as_rows(options):
        home = Home.of(options)
        connection = home.find(options.connection)
        subscriptions, inbox = home.subscriptions(), home.inbox(connection.id)
        arrivals = Arrivals(inbox)
        # Asked for at every delivery, so that one can subscribe meanwhile.
        gate = Gate(
            host.trigger(),
            lambda: subscriptions.accepted(connection.id)[0],
            lambda: subscriptions.accepted(connection.id)[1],
        )
        receive = partial(answer_delivery, gate, arrivals)
        board = JsonBoard(terminal) if options.json else TableBoard(terminal)
        with (
            closing(inbox),
            Receiver(receive, arrivals.refuse, host=options.host, port=options.port, path=options.path) as receiver,
        ):
            stored = subscriptions.list(connection.id)
            _greet(terminal, receiver.url, connection, stored)
            _tell_gap(terminal, inbox, connection, home.cursors, modules_of(stored))
            day = DayCount(inbox, catch_up_command(connection))
            forward = Forward(options.forward) if options.forward else None
            Showing(inbox, arrivals, board, terminal, day, forward).run()
    return 0


def _greet(
    terminal: Terminal, url: str, connection: ConnectionInfo, subscriptions: Sequence[StoredSubscription]
) -> None:
    terminal.say(f"Listening on {url} for {connection.label or connection.id}. Ctrl-C stops it.")
    if not subscriptions:
        terminal.say(
            "Warning: there is no subscription, so there is no secret, and every delivery is refused.\n"
            f"Subscribe: zoho-books trigger subscribe {connection.id} --url https://… --events invoice.created"
        )


def _tell_gap(
    terminal: Terminal,
    inbox: SqliteInbox,
    connection: ConnectionInfo,
    open_cursors: Callable[[], CursorStore],
    modules: Sequence[str],
) -> None:
    """Say since when nothing was stored: what was sent in between is here only if it was sent again."""
    latest = inbox.recent(1)
    if not latest:
        return
    since = stamp(latest[0].stored_at).replace(" ", "T")
    cursors = open_cursors()
    # One that goes on from an earlier one also brings what was missed before the last event.
    goes_on = bool(modules) and all(cursors.load(connection.id, each) for each in modules)
    terminal.say(
        f"The last event was stored at {since}. What came while nobody listened, and is not sent again, is "
        f"brought by:\n  {catch_up_command(connection)}{'' if goes_on else f' --since {since}'}"
    )


@contextmanager
def _refusals_as_rows(options: argparse.Namespace) -> Iterator[None]:
    """Keep the log off the table, which shows refusals itself, unless somebody asked for the log."""
    logger, handler = logging.getLogger("zoho_books_connector"), logging.NullHandler()
    if options.log is None:
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
