"""The generated blocks of the set-up guide: steps, regions, fields of the form, scopes, and limits of OAuth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.authoring.steps import Step, numbered
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.registry import TRIGGER_ID

_PREFIX: Final = "ZohoBooks."


def steps(path_id: str) -> str:
    """Return the steps of one way to connect."""
    manifest = load_manifest()
    path = next(each for each in manifest["setup"]["paths"] if each["id"] == path_id)
    fields = manifest["credential"]["schema"]["properties"]

    def added(step: Step) -> Iterator[str]:
        if "link_by_region" in step:
            yield "Its address is in the table of [regions](#regions)."
        if "fills" in step:
            yield f"In the form: **{plain(fields[step['fills']]['title'])}**."

    return f"{plain(path['description'])}\n\n{numbered(path['steps'], added)}\n"


def regions() -> str:
    """Return the data centres with their addresses, and what is peculiar about some."""
    rows = load_manifest()["regions"].items()
    listed = table(
        ("Region", "Code", "API console", "Authorization and Token URL on", "Base API URL", "Source"),
        (
            (
                plain(row["title"]),
                code(key),
                f"<{row['console_url']}>",
                code(row["accounts_url"].removeprefix("https://")),
                code(row["base_api_url"].removeprefix("https://")),
                row["source"] + ("" if row["enabled"] else ", off"),
            )
            for key, row in rows
        ),
    )
    notes = "".join(f"- {plain(row['title'])}: {plain(row['note'])}\n" for _, row in rows if "note" in row)
    return f"{listed}\n{notes}"


def credential_fields() -> str:
    """Return the fields of the credential form in the order in which the form shows them."""
    credential = load_manifest()["credential"]
    schema, ui = credential["schema"], credential["ui_schema"]
    shown = [name for name in ui["ui:order"] if ui.get(name, {}).get("ui:widget") != "hidden"]
    return table(
        ("Field", "Name", "About"),
        (_credential_row(name, schema["properties"][name], name in schema["required"]) for name in shown),
    )


def _credential_row(name: str, field: dict[str, Any], required: bool) -> tuple[str, str, str]:
    label = plain(field["title"]) + (" (**required**)" if required else "")
    return label, code(name), plain(field["description"])


def scopes() -> str:
    """Return what each action and the trigger need which scope for, and what every scope allows."""
    return (
        f"{_scopes_by_action()}\n### For the trigger\n\n{_scopes_of_trigger()}\n"
        f"### What a scope allows\n\n{_scopes_by_name()}"
    )


def _scopes_by_action() -> str:
    return table(
        ("Action", "To call", "To read first", "To look after a lost answer", "For pickers"),
        (
            (
                f"[{plain(action['title'])}](actions/{action_id}.md)",
                _called(action["scopes"]),
                *(_listed(action["scopes"].get(purpose, ())) for purpose in ("merge", "settle", "options")),
            )
            for action_id, action in load_manifest()["actions"].items()
        ),
    )


def _scopes_of_trigger() -> str:
    trigger = load_manifest()["triggers"][TRIGGER_ID]
    return table(
        ("To", "Scopes"), ((purpose.replace("_", " "), _listed(names)) for purpose, names in trigger["scopes"].items())
    )


def _called(needed: dict[str, Any]) -> str:
    return "[by module](actions/modules.md)" if "call_by" in needed else _listed(needed["call"])


def _listed(names: list[str]) -> str:
    return ", ".join(code(name.removeprefix(_PREFIX)) for name in names)


def _scopes_by_name() -> str:
    manifest = load_manifest()
    flow = manifest["authorization"]["securitySchemes"]["zoho_oauth"]["flows"]["authorizationCode"]
    filled = manifest["credential"]["schema"]["properties"]["scope"]["default"].split(",")
    return table(
        ("Scope", "Allows to", "Pre-filled"),
        (
            (code(name), plain(said[:1].lower() + said[1:]), "yes" if name in filled else "")
            for name, said in flow["scopes"].items()
        ),
    )


def oauth_limits() -> str:
    """Return what Zoho Accounts limits."""
    limits = load_manifest()["authorization"]["securitySchemes"]["zoho_oauth"]["x-limits"]
    return table(
        ("Limit", "About", "Source"),
        ((f"{each['value']} {each['unit']}", plain(each["text"]), each["source"]) for each in limits),
    )
