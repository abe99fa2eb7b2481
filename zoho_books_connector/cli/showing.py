"""Shows which actions there are, and what one of them takes, brings and needs; calls nobody."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any, Final

from zoho_books_connector.cli.documents import check_module, input_schema, output_schema, sample
from zoho_books_connector.cli.fields import field_lines
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.terminal import Terminal

#: Purpose of a scope → why it is needed.
_PURPOSES: Final = {
    "call": "the call itself",
    "merge": "to read before an update that keeps what is not given",
    "settle": "to look whether a create with a lost answer was executed",
    "upsert": "the call itself, when unique_field is given",
    "options": "to offer choices in a form",
    "check": "to test the connection",
}
#: Hint → what it says when it is true, and when it is false.
_HINTS: Final = {
    "readOnlyHint": ("only reads", "changes data"),
    "destructiveHint": ("may overwrite what is stored", ""),
    "idempotentHint": ("may be repeated without harm", "repeating it may do it twice"),
}


def actions(_: argparse.Namespace, terminal: Terminal) -> int:
    """List the actions."""
    with closing(Host()) as host:
        known = host.manifest()["actions"]
        rows = [(each, known[each]["title"], known[each]["description"]) for each in host.action_ids()]
    terminal.table(("Action", "Title", "What it does"), rows)
    return 0


def show(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show an action."""
    with closing(Host()) as host:
        if options.action not in host.action_ids():
            host.action(options.action)  # raises, and names the actions there are
        entry = host.manifest()["actions"][options.action]
    check_module(entry, options.module)
    if options.sample:
        terminal.json(sample(entry, options.module))
        return 0
    taken, brought = input_schema(entry), output_schema(entry, options.module)
    if options.json:
        terminal.json({**entry, "input_schema": taken, "output_schema": brought})
        return 0
    _describe(options.action, entry, terminal)
    shows_output = bool(options.output or options.module)
    terminal.out("\nOutput fields\n" if shows_output else "\nInput fields (* is required)\n")
    for line in field_lines(brought if shows_output else taken, terminal.width):
        terminal.out(line)
    if shows_output and "output_by" in entry and not options.module:
        terminal.out(f"\nWhat {entry['output_by']['property']} holds: add --module NAME")
    return 0


def _describe(action_id: str, entry: dict[str, Any], terminal: Terminal) -> None:
    call = entry["call"]
    terminal.out(f"{entry['title']} ({action_id})\n")
    scopes = [(_PURPOSES[each], needed) for each in _PURPOSES if (needed := _scopes(entry["scopes"], each))]
    terminal.facts(
        [
            ("What it does", entry["description"]),
            ("Zoho's call", f"{call['method']} {call['path']}"),
            ("Documentation", call["documentation"]),
            ("Behaviour", "; ".join(text for name, said in _HINTS.items() if (text := said[not entry["hints"][name]]))),
        ]
    )
    terminal.out("\nScopes")
    terminal.facts([(f"  {why}", needed) for why, needed in scopes])


def _scopes(scopes: dict[str, Any], purpose: str) -> str:
    if purpose == "call" and "call_by" in scopes:
        return f"depends on the input {scopes['call_by']['input']}"
    return ", ".join(scopes.get(purpose, ()))
