"""A sample of each action, input and output, under ``schemas/samples/``; and one of a record of each module.

The input is what an integrator gives first. The output is what the action's own handler brought from the sandbox when
it was run with that input, on a standing clock; what the sandbox leaves blank is filled in from the names of the
fields, so that every field a host could map has a value of its type. Country editions are filled in side by side, as no
single organization has them. A record of a module that no action writes is filled in as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from zoho_books_connector.api.modules import MODULES, RECORD_ID, Module
from zoho_books_connector.authoring.action_schemas import output_schema
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.record_schemas import record_schema
from zoho_books_connector.authoring.sample_values import companion, made
from zoho_books_connector.authoring.sample_world import world
from zoho_books_connector.registry import ACTIONS, load_action

FOLDER: Final = ROOT / "schemas" / "samples"
#: The module that the sample of Get Records by Id reads.
USUAL: Final = "invoice"

Sample = dict[str, Any]
#: Values of the world that stand in many records, by the names of the fields.
_NAMES: Final = ("_id", "_number")


def samples() -> Iterator[Generated]:
    """Yield the sample of every action, and of Get Records by Id for every module."""
    for action_id in ACTIONS:
        yield FOLDER / f"{action_id}.json", partial(_text, action_id, USUAL)
    for key in MODULES:
        yield FOLDER / f"get_record.{key}.json", partial(_text, "get_record", key)


def _text(action_id: str, module_key: str) -> str:
    if action_id == "get_record":
        return laid_out(record_sample(MODULES[module_key]))
    return laid_out(sample(action_id))


def sample(action_id: str) -> Sample:
    """Return the sample of an action that brings one kind of answer."""
    run = world()[action_id]
    return {"input": run.inputs, "output": filled(output_schema(load_action(action_id)), run.output)}


def record_sample(module: Module) -> Sample:
    """Return the sample of Get Records by Id for a module."""
    run = world().get(module.key)
    if run:
        return {"input": run.inputs, "output": {**run.output, "record": _record(module, run.output["record"])}}
    record = _record(module, {})
    inputs = {"module": module.key, **{name: _parent(name, record) for name in module.needs}}
    identity = inputs.get(RECORD_ID)
    return {"input": inputs, "output": {"module": module.key, "id": identity, "record": record}}


def _record(module: Module, record: Mapping[str, Any]) -> Any:
    return filled(record_schema(module), record)


def _parent(name: str, record: Mapping[str, Any]) -> str:
    """Return a part of the path: the record's own id is the first id that it holds."""
    if name == RECORD_ID:
        return str(next((value for key, value in record.items() if key.endswith("_id")), made(name, ("string",))))
    same = (value for key, value in record.items() if key.replace("_", "") == name.replace("_", ""))
    return str(next(same, None) or _known().get(name) or made(name, ("string",)))


# --- filling in ----------------------------------------------------------------------------------------------------


def filled(schema: Mapping[str, Any], value: Any, name: str = "") -> Any:
    """Return an answer with a value wherever the schema knows a field and the answer leaves it blank."""
    if "properties" in schema:
        return _object(schema["properties"], value if isinstance(value, dict) else {})
    if "items" in schema:
        entries = value if isinstance(value, list) and value else [None]
        return [filled(schema["items"], entry, name) for entry in entries]
    return made(name, schema.get("type", ("string",))) if _is_blank(value) else value


def _object(properties: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: filled(child, _given(name, given), name) for name, child in properties.items()}
    for name in properties:
        if _is_blank(given.get(name)) and (told := companion(name, known)) is not None:
            known[name] = told
    return known | {name: value for name, value in given.items() if name not in known}


def _given(name: str, given: Mapping[str, Any]) -> Any:
    value = given.get(name)
    return _known().get(name) if _is_blank(value) else value


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", [], {})


@cache
def _known() -> Mapping[str, str]:
    """Return the ids and numbers of the world by their names; the first run that tells one counts."""
    found: dict[str, str] = {}
    for run in world().values():
        for name, value in _names_in(run.output):
            found.setdefault(name, value)
    return found


def _names_in(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the ids and numbers of a record, then those of the first entry of each list."""
    for name, value in record.items():
        if name.endswith(_NAMES) and isinstance(value, str) and value:
            yield name, value
    for value in record.values():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from _names_in(value[0])
