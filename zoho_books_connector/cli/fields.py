"""Writes the fields of a JSON Schema as an indented tree for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_INDENT: Final = "  "
#: Deeper is a schema that refers to itself.
_DEEPEST: Final = 8
#: Columns that a name and its indentation may take before the text beside it moves.
_NAMES: Final = 36
_SHOWN_CHOICES: Final = 12

_NEVER_TEXT: Final = frozenset({"array", "boolean", "object"})
#: Type in JSON Schema → what people call it.
TYPES: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}


def field_lines(schema: Schema, width: int) -> Iterator[str]:
    """Yield the lines of the tree; references may be written out or not."""
    yield from _Tree(schema, width).lines(schema, 0)


class _Tree:
    def __init__(self, root: Schema, width: int) -> None:
        self._root = root
        self._width = width

    def lines(self, schema: Schema, depth: int) -> Iterator[str]:
        """Yield the fields of an object, and below each one its own."""
        required = schema.get("required", ())
        for name, written in schema.get("properties", {}).items():
            field = self._plain(written)
            label = f"{_INDENT * depth}{name}{' *' if name in required else ''}"
            yield from self._field(label, field)
            inner = self._plain(field.get("items", field))
            if depth < _DEEPEST and "properties" in inner:
                yield from self.lines(inner, depth + 1)

    def _field(self, label: str, field: Schema) -> Iterator[str]:
        texts = [text for text in (self._type(field), field.get("description"), *_marks(field)) if text]
        margin = " " * _NAMES
        start = label.ljust(_NAMES)
        if len(label) >= _NAMES:
            yield label
            start = margin
        for number, text in enumerate(texts):
            yield from textwrap.wrap(
                text,
                max(self._width, _NAMES + 30),
                initial_indent=start if number == 0 else margin,
                subsequent_indent=margin + _INDENT,
            )

    def _type(self, field: Schema) -> str:
        said = _kinds(field)
        if said == TYPES["array"] and isinstance(field.get("items"), Mapping):
            inner = self._plain(field["items"])
            said = f"list of {'objects' if 'properties' in inner else _kinds(inner)}"
        return ", ".join([said, *_limits(field)])

    def _plain(self, schema: Schema) -> Schema:
        """Follow references, and step over an alternative that only allows null."""
        for _ in range(_DEEPEST):
            if "$ref" in schema:
                name = schema["$ref"].rpartition("/")[2]
                schema = {**self._root.get("$defs", {}).get(name, {}), **_without(schema, "$ref")}
                continue
            found = next((word for word in ("anyOf", "allOf") if word in schema), None)
            rest = [each for each in schema[found] if each.get("type") != "null"] if found else []
            if found is None or len(rest) != 1 or "properties" in schema:
                return schema
            schema = {**rest[0], **_without(schema, found)}
        return schema


def _without(schema: Schema, key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}


def _kinds(field: Schema) -> str:
    given = field.get("type", ())
    kinds = [given] if isinstance(given, str) else list(given)
    if _NEVER_TEXT & set(kinds):
        # The text beside it is a blank that Zoho sent.
        kinds = [kind for kind in kinds if kind != "string"]
    if not kinds and "anyOf" in field:
        return " or ".join(dict.fromkeys(_kinds(each) for each in field["anyOf"] if each.get("type") != "null"))
    if field.get("format") == "date":
        return "date (yyyy-mm-dd)"
    if kinds[:2] == ["string", "integer"]:
        return "id (digits, as text or number)"
    if {"string", "integer"} == set(kinds) - {"null"}:
        return "whole number"
    if {"string", "number"} == set(kinds) - {"null"}:
        return 'number, or a percentage such as "12.5%"' if "%" in field.get("pattern", "") else "number"
    return " or ".join(TYPES.get(kind, kind) for kind in kinds if kind != "null") or "any value"


def _limits(field: Schema) -> Iterator[str]:
    if "maxLength" in field and "number" not in field.get("type", ()):
        yield f"at most {field['maxLength']} characters"
    if "maxItems" in field:
        yield f"at most {field['maxItems']}"
    if "default" in field and field["default"] is not None:
        yield f"otherwise {field['default']}"
    if "null" in field.get("type", ()) and not isinstance(field.get("type"), str):
        yield "or null"


def _marks(field: Schema) -> Iterator[str]:
    choices = [each for each in field.get("oneOf", ()) if each.get("const") is not None]
    shown = [_choice(each) for each in choices[:_SHOWN_CHOICES]]
    if len(choices) > len(shown):
        shown.append(f"and {len(choices) - len(shown)} more (--json shows all)")
    if shown:
        yield f"One of: {', '.join(shown)}"
    if editions := field.get("x-editions"):
        yield f"Editions: {', '.join(editions)}"
    if options := field.get("x-options"):
        yield f"Offered by: {options['source']}"
    if field.get("x-advanced"):
        yield "Advanced"


def _choice(choice: Mapping[str, Any]) -> str:
    value, said = str(choice["const"]), str(choice.get("title", ""))
    same = value.replace("_", " ").casefold() == said.casefold()
    return value if same or not said else f"{value} ({said})"
