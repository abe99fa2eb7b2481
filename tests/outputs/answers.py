"""Every recorded answer, as the action brings it, and what a schema does not know of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import jsonschema
import yaml

from tests.cassettes.tape import KINDS, cassette_of
from zoho_books_connector.api.modules import ENVELOPE, only_record
from zoho_books_connector.models.base import Output
from zoho_books_connector.plugin import connector_document
from zoho_books_connector.registry import ACTIONS, CONNECTOR_ID, load_action
from zoho_books_connector.validation import dump_output

DIALECTS: Final = (jsonschema.Draft202012Validator, jsonschema.Draft7Validator)
#: The key of the record that the cassettes of Get Records by Id hold, and the module.
READ_BY_ID: Final = {"sandbox": ("chart_of_account", "account"), "documented": ("payment", "customer_payment")}


class Recorded(NamedTuple):
    """A recorded answer: where, and the schema and the data that a host has of it."""

    name: str
    schema: dict[str, Any]
    data: dict[str, Any]


def document(path: str) -> dict[str, Any]:
    """Return a document the way a host gets it."""
    found = connector_document(CONNECTOR_ID, path)
    assert found is not None, path
    return found


def output_schema(action_id: str) -> dict[str, Any]:
    return document(f"schemas/outputs/{action_id}.json")


def record_schema(module: str) -> dict[str, Any]:
    return document(f"schemas/records/{module}.json")


def recorded() -> list[Recorded]:
    """Every answer of the cassettes, read as the actions read it."""
    return [*_of_actions(), *_of_records()]


def _of_actions() -> Iterator[Recorded]:
    for kind in KINDS:
        for action_id in ACTIONS:
            if action_id != "get_record" and cassette_of(kind, action_id).exists():
                model = load_action(action_id).output
                data = dump_output(model, _brought(model, _last_answer(kind, action_id)))
                yield Recorded(f"{kind}/{action_id}", output_schema(action_id), data)


def _brought(model: type[Output], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an answer, or the answer without its envelope where the action brings it whole."""
    rest = {key: value for key, value in answer.items() if key not in ENVELOPE}
    [key] = rest if len(rest) == 1 else [""]
    return rest if key in model.model_fields else only_record(rest.get(key)) or rest


def _of_records() -> Iterator[Recorded]:
    for kind, (key, module) in READ_BY_ID.items():
        payload = _last_answer(kind, "get_record")
        data = dump_output(load_action("get_record").output, {"module": module, "record": payload[key]})
        yield Recorded(f"{kind}/get_record", record_schema(module), data["record"])


def _last_answer(kind: str, action_id: str) -> dict[str, Any]:
    tape = yaml.safe_load(cassette_of(kind, action_id).read_text("utf-8"))
    answer: dict[str, Any] = json.loads(tape["interactions"][-1]["response"]["body"]["string"])
    return answer


def unknown(schema: Mapping[str, Any], value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every key that the schema does not know; an object without known fields is open."""
    if isinstance(value, list):
        for entry in value:
            yield from unknown(schema.get("items", {}), entry, f"{path}[]")
    elif isinstance(value, dict) and "properties" in schema:
        for name, child in value.items():
            if name in schema["properties"]:
                yield from unknown(schema["properties"][name], child, f"{path}/{name}")
            else:
                yield f"{path}/{name}"


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every field of a schema, nested ones included."""
    for name, child in schema.get("properties", {}).items():
        yield f"{path}/{name}", child
        yield from fields(child, f"{path}/{name}")
        yield from fields(child.get("items", {}), f"{path}/{name}[]")


def faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Return what validators of both dialects say against a value."""
    return [
        f"{dialect.__name__} {error.json_path}: {error.message}"
        for dialect in DIALECTS
        for error in dialect(schema).iter_errors(value)
    ]
