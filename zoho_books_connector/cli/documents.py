"""The documents that the manifest names for an action: its schemas and its sample, by module where it has some."""

from __future__ import annotations

import json
from typing import Any, Final

from zoho_books_connector.cli.errors import UnreadableFileError, UsageError
from zoho_books_connector.manifest import find_data

Entry = dict[str, Any]
#: The name of the command's option, which is that of the input as well.
_OPTION: Final = "module"


def input_schema(entry: Entry) -> dict[str, Any]:
    """Return the schema of what an action takes."""
    return _document(entry["input"])


def output_schema(entry: Entry, module: str | None) -> dict[str, Any]:
    """Return the schema of what an action brings, with the fields of the module's record in their place."""
    schema = _document(entry["output"])
    if module is None:
        return schema
    name, record = entry["output_by"]["property"], _document(entry["output_by"]["schemas"][module])
    whole: dict[str, Any] = schema["properties"][name]
    schema["properties"][name] = {**whole, "title": record["title"], "properties": record["properties"]}
    return schema


def sample(entry: Entry, module: str | None) -> dict[str, Any]:
    """Return an input of an action, and the output that it brings."""
    return _document(entry["sample"] if module is None else entry["output_by"]["samples"][module])


def check_module(entry: Entry, module: str | None) -> None:
    """Raise ``UsageError`` for a module that the action does not know."""
    if module is None:
        return
    by_input = entry.get("output_by", {})
    if by_input.get("input") != _OPTION:
        raise UsageError(
            "no_module", f"{entry['title']} brings the same whatever the module.", "Leave out the option --module."
        )
    if module not in by_input["schemas"]:
        known = ", ".join(by_input["schemas"])
        raise UsageError("unknown_module", "There is no such module.", f"Give one of: {known}")


def _document(name: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(find_data(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFileError(
            "installation_damaged", f"The file {name} of the connector cannot be read.", "Install the connector again."
        ) from error
    return document
