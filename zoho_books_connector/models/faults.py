"""What a validation error says to a person: a JSON pointer, what is expected there, and the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from zoho_books_connector.errors import FieldFault
from zoho_books_connector.models.base import part_of

Location = tuple[str | int, ...]

#: Kind of error → sentence. What is in braces comes from the model, never from the inputs.
SENTENCES: Final[dict[str, str]] = {
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "extra_forbidden": "is not a field here",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "json_invalid": "is not JSON: {error}",
    "json_type": "is not JSON",
    "list_type": "must be a list",
    "missing": "is required",
    "model_type": "must be an object",
    "string_pattern_mismatch": "must not be blank",
    "string_too_long": "must have at most {max_length} characters",
    "string_type": "must be text",
}

#: A key that may be shown: any other is somebody's data, not a misspelt name.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{0,63}", re.ASCII)


def pointer_to(location: Location) -> str:
    """Return the JSON pointer of a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)


def faults_of(
    model: type[BaseModel], error: ValidationError, original: Callable[[Location], Location]
) -> Iterator[FieldFault]:
    """Yield one fault for each place; ``original`` maps a place to where it stood in what was given."""
    seen: set[str] = set()
    for details in error.errors(include_url=False):
        for location, message, suggestion in _told(model, details):
            pointer = pointer_to(original(location))
            if pointer not in seen or details["type"] == "extra_forbidden":
                seen.add(pointer)
                yield FieldFault(pointer, message, suggestion)


def _told(model: type[BaseModel], details: ErrorDetails) -> Iterator[tuple[Location, str, str | None]]:
    kind, location, context = details["type"], details["loc"], details.get("ctx", {})
    if kind == "rules":
        for place, message in context["broken"]:
            yield (*location, *place), message, None
    elif kind == "extra_forbidden":
        yield _unknown(model, location)
    elif kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        near = _nearest(details["input"], choices)
        hint = f'; the nearest is "{near}"' if near else ""
        yield location, f"must be one of {', '.join(choices)}{hint}", near
    elif kind == "expected":
        yield location, details["msg"], None
    else:
        yield location, SENTENCES.get(kind, "is not as expected").format_map(context), None


def _unknown(model: type[BaseModel], location: Location) -> tuple[Location, str, str | None]:
    *parents, key = location
    if not isinstance(key, str) or not _NAME.fullmatch(key):
        return tuple(parents), "has a key that is not a field here", None
    near = _nearest(key, list(_model_at(model, parents).model_fields))
    hint = f'; the nearest field is "{near}"' if near else ""
    return location, SENTENCES["extra_forbidden"] + hint, near


def _nearest(given: Any, known: list[str]) -> str | None:
    return next(iter(get_close_matches(given.lower(), known, n=1)), None) if isinstance(given, str) else None


def _model_at(model: type[BaseModel], location: list[str | int]) -> type[BaseModel]:
    """Return the model that a place in the document is read by."""
    for step in location:
        if isinstance(step, str):
            model = part_of(model.model_fields[step]) or model
    return model
