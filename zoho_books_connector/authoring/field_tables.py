"""The fields of a schema as tables: its own, and one for each part that is nested in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.authoring.markdown import anchor, code, plain, table
from zoho_books_connector.cli.fields import TYPES
from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.models.titles import title

Schema = Mapping[str, Any]

_PLURALS: Final = {"id": "ids", "number": "numbers", "text": "texts", "object": "objects"}
#: More choices than this are told elsewhere.
_MOST_CHOICES: Final = 30


@dataclass(frozen=True)
class _Part:
    """An object that is nested in a schema, and where it stands; the same part may stand in several places."""

    path: tuple[str, ...]
    schema: Schema


class FieldTables:
    """The tables of one schema; ``direction`` tells its parts' headings apart from another schema's on the page."""

    def __init__(self, schema: Schema, direction: str) -> None:
        self._schema = schema
        self._direction = direction
        self._parts: dict[str, list[_Part]] = {}
        for part in _parts(schema, ()):
            self._parts.setdefault(_identity(part.schema), []).append(part)

    def inputs(self) -> Iterator[str]:
        """Yield the fields that everybody meets, the advanced ones, those of country editions, and the parts."""
        names = list(self._schema["properties"].items())
        edition = [(name, field) for name, field in names if "x-editions" in field]
        advanced = [(name, field) for name, field in names if "x-advanced" in field and "x-editions" not in field]
        usual = [(name, field) for name, field in names if not {"x-editions", "x-advanced"} & field.keys()]
        yield self._input_table(self._schema, usual)
        if advanced:
            yield f"### Advanced fields\n\n{self._input_table(self._schema, advanced)}"
        if edition:
            yield f"### Fields of country editions\n\n{self._input_table(self._schema, edition)}"
        for part, said in self._headed():
            rows = list(part.schema["properties"].items())
            yield f"{said}\n{self._input_table(part.schema, rows, marks=True)}"

    def outputs(self) -> Iterator[str]:
        """Yield the fields of an output and of its parts."""
        yield self._output_table(self._schema)
        for part, said in self._headed():
            yield f"{said}\n{self._output_table(part.schema)}"

    def _headed(self) -> Iterator[tuple[_Part, str]]:
        for first, *others in self._parts.values():
            said = f"### {self._heading(first.path)}\n"
            if others:
                places = ", ".join(code(".".join(part.path)) for part in others)
                said += f"\nThe same in {places}.\n"
            yield first, said

    def _heading(self, path: tuple[str, ...]) -> str:
        return f"{', '.join(title(name) for name in path)}: {self._direction}"

    def _input_table(self, schema: Schema, rows: list[tuple[str, Schema]], *, marks: bool = False) -> str:
        needed = schema.get("required", ())
        return table(
            ("Field", "Name", "Takes", "About"),
            (
                (
                    plain(field["title"]) + (" (**required**)" if name in needed else ""),
                    code(name),
                    ", ".join([self._type(name, field), *_limits(field)]) + _or_null(field),
                    " ".join(_about(field, marks=marks)),
                )
                for name, field in rows
            ),
        )

    def _output_table(self, schema: Schema) -> str:
        return table(
            ("Field", "Name", "Type", "About"),
            (
                (plain(field["title"]), code(name), self._type(name, field), " ".join(_about(field, marks=False)))
                for name, field in schema["properties"].items()
            ),
        )

    def _type(self, name: str, field: Schema) -> str:
        is_list = _kinds(field) == ["array"]
        inner = field.get("items", field) if is_list else field
        if "properties" in inner:
            first = self._parts[_identity(inner)][0].path
            kind = f"[{plain(title(name).lower())}](#{anchor(self._heading(first))})"
        else:
            kind = _kind(inner)
        return f"list of {_PLURALS.get(kind, kind)}" if is_list and inner is not field else kind


def _parts(schema: Schema, path: tuple[str, ...]) -> Iterator[_Part]:
    for name, field in schema["properties"].items():
        inner = field.get("items", field)
        if "properties" in inner:
            yield _Part((*path, name), inner)
            yield from _parts(inner, (*path, name))


def _identity(schema: Schema) -> str:
    return json.dumps([schema["properties"], schema.get("required")], sort_keys=True)


def _kind(field: Schema) -> str:
    kinds = _kinds(field)
    if field.get("format") == "date":
        return "date, such as 2026-06-30"
    if set(kinds) == {"string", "integer"}:
        return "id"
    if set(kinds) == {"string", "number"}:
        return "number or percentage" if "%" in field.get("pattern", "") else "number"
    if "oneOf" in field:
        return "one of the choices"
    return " or ".join(TYPES[kind] for kind in kinds) or "anything"


def _kinds(field: Schema) -> list[str]:
    given = field.get("type", ())
    return [given] if isinstance(given, str) else [kind for kind in given if kind != "null"]


def _limits(field: Schema) -> Iterator[str]:
    if "maxLength" in field and "number" not in field.get("type", ()):
        yield f"at most {field['maxLength']} characters"
    if "maxItems" in field:
        yield f"at most {field['maxItems']} entries"
    if field.get("default") is not None:
        yield f"otherwise {code(str(field['default']))}"


def _or_null(field: Schema) -> str:
    return " or null" if "null" in field.get("type", ()) else ""


def _about(field: Schema, *, marks: bool) -> Iterator[str]:
    if "description" in field:
        yield plain(field["description"])
    choices = [_choice(each) for each in field.get("oneOf", ()) if each["const"] is not None]
    if len(choices) > _MOST_CHOICES:
        yield f"{len(choices)} choices; the schema lists them."
    elif choices:
        yield f"Choices: {', '.join(choices)}."
    if options := field.get("x-options"):
        depends = ", ".join(code(name) for name in options.get("depends_on", ()))
        yield f"Picker: {options['source'].replace('_', ' ')}{f', by {depends}' if depends else ''}."
    if editions := field.get("x-editions"):
        yield f"Edition: {', '.join(EDITIONS[each] for each in editions)}."
    if marks and field.get("x-advanced"):
        yield "Advanced."


def _choice(choice: Mapping[str, str]) -> str:
    """Return a choice, with its title where that says more."""
    value, said = choice["const"], choice["title"]
    return code(value) if said.casefold() == value.replace("_", " ").casefold() else f"{code(value)} ({plain(said)})"
