"""What a person wants to be told, as a stored subscription: made, changed, or the one that a command means."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from zoho_books_connector.boundary import Subscription, Trigger
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import InputError
from zoho_books_connector.stores import FormerSecret, StoredSubscription, SubscriptionStore

DAY: Final = 86_400.0
#: Seconds for which a replaced secret stays accepted: once Zoho is known to sign with the new one, and where only the
#: person knows who pastes it.
AFTER_SUBSCRIBING: Final = DAY
AFTER_PASTING: Final = 7 * DAY


def wanted(host: Host, options: argparse.Namespace, old: StoredSubscription | None, now: float) -> StoredSubscription:
    """Return what to store: what the options name, and the rest as it is stored."""
    changed = _changed(host, options, old, now)
    # By hand nothing ever tells that Zoho signs with the new secret, so the old ones end by the calendar.
    return changed.ending(now + AFTER_PASTING) if options.manual else changed


def _changed(host: Host, options: argparse.Namespace, old: StoredSubscription | None, now: float) -> StoredSubscription:
    fresh = _prepared(host, options, old)
    if old is None:
        return StoredSubscription(options.name, fresh, by_hand=options.manual)
    before = old.subscription
    if not options.new_secret:
        kept = replace(fresh, name=before.name, secret=before.secret, header_token=before.header_token)
        return replace(old, subscription=kept, by_hand=options.manual)
    replaced = FormerSecret(before.secret, before.header_token)
    former = (replaced, *old.accepted(now)[1:])
    return StoredSubscription(options.name, replace(fresh, name=before.name), options.manual, former)


def _prepared(host: Host, options: argparse.Namespace, old: StoredSubscription | None) -> Subscription:
    lacking = [name for name, given in (("--url", options.url), ("--events", options.events)) if not given]
    if lacking and old is None:
        raise UsageError(
            "missing_option",
            f"There is no subscription {options.name!r} yet, so it needs {' and '.join(lacking)}.",
            "For example: --url https://hooks.example.com/zoho-books --events invoice.created,contact.updated",
        )
    url = options.url or (old.subscription.callback_url if old else "")
    events = options.events or (list(old.subscription.events) if old else [])
    return prepare(host.trigger(), url, events, options.name, host.manifest())


def prepare(trigger: Trigger, url: str, events: list[str], label: str, manifest: Mapping[str, Any]) -> Subscription:
    """Make a subscription; the error for an event that is none says which there are."""
    try:
        return trigger.prepare(url, events, label=label)
    except InputError as error:
        if any(fault.pointer.startswith("/events") for fault in error.fields):
            of_trigger = manifest["triggers"]["webhook"]
            verbs = ", ".join(f".{verb}" for verb in of_trigger["events"]["verbs"].values())
            modules = [key for key, row in of_trigger["modules"].items() if row.get("rules", True)]
            error.hint = f"Events are a module with {verbs}. Modules: {', '.join(modules)}."
        raise


def modules_of(stored: Iterable[StoredSubscription]) -> list[str]:
    """Return the modules whose events are subscribed to, each once."""
    return list(dict.fromkeys(event.rpartition(".")[0] for each in stored for event in each.subscription.events))


def chosen(subscriptions: SubscriptionStore, connection_id: str, label: str | None) -> StoredSubscription:
    """Return the subscription with this name; without one, the only subscription."""
    stored = subscriptions.list(connection_id)
    found = [each for each in stored if label in (None, each.label)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.label for each in stored)
    if not stored:
        raise UsageError(
            "no_subscription",
            "The connection has no subscription.",
            f"Make one: zoho-books trigger subscribe {connection_id} --url https://… --events invoice.created",
        )
    said = "There is no subscription of this name." if label else f"{len(stored)} subscriptions could be meant."
    raise UsageError("subscription_open", said, f"Choose one with --name: {names}.")
