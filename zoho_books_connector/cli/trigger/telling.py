"""What subscribing, checking and unsubscribing did, as tables and sentences or as JSON; secrets only when asked for."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from zoho_books_connector.boundary import (
    PartChange,
    Subscribed,
    SubscriptionCheck,
    SubscriptionProblem,
    Unsubscribed,
)
from zoho_books_connector.cli.running import quota_text
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.manual import masked, tell_manual
from zoho_books_connector.cli.trigger.moments import stamp
from zoho_books_connector.stores import ConnectionInfo, StoredSubscription

#: What was done → what a dry run says of it.
_WOULD: Final = {
    "created": "would be created",
    "changed": "would be changed",
    "switched_on": "would be switched on",
    "removed": "would be removed",
    "kept": "would stay",
}


def tell_subscribed(
    done: Subscribed,
    stored: StoredSubscription,
    connection: ConnectionInfo,
    options: argparse.Namespace,
    terminal: Terminal,
) -> None:
    """Tell what was done or would be, what was not, and how a person does it."""
    if options.json:
        manual = masked(done.manual, show=options.show_secrets)
        terminal.json(_about(stored) | asdict(done) | {"manual": manual}, indent=None)
        return
    _tell_changes(done.changes, terminal, dry_run=done.dry_run)
    _tell_problems(done.problems, terminal)
    _tell_warnings(done.warnings, terminal)
    if done.manual:
        tell_manual(done.manual, terminal, show=options.show_secrets or terminal.live)
    _tell_former(stored, terminal)
    if done.dry_run:
        terminal.say("Nothing was stored and nothing was changed.")
    elif not done.problems:
        terminal.say(f"Receive what is sent: zoho-books trigger listen {connection.id}")
    if left := quota_text(done.quota):
        terminal.say(f"{len(done.calls)} calls; {left}.")


def tell_check(
    checked: SubscriptionCheck,
    stored: StoredSubscription,
    connection: ConnectionInfo,
    options: argparse.Namespace,
    terminal: Terminal,
) -> None:
    """Tell what drifted, or that nothing did."""
    if options.json:
        terminal.json(_about(stored) | asdict(checked), indent=None)
        return
    if checked.drifts:
        rows = [(each.event, each.kind, each.what, f"{each.message} {each.hint}") for each in checked.drifts]
        terminal.table(("Event", "Part", "Drift", "What it means"), rows)
        terminal.say(
            f"To subscribe again: zoho-books trigger subscribe {connection.id} --name {shlex.quote(stored.label)}"
        )
    else:
        events = ", ".join(stored.subscription.events)
        terminal.out(f"Everything stands as it should: {events} to {stored.subscription.callback_url}")
    if checked.unseen:
        terminal.say(f"Not shown by Zoho Books, so not compared: {', '.join(checked.unseen)}.")
    _tell_warnings(checked.warnings, terminal)
    _tell_former(stored, terminal)


def tell_unsubscribed(
    removed: Unsubscribed | None, stored: StoredSubscription, options: argparse.Namespace, terminal: Terminal
) -> None:
    """Tell what was removed, what could not be, and that the events stay."""
    if options.json:
        terminal.json(_about(stored) | asdict(removed or Unsubscribed(())), indent=None)
        return
    name = stored.subscription.name
    if removed is None:
        terminal.out(f"The subscription {stored.label!r} is forgotten here; nothing was removed from Zoho Books.")
        terminal.say(f"Remove there every webhook and workflow rule whose name begins with: {name}")
        return
    _tell_changes(removed.changes, terminal, dry_run=False)
    _tell_problems(removed.problems, terminal)
    _tell_warnings(removed.warnings, terminal)
    if removed.problems:
        terminal.say("The subscription is still stored. Run this again, or forget it with --forget.")
        return
    terminal.out(f"Unsubscribed {stored.label!r}. The events that were received stay in the inbox.")


def _about(stored: StoredSubscription) -> dict[str, Any]:
    """Return what is no secret of a subscription."""
    return {
        "name": stored.label,
        "name_at_zoho": stored.subscription.name,
        "callback_url": stored.subscription.callback_url,
        "events": stored.subscription.events,
        "former_secrets_until": [each.until for each in stored.former],
    }


def _tell_changes(changes: Sequence[PartChange], terminal: Terminal, *, dry_run: bool) -> None:
    if not changes:
        return
    rows = [(each.event, each.kind, _said(each, dry_run=dry_run), each.id or "", each.name) for each in changes]
    terminal.table(("Event", "Part", "What", "Id", "Name"), rows)


def _said(change: PartChange, *, dry_run: bool) -> str:
    said = _WOULD[change.action] if dry_run else change.action.replace("_", " ")
    return f"{said} ({', '.join(change.fields)})" if change.fields else said


def _tell_problems(problems: Sequence[SubscriptionProblem], terminal: Terminal) -> None:
    for each in problems:
        terminal.say(f"Not done{f' for {each.event}' if each.event else ''}: {each.message}")
        terminal.say(f"  What to do: {each.hint}")


def _tell_warnings(warnings: Sequence[str], terminal: Terminal) -> None:
    for warning in warnings:
        terminal.say(f"Warning: {warning}")


def _tell_former(stored: StoredSubscription, terminal: Terminal) -> None:
    for each in stored.former:
        until = "until subscribing succeeds" if each.until is None else f"until {stamp(each.until)}"
        terminal.say(f"The secret of before stays accepted {until}.")
