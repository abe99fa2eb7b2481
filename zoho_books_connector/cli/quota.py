"""Shows what is left of an organization's limits: Zoho tells of the day, the shared budget of the minute."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, replace
from typing import Any

from zoho_books_connector.boundary import Quota, Slot
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.running import check_sandbox, quota_text
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.sending.limits import Usage
from zoho_books_connector.stores import ConnectionInfo, SqliteBudget


class _Watched:
    """A budget that notes which of its buckets was asked for last."""

    def __init__(self, budget: SqliteBudget) -> None:
        self._budget = budget
        self._bucket = ""

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold a place of the budget."""
        self._bucket = bucket
        return self._budget.slot(bucket, wait=wait, interactive=interactive)

    def usage(self) -> Usage:
        """Return the state of that bucket."""
        return self._budget.usage(self._bucket)

    def close(self) -> None:
        """Close the budget."""
        self._budget.close()


def quota(options: argparse.Namespace, terminal: Terminal) -> int:
    """Read the organization, whose answer tells of the day; what is used up is shown and is no error."""
    # Nobody wants to wait ten seconds to be told that there is nothing left.
    with closing(Host(replace(http_settings(options), wait_ceiling=0))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        budget = _Watched(home.budget())
        host.share(budget)
        told = told_of_day(host, connection, store.credential(connection.id), store.tokens(connection.id))
        usage = budget.usage()
    day = usage.quota if told is None or told.remaining is None else told
    if options.json:
        terminal.json(_whole(connection, usage, day), indent=None)
    else:
        _tell(terminal, connection, usage, day)
    return 0


def told_of_day(host: Host, connection: ConnectionInfo, credential: dict[str, Any], tokens: Any) -> Quota | None:
    """Read the organization and return what an answer says of the day; ``None`` when a limit is used up."""
    inputs = {"module": "organization", "record_id": connection.organization_id}
    try:
        run = host.run(interactive=True)
        return host.action("get_record")(inputs, credential=credential, tokens=tokens, run=run).quota
    except RateLimitedError:
        return None  # the budget learnt of it, and shows it


def _tell(terminal: Terminal, connection: ConnectionInfo, usage: Usage, day: Quota) -> None:
    terminal.facts(
        [
            ("Connection", f"{connection.label or connection.id} ({connection.id})"),
            ("This minute", f"{usage.counted} of {usage.allowed} calls sent by the commands that share this folder"),
            ("At a time", f"{usage.open} of {usage.concurrent} calls open"),
            ("Today", quota_text(day) or "unknown: Zoho's answer did not say"),
            ("Now", _state(usage)),
        ]
    )


def _state(usage: Usage) -> str:
    if usage.scope is None:
        return "calls may be sent"
    until = "when an open call ends" if usage.wait is None else f"in {usage.wait:.0f} seconds"
    return f"nothing is sent ({usage.scope}); come back {until}"


def _whole(connection: ConnectionInfo, usage: Usage, day: Quota) -> dict[str, Any]:
    return {
        "connection": connection.id,
        "minute": {"allowed": usage.allowed, "counted": usage.counted},
        "concurrent": {"allowed": usage.concurrent, "open": usage.open},
        "day": asdict(day),
        "refused": None if usage.scope is None else {"scope": usage.scope, "retry_after": usage.wait},
    }
