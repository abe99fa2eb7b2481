"""What an action brought, as rows of titles and values that a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Nothing in the output schemas is deeper.
_DEEPEST: Final = 12


@dataclass(frozen=True)
class Line:
    """One member of the output: a text, or lines of its own."""

    title: str
    text: str = ""
    lines: list[Line] = field(default_factory=list)
    help: str = ""


def lines_of(schema: Mapping[str, Any], data: Mapping[str, Any], depth: int = 0) -> list[Line]:
    """Return what has a value, in the schema's order; what the schema does not know comes last, by its name."""
    properties = schema.get("properties", {})
    names = [*(name for name in properties if name in data), *(name for name in data if name not in properties)]
    found = (_line(properties.get(name, {}), name, data[name], depth) for name in names)
    return [line for line in found if line is not None]


def _line(schema: Mapping[str, Any], name: str, value: Any, depth: int) -> Line | None:
    title, help_text = schema.get("title", name), schema.get("description", "")
    if value is None or value in ("", [], {}) or depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return Line(title, lines=lines_of(schema, value, depth + 1), help=help_text)
    if isinstance(value, list):
        items = schema.get("items", {})
        inner = [_line({**items, "title": str(at)}, str(at), each, depth + 1) for at, each in enumerate(value, 1)]
        return Line(title, lines=[line for line in inner if line is not None], help=help_text)
    return Line(title, _text(value), help=help_text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)
