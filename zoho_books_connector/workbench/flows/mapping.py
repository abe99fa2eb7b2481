"""Inputs of an action from the fields of an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from zoho_books_connector.workbench.documents import Field, build, field_at, typed

_PLACE: Final = re.compile(r"[0-9]{1,6}")
_BLANK: Final[tuple[Any, ...]] = (None, "", [], {})


class Source(NamedTuple):
    """Where an input's value comes from: a field of the event by its path, or a fixed text."""

    path: str = ""
    fixed: str = ""


def paths_of(sample: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every path into an event with its example's text, in the sample's order."""
    return list(_paths(sample, ""))


def inputs_of(mapping: Mapping[str, Source], event: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that an event makes; what the event does not have is not given."""
    values: list[tuple[str, Any]] = []
    for pointer, source in mapping.items():
        field = field_at(schema, pointer)
        value = at(event, source.path) if source.path else source.fixed
        if field is not None and value not in _BLANK:
            values.append((pointer, _fitted(field, value)))
    return build(values)


def at(event: Mapping[str, Any], path: str) -> Any:
    """Return what lies at a path; ``None`` where nothing does."""
    found: Any = event
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and _PLACE.fullmatch(part) and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _paths(value: Any, path: str) -> Iterator[tuple[str, str]]:
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield path, "" if value is None else str(value)
        return
    for name, inside in members:
        yield from _paths(inside, f"{path}.{name}" if path else str(name))


def _fitted(field: Field, value: Any) -> Any:
    """Return a value of an event as what the input takes: both sides write numbers as text now and then."""
    if isinstance(value, str):
        return typed(field, value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and "number" not in field.types and "string" in field.types:
        return str(value)
    return value
