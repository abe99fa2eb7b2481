"""Shows the choices that a form's picker offers on one connection."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import asdict
from typing import Any

from zoho_books_connector.boundary import OptionsPage
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.running import check_sandbox, quota_text
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal


def options(given: argparse.Namespace, terminal: Terminal) -> int:
    """Show a page of choices; what it cost, and that there is more, is said beside it."""
    depends = _depends(given.depends or [])
    with closing(Host(http_settings(given))) as host:
        source = host.options(given.source)
        home = Home.of(given)
        connection = home.find(given.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        page = source(
            store.credential(connection.id),
            tokens=store.tokens(connection.id),
            run=host.run(),
            search=given.search,
            depends=depends,
            cursor=given.cursor,
        )
    _tell(page, terminal, as_json=given.json)
    return 0


def _depends(assignments: list[str]) -> dict[str, str]:
    pairs = [assignment.partition("=") for assignment in assignments]
    if not all(name and equals for name, equals, _ in pairs):
        raise UsageError("depends_option", "--depends takes NAME=VALUE.", "For example: --depends customer_id=46000")
    return {name: value for name, _, value in pairs}


def _tell(page: OptionsPage, terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        terminal.json(_whole(page), indent=None)
        return
    if page.options:
        terminal.table(("Value", "Label", "Detail"), [(each.value, each.label, each.detail) for each in page.options])
    else:
        terminal.say("There is nothing to choose.")
    for warning in page.warnings:
        terminal.say(f"Warning: {warning}")
    if page.cursor:
        terminal.say(f"There is more: --cursor {page.cursor}")
    terminal.say(_cost(page))


def _cost(page: OptionsPage) -> str:
    calls = "1 call" if len(page.calls) == 1 else f"{len(page.calls)} calls"
    left = quota_text(page.quota)
    return f"It cost {calls}; {left}." if left else f"It cost {calls}."


def _whole(page: OptionsPage) -> dict[str, Any]:
    return {
        "options": [asdict(each) for each in page.options],
        "cursor": page.cursor,
        "warnings": list(page.warnings),
        "calls": [asdict(call) for call in page.calls],
        "quota": asdict(page.quota),
    }
