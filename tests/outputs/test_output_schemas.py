"""Output schemas know every field of every answer, take what Zoho really sends, and hide nothing else."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.answers import Recorded, document, faults, fields, output_schema, record_schema, recorded, unknown
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring.sample_world import STEPS, World, lived_through
from zoho_books_connector.models.base import Output
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.sandbox import record_fields as sandbox_fields
from zoho_books_connector.sandbox.switches import POSITIONS
from zoho_books_connector.validation import dump_output

ANSWERS = recorded()
#: Every switch that changes the shape of an answer, at its other position.
OTHERWISE = Switches(
    blanks="typed",
    contact_person_answer="list",
    document_amounts="text",
    numeric_ids="some",
    sales_order_answer="list",
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_every_recorded_key_is_known(answer: Recorded) -> None:
    assert list(unknown(answer.schema, answer.data)) == []


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_every_recorded_answer_is_valid(answer: Recorded) -> None:
    assert faults(answer.schema, answer.data) == []


def test_an_unknown_key_would_be_named() -> None:
    schema = output_schema("create_invoice")
    assert list(unknown(schema, {"made_up": 1, "line_items": [{"rate": 1, "also": 2}]})) == [
        "/made_up",
        "/line_items[]/also",
    ]


# --- the sandbox, at both positions of its switches ----------------------------------------------------------------


@pytest.fixture(scope="module", params=[Switches(), OTHERWISE], ids=["as it stands", "otherwise"])
def lived(request: pytest.FixtureRequest) -> World:
    return lived_through(request.param)


def test_the_switches_stand_otherwise() -> None:
    turned = {name: value for name, value in dataclasses.asdict(OTHERWISE).items() if value != POSITIONS[name][0]}
    assert len(turned) == 5


@pytest.mark.parametrize("name", [name for name, _, _ in STEPS])
def test_what_the_sandbox_answers_is_known_and_valid(lived: World, name: str) -> None:
    run = lived[name]
    schema = output_schema(run.action_id)
    assert list(unknown(schema, run.output)) == []
    assert faults(schema, run.output) == []
    if run.action_id == "get_record":
        inner = record_schema(run.inputs["module"])
        assert list(unknown(inner, run.output["record"])) == []
        assert faults(inner, run.output["record"]) == []


@pytest.mark.parametrize("module", MODULES)
def test_every_field_that_the_sandbox_keeps_is_known(module: str) -> None:
    assert list(unknown(record_schema(module), sandbox_fields.blank(module))) == []


# --- blanks, and what no schema knows ------------------------------------------------------------------------------


def blanked(value: Any) -> Any:
    """The same answer with every value blank, the lists and objects kept."""
    if isinstance(value, dict):
        return {name: blanked(child) for name, child in value.items()}
    return [blanked(entry) for entry in value] if isinstance(value, list) and value else ""


def with_made_up(value: Any) -> Any:
    """The same answer with one key more in every object."""
    if isinstance(value, dict):
        return {name: with_made_up(child) for name, child in value.items()} | {"made_up": {"made_up_id": 7, "x": [""]}}
    return [with_made_up(entry) for entry in value] if isinstance(value, list) else value


def output_of(action_id: str) -> tuple[type[Output], dict[str, Any], dict[str, Any]]:
    sample = document(f"schemas/samples/{action_id}.json")["output"]
    return load_action(action_id).output, output_schema(action_id), sample


@pytest.mark.parametrize("action_id", ACTIONS)
def test_blanks_as_they_are_read_are_valid(action_id: str) -> None:
    model, schema, sample = output_of(action_id)
    assert faults(schema, dump_output(model, blanked(sample))) == []
    assert faults(schema, dump_output(model, dict.fromkeys(sample, ""))) == []
    assert faults(schema, dump_output(model, dict.fromkeys(sample))) == []


@pytest.mark.parametrize("module", MODULES)
def test_blanks_in_a_record_are_valid(module: str) -> None:
    sample = document(f"schemas/samples/get_record.{module}.json")["output"]["record"]
    read = dump_output(load_action("get_record").output, {"module": module, "record": blanked(sample)})
    assert faults(record_schema(module), read["record"]) == []
    assert faults(record_schema(module), dict.fromkeys(sample, "")) == []


@pytest.mark.parametrize("action_id", ACTIONS)
def test_unknown_keys_reach_the_host_at_every_level(action_id: str) -> None:
    model, schema, sample = output_of(action_id)
    read = dump_output(model, with_made_up(sample))
    levels = json.dumps(sample).count("{")
    assert json.dumps(read).count('"made_up": {"made_up_id": "7", "x": [""]}') == levels
    assert faults(schema, read) == []


# --- what a person reads -------------------------------------------------------------------------------------------

DOCUMENTS = [
    *(f"schemas/outputs/{each}.json" for each in ACTIONS),
    *(f"schemas/records/{each}.json" for each in MODULES),
]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_field_has_a_title_and_says_how_a_day_is_written(path: str) -> None:
    known = dict(fields(document(path)))
    assert not [name for name, field in known.items() if not field["title"]]
    days = [field for name, field in known.items() if name.endswith(("/date", "_date"))]
    assert all("yyyy-mm-dd" in field["description"] for field in days)


def test_a_country_edition_is_named_where_the_inputs_name_it() -> None:
    invoice = output_schema("create_invoice")["properties"]
    assert invoice["gst_no"]["x-editions"] == ["in"]
    assert "x-editions" not in invoice["billing_address"]["properties"]["country_code"]


def test_schemas_stay_readable() -> None:
    folder = Path(__file__).parents[2] / "schemas"
    for path in [*folder.glob("outputs/*.json"), *folder.glob("records/*.json"), *folder.glob("samples/*.json")]:
        text = path.read_text("utf-8")
        assert len(text) < 80_000, path.name
        assert max(len(line) for line in text.splitlines()) <= 160, path.name
