"""Lists, checks and removes the connections that are stored."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from datetime import datetime

from zoho_books_connector.boundary import Status
from zoho_books_connector.cli.errors import UsageError, exit_of
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.running import check_sandbox, quota_text
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.errors import ConnectorError, CredentialError
from zoho_books_connector.stores import ConnectionInfo, ConnectionStore


def connections(options: argparse.Namespace, terminal: Terminal) -> int:
    """List the connections; decrypts nothing and calls nobody."""
    found = Home.of(options).connections()
    if not found:
        terminal.say("There is no connection yet. Connect an account: zoho-books connect --region REGION")
        return 0
    terminal.table(
        ("Connection", "Region", "Organization", "Connected", "Name"),
        [(each.id, each.region, each.organization_id, _moment(each.created_at)[:10], each.label) for each in found],
    )
    return 0


def check(options: argparse.Namespace, terminal: Terminal) -> int:
    """Test a connection; the exit code is that of a credential error when a scope is missing."""
    with closing(Host(http_settings(options))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        status = host.authorization().check(
            store.credential(connection.id), tokens=store.tokens(connection.id), run=host.run()
        )
        titles = {code: str(row["title"]) for code, row in host.manifest()["regions"].items()}
        titles |= {each.code: each.title for each in host.runtime.http.sandboxes}
    _tell(terminal, connection, titles.get(connection.region, connection.region), status)
    return exit_of(_lacking(status)).code if status.missing_scopes else 0


def disconnect(options: argparse.Namespace, terminal: Terminal) -> int:
    """Revoke a connection at Zoho, then forget it."""
    with closing(Host(http_settings(options))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        store = home.store()
        labels = home.subscribed(connection.id)
        if labels and not options.forget:
            raise UsageError(
                "still_subscribed",
                "The connection has a subscription, and Zoho Books goes on sending for it.",
                f"First: zoho-books trigger unsubscribe {connection.id}. To leave Zoho Books as it is, add --forget.",
            )
        try:
            _revoke(host, store, connection)
        except ConnectorError as error:
            if not options.forget:
                error.hint = f"{error.hint} To forget the connection all the same, add --forget.".strip()
                raise
            terminal.say(f"Warning: not revoked. {error.message}")
            terminal.say("Remove the application under Connected Apps in the Zoho account's settings.")
        store.delete(connection.id)
        for label in labels:
            home.subscriptions().delete(connection.id, label)
    terminal.out(f"Disconnected {connection.label or connection.id} ({connection.id}).")
    if home.has_inbox(connection.id):
        terminal.say(f"Its events stay, unencrypted, in an inbox named by this id in {home.folder}.")
        terminal.say("Remove that file when nobody needs them.")
    return 0


def _revoke(host: Host, store: ConnectionStore, connection: ConnectionInfo) -> None:
    check_sandbox(host, connection.region)
    credential, tokens = store.credential(connection.id), store.tokens(connection.id)
    host.authorization().revoke(credential, tokens=tokens, run=host.run())


def _tell(terminal: Terminal, connection: ConnectionInfo, region: str, status: Status) -> None:
    organization = status.organization
    country = f", {organization['country']}" if organization.get("country") else ""
    terminal.facts(
        [
            ("Connection", f"{connection.label or connection.id} ({connection.id})"),
            ("Organization", f"{organization.get('name', '')} ({organization['organization_id']}{country})"),
            ("Region", region),
            ("Access token", _expiry(status.token_expires_at)),
            ("Scopes", f"missing: {', '.join(status.missing_scopes)}" if status.missing_scopes else "complete"),
            ("Daily quota", quota_text(status.quota)),
            *(("Note", warning) for warning in status.warnings),
        ]
    )
    if status.missing_scopes:
        terminal.say(f"Grant what is missing: zoho-books connect --connection {connection.id} --scope SCOPES")


def _lacking(status: Status) -> CredentialError:
    return CredentialError("missing_scope", f"Missing: {', '.join(status.missing_scopes)}.", reason="missing_scope")


def _expiry(moment: float | None) -> str:
    if moment is None:
        return "unknown"
    left = (moment - time.time()) / 60
    return f"good until {_moment(moment)} ({left:.0f} minutes); renewed by itself"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(sep=" ", timespec="minutes")
