"""Sets webhooks and workflow rules up at Zoho Books, compares them with what should be, and removes them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from zoho_books_connector.boundary import Subscribed, SubscriptionProblem
from zoho_books_connector.cli.errors import CODES
from zoho_books_connector.cli.guide import default_scope
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.opened import Opened, opened
from zoho_books_connector.cli.trigger.telling import tell_check, tell_subscribed, tell_unsubscribed
from zoho_books_connector.cli.trigger.wanting import AFTER_SUBSCRIBING, chosen, wanted
from zoho_books_connector.stores import StoredSubscription


def subscribe(options: argparse.Namespace, terminal: Terminal) -> int:
    """Store what is wanted, then make Zoho Books be so; what it refuses is told with the steps by hand."""
    with opened(options) as at:
        stored = _stored(at, options)
        trigger, subscription = at.host.trigger(), stored.subscription
        if stored.by_hand:
            manual = trigger.manual_setup(subscription, credential=at.credential)
            done = Subscribed((), manual=manual, dry_run=options.dry_run)
        else:
            done = trigger.subscribe(subscription, **at.calling, dry_run=options.dry_run)
        if not (options.dry_run or stored.by_hand or done.problems):
            stored = _end_former(at, stored)
        _tell_scope(at, done.problems, terminal)
    tell_subscribed(done, stored, at.connection, options, terminal)
    return _status(done.problems)


def _stored(at: Opened, options: argparse.Namespace) -> StoredSubscription:
    now, label = time.time(), options.name
    if options.dry_run:
        old = [each for each in at.subscriptions.list(at.connection.id) if each.label == label]
        return wanted(at.host, options, old[0] if old else None, now)
    return at.subscriptions.change(at.connection.id, label, lambda old: wanted(at.host, options, old, now))


def check(options: argparse.Namespace, terminal: Terminal) -> int:
    """Compare; the exit code says whether something drifted."""
    with opened(options) as at:
        stored = chosen(at.subscriptions, at.connection.id, options.name)
        checked = at.host.trigger().check(stored.subscription, **at.calling)
        if not checked.drifts and "secret" not in checked.unseen:
            stored = _end_former(at, stored)
    tell_check(checked, stored, at.connection, options, terminal)
    return CODES["drift"] if checked.drifts else 0


def unsubscribe(options: argparse.Namespace, terminal: Terminal) -> int:
    """Remove what was made at Zoho Books, then forget the subscription; its events stay."""
    with opened(options) as at:
        stored = chosen(at.subscriptions, at.connection.id, options.name)
        removed = None
        if not options.forget:
            removed = at.host.trigger().unsubscribe(stored.subscription, **at.calling)
        problems = removed.problems if removed else ()
        if not problems:
            at.subscriptions.delete(at.connection.id, stored.label)
        _tell_scope(at, problems, terminal)
    tell_unsubscribed(removed, stored, options, terminal)
    return _status(problems)


def _end_former(at: Opened, stored: StoredSubscription) -> StoredSubscription:
    """Give an end to the secrets that Zoho does not sign with any more."""
    if all(each.until is not None for each in stored.former):
        return stored
    moment = time.time() + AFTER_SUBSCRIBING
    return at.subscriptions.change(at.connection.id, stored.label, lambda now: (now or stored).ending(moment))


def _tell_scope(at: Opened, problems: Sequence[SubscriptionProblem], terminal: Terminal) -> None:
    """Say how to connect again where a scope is missing: with those of now, and all that the trigger needs."""
    if any(each.code == "scope_missing" for each in problems):
        manifest = at.host.manifest()
        needed = [scope for scopes in manifest["triggers"]["webhook"]["scopes"].values() for scope in scopes]
        now = str(at.credential.get("scope") or default_scope(manifest)).replace(" ", ",").split(",")
        scopes = ",".join(dict.fromkeys(scope for scope in (*now, *needed) if scope))
        terminal.say(f"To connect again: zoho-books connect --connection {at.connection.id} --scope {scopes}")


def _status(problems: Sequence[SubscriptionProblem]) -> int:
    if not problems:
        return 0
    lacks_scope = all(each.code == "scope_missing" for each in problems)
    return CODES["credential" if lacks_scope else "rejected"]
