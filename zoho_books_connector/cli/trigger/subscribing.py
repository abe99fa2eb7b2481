"""Sets webhooks and workflow rules up at Zoho Books, compares them with what should be, and removes them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from zoho_books_connector.boundary import Subscribed, TokenStore
from zoho_books_connector.cli.errors import CODES
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.running import check_sandbox
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.telling import tell_check, tell_subscribed, tell_unsubscribed
from zoho_books_connector.cli.trigger.wanting import AFTER_SUBSCRIBING, chosen, wanted
from zoho_books_connector.stores import ConnectionInfo, StoredSubscription, SubscriptionStore


@dataclass(frozen=True)
class _Opened:
    """A connection with what its calls need, and its subscriptions."""

    host: Host
    connection: ConnectionInfo
    subscriptions: SubscriptionStore
    credential: dict[str, Any]
    tokens: TokenStore

    @property
    def calling(self) -> dict[str, Any]:
        """What every call of the trigger takes."""
        return {"credential": self.credential, "tokens": self.tokens, "run": self.host.run(interactive=True)}


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[_Opened]:
    with closing(Host(http_settings(options))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        tokens = store.tokens(connection.id)
        yield _Opened(host, connection, home.subscriptions(), store.credential(connection.id), tokens)


def subscribe(options: argparse.Namespace, terminal: Terminal) -> int:
    """Store what is wanted, then make Zoho Books be so; what it refuses is told with the steps by hand."""
    with _opened(options) as opened:
        stored = _stored(opened, options)
        trigger, subscription = opened.host.trigger(), stored.subscription
        if stored.by_hand:
            manual = trigger.manual_setup(subscription, credential=opened.credential)
            done = Subscribed((), manual=manual, dry_run=options.dry_run)
        else:
            done = trigger.subscribe(subscription, **opened.calling, dry_run=options.dry_run)
        if not (options.dry_run or stored.by_hand or done.problems):
            stored = _end_former(opened, stored)
    tell_subscribed(done, stored, opened.connection, options, terminal)
    return _status(done.problems)


def _stored(opened: _Opened, options: argparse.Namespace) -> StoredSubscription:
    now, label = time.time(), options.name
    if options.dry_run:
        old = [each for each in opened.subscriptions.list(opened.connection.id) if each.label == label]
        return wanted(opened.host, options, old[0] if old else None, now)
    return opened.subscriptions.change(opened.connection.id, label, lambda old: wanted(opened.host, options, old, now))


def check(options: argparse.Namespace, terminal: Terminal) -> int:
    """Compare; the exit code says whether something drifted."""
    with _opened(options) as opened:
        stored = chosen(opened.subscriptions, opened.connection.id, options.name)
        checked = opened.host.trigger().check(stored.subscription, **opened.calling)
        if not checked.drifts and "secret" not in checked.unseen:
            stored = _end_former(opened, stored)
    tell_check(checked, stored, opened.connection, options, terminal)
    return CODES["drift"] if checked.drifts else 0


def unsubscribe(options: argparse.Namespace, terminal: Terminal) -> int:
    """Remove what was made at Zoho Books, then forget the subscription; its events stay."""
    with _opened(options) as opened:
        stored = chosen(opened.subscriptions, opened.connection.id, options.name)
        removed = None
        if not options.forget:
            removed = opened.host.trigger().unsubscribe(stored.subscription, **opened.calling)
        problems = removed.problems if removed else ()
        if not problems:
            opened.subscriptions.delete(opened.connection.id, stored.label)
    tell_unsubscribed(removed, stored, options, terminal)
    return _status(problems)


def _end_former(opened: _Opened, stored: StoredSubscription) -> StoredSubscription:
    """Give an end to the secrets that Zoho does not sign with any more."""
    if all(each.until is not None for each in stored.former):
        return stored
    moment = time.time() + AFTER_SUBSCRIBING
    return opened.subscriptions.change(opened.connection.id, stored.label, lambda now: (now or stored).ending(moment))


def _status(problems: tuple[Any, ...]) -> int:
    if not problems:
        return 0
    lacks_scope = all(each.code == "scope_missing" for each in problems)
    return CODES["credential" if lacks_scope else "rejected"]
