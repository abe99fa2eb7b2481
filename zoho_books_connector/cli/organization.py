"""Chooses the organization of a new connection: the one that is named, the only one, or the person's choice."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.boundary import Connection
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.terminal import Terminal

Organization = dict[str, Any]


def choose_organization(connected: Connection, named: str | None, terminal: Terminal) -> Organization:
    """Return the organization; raises ``UsageError`` when it is open and nobody can be asked."""
    known = {str(each["organization_id"]): each for each in connected.organizations}
    chosen = connected.credential.get("organization_id")
    if named is not None and known and named not in known:
        # The connector proposes the only organization there is; whoever named another one did not mean it.
        raise UsageError(
            "organization_unknown",
            f"The account does not belong to organization {named}.",
            f"Choose one of: {_listed(known)}.",
        )
    if chosen is not None:
        return known.get(str(chosen), {"organization_id": str(chosen)})
    if not terminal.interactive:
        raise UsageError(
            "organization_open",
            "The account belongs to several organizations." if known else "The organizations could not be listed.",
            f"Choose with --organization: {_listed(known)}." if known else "Name one with --organization ID.",
        )
    return _ask(known, terminal)


def _ask(known: dict[str, Organization], terminal: Terminal) -> Organization:
    ids = list(known)
    for number, each in enumerate(known.values(), 1):
        terminal.say(f"  {number}. {each.get('name', '')} ({each['organization_id']}, {each.get('country', '')})")
    answer = terminal.ask("Organization (number or id)" if known else "Organization id")
    if answer.isdecimal() and 1 <= int(answer) <= len(ids):
        return known[ids[int(answer) - 1]]
    if answer in known:
        return known[answer]
    if answer.isdecimal() and not known:
        return {"organization_id": answer}
    raise UsageError(
        "organization_open", "No organization was chosen.", "Run the command again, or use --organization."
    )


def _listed(known: dict[str, Organization]) -> str:
    return ", ".join(f"{each} ({organization.get('name', '')})" for each, organization in known.items())
