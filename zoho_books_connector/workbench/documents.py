"""Documents made of single values: the fields of an input schema by JSON pointer, and values put in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.errors import InputError

_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_INDEX: Final = re.compile(r"[0-9]{1,4}")
_INDEX_PART: Final = re.compile(r"/[0-9]{1,4}(?=/|$)")


@dataclass(frozen=True)
class Field:
    """A place in a document for one value; ``0`` stands in the pointer for the first row of a list."""

    pointer: str
    #: With the titles of what it lies in.
    title: str
    types: frozenset[str]
    is_required: bool


def fields_of(schema: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a schema that one value fills, in its order."""
    return list(_fields(schema, "", (), is_required=True))


def field_at(schema: Mapping[str, Any], pointer: str) -> Field | None:
    """Return the field at a pointer, whatever its indexes are."""
    plain = "/".join("0" if _INDEX.fullmatch(part) else part for part in pointer.strip("/").split("/"))
    return next((each for each in fields_of(schema) if each.pointer == plain), None)


def unfilled(schema: Mapping[str, Any], pointers: Iterable[str]) -> list[tuple[str, str]]:
    """Return pointer and title of whatever is required and has no pointer in it: a field, or a list as a whole."""
    return list(_unfilled(schema, [_INDEX_PART.sub("/0", pointer) for pointer in pointers], ""))


def typed(field: Field, text: str) -> Any:
    """Return a cell's text as what the field takes; where it is nothing of that kind, the action will say so."""
    if "string" in field.types or not field.types:
        return text
    word = text.strip().casefold()
    if "boolean" in field.types and word in _TRUE | _FALSE:
        return word in _TRUE
    if "integer" in field.types and _INTEGER.fullmatch(word):
        return int(word)
    return text


def build(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the document that has each value at its pointer; lists are closed up where rows are missing.

    Raises ``InputError`` where one pointer leads through another one's value.
    """
    tree: dict[str, Any] = {}
    for pointer, value in values:
        *parents, last = pointer.strip("/").split("/")
        node = tree
        for part in parents:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise _clash(pointer)
        if isinstance(node.get(last), dict) and not isinstance(value, dict):
            raise _clash(pointer)
        node[last] = value
    document: dict[str, Any] = {name: _listed(value) for name, value in tree.items()}
    return document


def _fields(schema: Mapping[str, Any], pointer: str, titles: tuple[str, ...], *, is_required: bool) -> Iterator[Field]:
    if "properties" in schema:
        required = schema.get("required", ())
        for name, each in schema["properties"].items():
            own = (*titles, each.get("title", name))
            inside = f"{pointer}/{name}" if pointer else name
            yield from _fields(each, inside, own, is_required=is_required and name in required)
    elif "items" in schema:
        yield from _fields(schema["items"], f"{pointer}/0", titles, is_required=is_required)
    elif pointer:
        types = schema.get("type", ())
        yield Field(pointer, ": ".join(titles), frozenset([types] if isinstance(types, str) else types), is_required)


def _unfilled(schema: Mapping[str, Any], filled: Sequence[str], pointer: str) -> Iterator[tuple[str, str]]:
    if "items" in schema:
        schema, pointer = schema["items"], f"{pointer}/0"
    for name in schema.get("required", ()):
        each, inside = schema["properties"][name], f"{pointer}/{name}" if pointer else name
        if any(other == inside or other.startswith(f"{inside}/") for other in filled):
            yield from _unfilled(each, filled, inside)
        else:
            yield inside, each.get("title", name)


def _listed(value: Any) -> Any:
    """Turn what has only indexes for names into a list."""
    if not isinstance(value, dict):
        return value
    inside = {name: _listed(each) for name, each in value.items()}
    if inside and all(_INDEX.fullmatch(name) for name in inside):
        return [inside[name] for name in sorted(inside, key=int)]
    return inside


def _clash(pointer: str) -> InputError:
    return InputError(
        "pointer_clash",
        f"{pointer} leads into a place that has a value of its own.",
        "Map one of the two.",
        params={"pointer": pointer},
    )
