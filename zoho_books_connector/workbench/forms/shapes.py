"""What a form knows of an input schema: a tree of fields, groups and rows in the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from zoho_books_connector.forms.order import in_order

Kind = Literal["text", "long", "email", "amount", "whole", "date", "flag", "choice", "picker", "value"]
Schema = Mapping[str, Any]

#: Texts of several lines, where the schema's length does not tell.
_LONG_NAMES: Final = frozenset({"custom_body", "description", "notes", "purchase_description", "reason", "terms"})
_LONG: Final = 500
YES_AND_NO: Final = (("true", "Yes"), ("false", "No"))


@dataclass(frozen=True)
class Shape:
    """What fields, groups and rows have in common. ``name`` is empty for the entries of rows."""

    name: str
    title: str
    help: str = ""
    required: bool = False
    #: Whether ``null`` clears what the record has.
    may_clear: bool = False
    advanced: bool = False
    editions: tuple[str, ...] = ()
    #: Values of ``module`` with which the field is shown and required; empty: always shown.
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field(Shape):
    """One control."""

    kind: Kind = "text"
    #: Value and title of each choice.
    choices: tuple[tuple[str, str], ...] = ()
    #: ``x-options`` of a picker.
    options: Schema = field(default_factory=dict)


@dataclass(frozen=True)
class Group(Shape):
    """An object."""

    parts: tuple[Shape, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Shape]:
        """The parts by name."""
        return {part.name: part for part in self.parts}


@dataclass(frozen=True)
class Rows(Shape):
    """A list; its entries are all alike."""

    entry: Shape = field(default_factory=lambda: Group("", ""))


def shape_of(schema: Schema) -> Group:
    """Return the shape of an action's inputs."""
    return Group("", schema.get("title", ""), parts=_parts(schema, _conditions(schema)))


def _parts(schema: Schema, conditions: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Shape, ...]:
    required = schema.get("required", ())
    properties = schema["properties"]
    conditions = conditions or {}
    return tuple(
        _shape(name, properties[name], required=name in required or name in conditions, only_with=conditions.get(name))
        for name in in_order(properties, required)
    )


def _shape(name: str, schema: Schema, *, required: bool = False, only_with: tuple[str, ...] | None = None) -> Shape:
    kinds = kinds_of(schema)
    facts: dict[str, Any] = {
        "name": name,
        "title": schema.get("title", ""),
        "help": schema.get("description", ""),
        "required": required,
        "may_clear": "null" in kinds,
        "advanced": bool(schema.get("x-advanced")),
        "editions": tuple(schema.get("x-editions", ())),
        "only_with": only_with or (),
    }
    if "properties" in schema:
        return Group(**facts, parts=_parts(schema))
    if kinds - {"null"} == {"array"}:
        # A list of ids has its picker on the list: each entry is chosen with it.
        picking = {word: schema[word] for word in ("x-options",) if word in schema}
        return Rows(**facts, entry=_shape("", {"title": schema.get("title", ""), **schema["items"], **picking}))
    choices = tuple((each["const"], each["title"]) for each in schema.get("oneOf", ()) if each["const"] is not None)
    return Field(
        **facts,
        kind=_kind(name, schema, kinds),
        choices=YES_AND_NO if kinds - {"null"} == {"boolean"} else choices,
        options=schema.get("x-options", {}),
    )


def kinds_of(schema: Schema) -> set[str]:
    """Return the types that a schema allows."""
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _kind(name: str, schema: Schema, kinds: set[str]) -> Kind:
    """Return the control for a schema; the first line that fits wins."""
    fitting: dict[Kind, bool] = {
        "value": "array" in kinds,
        "picker": "x-options" in schema,
        "choice": "oneOf" in schema,
        "flag": "boolean" in kinds,
        "date": schema.get("format") == "date",
        "amount": "number" in kinds,
        "whole": kinds - {"null"} == {"integer"},
        "email": name == "email",
        "long": name in _LONG_NAMES or schema.get("maxLength", 0) >= _LONG,
    }
    return next((kind for kind, fits in fitting.items() if fits), "text")


def _conditions(schema: Schema) -> dict[str, tuple[str, ...]]:
    """Return which fields are required with which modules only."""
    found: dict[str, tuple[str, ...]] = {}
    for branch in schema.get("allOf", ()):
        modules = branch["if"]["properties"]["module"]["enum"]
        for name in branch["then"]["required"]:
            found[name] = (*found.get(name, ()), *modules)
    return found


def is_number(step: str) -> bool:
    """Tell whether a step of a pointer is the number of a row."""
    return step.isascii() and step.isdigit()
