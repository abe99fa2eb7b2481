"""Checks a manifest against its schema, and says for each fault on which line it stands and what was meant.

jsonschema is loaded here, so only for checking.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, ValidationError

from zoho_books_connector.manifest_source import ManifestFault, Source, pointer_of, read_source


def check_manifest(path: Path, schema: Path) -> list[ManifestFault]:
    """Return every fault of the manifest in the order of its lines."""
    source = read_source(path)
    faults = list(source.faults)
    if source.data is not None:
        # Only invalid examples prove a schema, so the schema itself is checked by tests, not here: that is slow.
        validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
        found = [fault for error in validator.iter_errors(source.data) for fault in _faults(error, source)]
        known = {(fault.line, fault.pointer) for fault in faults}
        faults += [fault for fault in found if (fault.line, fault.pointer) not in known]
    return sorted(set(faults), key=lambda each: (each.line, each.column, each.message))


def _faults(error: ValidationError, source: Source) -> Iterator[ManifestFault]:
    pointer = pointer_of(error.absolute_path)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, source, pointer)
    elif error.validator == "required":
        yield from _missing_keys(error, source, pointer)
    else:
        places = source.values
        if "propertyNames" in error.absolute_schema_path:
            places, pointer = source.keys, pointer + pointer_of([error.instance])
        say = _SENTENCES.get(str(error.validator), _as_said)
        yield ManifestFault(*places.get(pointer, (1, 1)), pointer, say(error))


def _unknown_keys(error: ValidationError, source: Source, pointer: str) -> Iterator[ManifestFault]:
    schema, instance = _parts(error)
    known = list(schema.get("properties", {}))
    for key in instance:
        if key in known:
            continue
        below = pointer + pointer_of([key])
        nearest = get_close_matches(key, known, n=1)
        meant = f" Did you mean {nearest[0]!r}?" if nearest else ""
        yield ManifestFault(*source.keys.get(below, (1, 1)), below, f"The key {key!r} is unknown.{meant}")


def _missing_keys(error: ValidationError, source: Source, pointer: str) -> Iterator[ManifestFault]:
    schema, instance = _parts(error)
    place = source.keys.get(pointer) or source.values.get(pointer, (1, 1))
    for key in schema["required"]:
        if key not in instance:
            yield ManifestFault(*place, pointer, f"The key {key!r} is missing.")


def _parts(error: ValidationError) -> tuple[dict[str, Any], Any]:
    """Return the part of the schema and of the manifest that do not fit each other."""
    return cast("dict[str, Any]", error.schema), error.instance


def _as_said(error: ValidationError) -> str:
    return f"{error.message}."


def _choice(error: ValidationError) -> str:
    schema, instance = _parts(error)
    known = [str(each) for each in schema["enum"]]
    nearest = get_close_matches(str(instance), known, n=1)
    meant = f" Did you mean {nearest[0]!r}?" if nearest else ""
    return f"This must be one of {', '.join(known)}.{meant}"


_SENTENCES: Final[Mapping[str, Callable[[ValidationError], str]]] = {
    "enum": _choice,
    "type": lambda each: f"This must be of the type {each.validator_value}.",
    "const": lambda each: f"This must be {json.dumps(each.validator_value)}.",
    "pattern": lambda each: f"This must match {each.validator_value}.",
    "minItems": lambda each: f"This needs {each.validator_value} entries at least.",
    "minProperties": lambda each: f"This needs {each.validator_value} entries at least.",
    "minLength": lambda each: f"This needs {each.validator_value} characters at least.",
    "maxLength": lambda each: f"This may have {each.validator_value} characters at most.",
    "uniqueItems": lambda _: "An entry stands here twice.",
}
