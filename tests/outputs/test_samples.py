"""Samples: an input that the handler takes, and an output in which every field a host could map has a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.outputs.answers import document, faults, output_schema, record_schema
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring.sample_world import STEPS, World, world
from zoho_books_connector.authoring.samples import filled
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.validation import parse_input

PATHS = {action_id: entry["sample"] for action_id, entry in load_manifest()["actions"].items()}
BY_MODULE = load_manifest()["actions"]["get_record"]["output_by"]["samples"]
#: Samples by the name of the run that they come from.
RUN = {
    name: BY_MODULE[name] if action == "get_record" else PATHS[action]
    for name, action, _ in STEPS
    if name != "second item"
}
EVERY = sorted({*PATHS.values(), *BY_MODULE.values()})


def test_every_action_has_a_sample() -> None:
    assert {action_id for _, action_id, _ in STEPS} == set(ACTIONS), "authoring/sample_world.py lacks a step"
    assert {action_id: f"schemas/samples/{action_id}.json" for action_id in ACTIONS} == PATHS


@pytest.fixture(scope="module")
def lived() -> World:
    return world()


@pytest.mark.parametrize("action_id", ACTIONS)
def test_the_input_is_taken(action_id: str) -> None:
    inputs = document(PATHS[action_id])["input"]
    assert parse_input(load_action(action_id).inputs, inputs)
    assert faults(document(f"schemas/inputs/{action_id}.json"), inputs) == []


@pytest.mark.parametrize("module", MODULES)
def test_the_input_for_a_module_is_taken(module: str) -> None:
    sample = document(BY_MODULE[module])
    assert parse_input(load_action("get_record").inputs, sample["input"])
    assert faults(document("schemas/inputs/get_record.json"), sample["input"]) == []
    assert sample["output"]["module"] == sample["input"]["module"] == module
    assert sample["output"]["id"] == sample["input"].get("record_id")


@pytest.mark.parametrize("action_id", ACTIONS)
def test_the_output_is_valid_and_complete(action_id: str) -> None:
    schema, output = output_schema(action_id), document(PATHS[action_id])["output"]
    assert faults(schema, output) == []
    assert list(without_value(schema, output)) == []


@pytest.mark.parametrize("module", MODULES)
def test_the_record_is_valid_and_complete(module: str) -> None:
    schema, record = record_schema(module), document(BY_MODULE[module])["output"]["record"]
    assert faults(schema, record) == []
    assert list(without_value(schema, record)) == []


@pytest.mark.parametrize("name", RUN)
def test_the_sandbox_was_given_this_input_and_answered_nothing_else(lived: World, name: str) -> None:
    sample = document(RUN[name])
    assert sample["input"] == lived[name].inputs
    assert list(disagreeing(lived[name].output, sample["output"])) == []


def test_one_world(lived: World) -> None:
    customer = document(PATHS["create_contact"])["output"]["contact_id"]
    invoice, order = (document(PATHS[each])["output"] for each in ("create_invoice", "create_salesorder"))
    assert invoice["customer_id"] == order["customer_id"] == customer
    assert invoice["salesorder_id"] == order["salesorder_id"]
    assert [line["item_id"] for line in invoice["line_items"]] == [line["item_id"] for line in order["line_items"]]
    assert document(PATHS["get_record"])["output"]["id"] == invoice["invoice_id"]


def test_the_inputs_are_short() -> None:
    assert all(len(document(path)["input"]) <= 8 for path in PATHS.values())


@pytest.mark.parametrize("path", EVERY)
def test_nothing_looks_like_a_secret_or_a_real_address(path: str) -> None:
    texts = list(every_text(document(path)))
    assert not [text for text in texts if re.search(r"1000\.|Bearer|[0-9a-f]{24}|secret|token|password", text)]
    assert not [text for text in texts if "@" in text and not text.endswith("@example.com")]
    assert not [text for text in texts if "://" in text and ".example.com" not in text]


# --- filling in ----------------------------------------------------------------------------------------------------

SCHEMA = {
    "properties": {
        "total": {"type": ["number", "null"]},
        "total_formatted": {"type": ["string", "null"]},
        "total_bcy": {"type": ["number", "null"]},
        "due_date": {"type": ["string", "null"]},
        "due_date_formatted": {"type": ["string", "null"]},
        "created_time": {"type": ["string", "null"]},
        "created_time_formatted": {"type": ["string", "null"]},
        "status": {"type": ["string", "null"]},
        "status_formatted": {"type": ["string", "null"]},
        "line_items": {"type": ["array", "null"], "items": {"properties": {"email": {"type": ["string", "null"]}}}},
    }
}


def test_what_is_there_stays_and_what_is_blank_is_filled_in() -> None:
    given = {"total": 1200.5, "due_date": "", "status": "not_yet_paid", "extra": "kept", "line_items": []}
    assert filled(SCHEMA, given) == {
        "total": 1200.5,
        "total_formatted": "$1,200.50",
        "total_bcy": 1200.5,
        "due_date": "2026-12-16",
        "due_date_formatted": "16 Dec 2026",
        "created_time": "2026-12-01T07:00:06-0500",
        "created_time_formatted": "01 Dec 2026 07:00",
        "status": "not_yet_paid",
        "status_formatted": "Not yet paid",
        "line_items": [{"email": "mara@example.com"}],
        "extra": "kept",
    }


def test_zero_and_false_are_values() -> None:
    assert filled({"properties": {"total": {"type": ["number", "null"]}}}, {"total": 0}) == {"total": 0}


def without_value(schema: Mapping[str, Any], value: Any, path: str = "") -> Iterator[str]:
    """Yield every field without a value; a list or an object of which nothing is known may be empty."""
    if "properties" in schema:
        for name, child in schema["properties"].items():
            yield from without_value(child, value.get(name), f"{path}/{name}")
    elif "items" in schema:
        if not value:
            yield path
        for entry in value:
            yield from without_value(schema["items"], entry, f"{path}[]")
    elif value in (None, "") and path != "/id":
        yield path


def disagreeing(sent: Any, shown: Any, path: str = "") -> Iterator[str]:
    """Yield the path of everything but blanks that was sent and is shown otherwise."""
    if isinstance(sent, dict) and sent:
        for name, child in sent.items():
            yield from disagreeing(child, shown.get(name), f"{path}/{name}")
    elif isinstance(sent, list) and sent:
        if len(sent) != len(shown):
            yield path
        for number, (one, other) in enumerate(zip(sent, shown, strict=False)):
            yield from disagreeing(one, other, f"{path}/{number}")
    elif sent not in (None, "", [], {}) and sent != shown:
        yield path


def every_text(value: Any) -> Iterator[str]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from every_text(child)
    if isinstance(value, str):
        yield value
