"""Forms as data: they are draft-07, lose no field, keep what hosts with templates of their own look for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from zoho_books_connector.boundary import Form
from zoho_books_connector.errors import InputError
from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.forms.source import find_form
from zoho_books_connector.manifest import load_document
from zoho_books_connector.registry import ACTIONS

EXAMPLES = Path(__file__).parents[1] / "models" / "examples"
Schema = dict[str, Any]


def form(action_id: str, **options: Any) -> Form:
    source = find_form(f"action:{action_id}")
    assert source
    return source(**options)


def inputs_of(action_id: str) -> Schema:
    schema = load_document(f"schemas/inputs/{action_id}.json")
    assert schema
    return schema


def fields(schema: Schema) -> dict[str, Schema]:
    """The fields of an object of a form: the usual ones, those of a case, and the rarer ones."""
    found: dict[str, Schema] = {}
    for part in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        for shown in (part, part.get("then", {}), part.get("else", {})):
            found |= {name: field for name, field in shown.get("properties", {}).items() if field}
    return found


def paths(schema: Schema, inside: Any, where: str = "") -> Iterator[tuple[str, Schema]]:
    for name, field in inside(schema).items():
        yield f"{where}/{name}", field
        yield from paths(field.get("items", field), inside, f"{where}/{name}")


def nodes(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        yield schema
        for child in schema.values():
            yield from nodes(child)
    elif isinstance(schema, list):
        for child in schema:
            yield from nodes(child)


@pytest.mark.parametrize("action_id", ACTIONS)
def test_every_form_is_draft_07_and_json_ready(action_id: str) -> None:
    made = form(action_id)
    Draft7Validator.check_schema(made.schema)
    assert "$schema" not in json.loads(json.dumps([made.schema, made.ui_schema, made.data]))[0]


@pytest.mark.parametrize("edition", [None, *EDITIONS])
@pytest.mark.parametrize("action_id", ACTIONS)
def test_every_field_of_the_inputs_stands_in_the_form(action_id: str, edition: str | None) -> None:
    wanted = dict(paths(inputs_of(action_id), lambda schema: schema.get("properties", {})))
    shown = dict(paths(form(action_id, edition=edition).schema, fields))
    assert shown.keys() == wanted.keys()


@pytest.mark.parametrize("action_id", ACTIONS)
@pytest.mark.parametrize("kind", ["minimal", "full"])
def test_every_example_fits_its_form(action_id: str, kind: str) -> None:
    document = json.loads((EXAMPLES / f"{action_id}.json").read_text("utf-8"))[kind]
    assert [fault.message for fault in Draft7Validator(form(action_id).schema).iter_errors(document)] == []


@pytest.mark.parametrize("action_id", ACTIONS)
def test_of_several_types_text_is_the_one_that_is_drawn(action_id: str) -> None:
    several = [node["type"] for node in nodes(form(action_id).schema) if isinstance(node.get("type"), list)]
    assert not [kinds for kinds in several if "string" in kinds and kinds[0] != "string"]
    assert not [kinds for kinds in several if "string" not in kinds and len(set(kinds) - {"null"}) > 1]


@pytest.mark.parametrize("action_id", ACTIONS)
def test_no_choice_counts_as_chosen_from_the_start(action_id: str) -> None:
    assert not [node for node in nodes(form(action_id).schema) if "const" in node]


@pytest.mark.parametrize("action_id", ACTIONS)
def test_the_marks_for_hosts_with_templates_of_their_own_are_kept(action_id: str) -> None:
    def marks(found: Iterator[tuple[str, Schema]]) -> dict[str, Schema]:
        return {path: {word: field[word] for word in field if word.startswith("x-")} for path, field in found}

    wanted = paths(inputs_of(action_id), lambda schema: schema.get("properties", {}))
    assert marks(paths(form(action_id).schema, fields)) == marks(wanted)


@pytest.mark.parametrize("action_id", ACTIONS)
def test_what_is_required_opens_the_form(action_id: str) -> None:
    made = form(action_id).schema
    required = made["required"]
    assert set(list(made["properties"])[: len(required)]) == set(required)


def test_a_sale_starts_with_customer_lines_and_dates_and_ends_with_notes_and_custom_fields() -> None:
    order = list(form("create_invoice").schema["properties"])
    assert order[:2] == ["customer_id", "line_items"]
    assert order.index("date") < order.index("discount") < order.index("location_id")
    assert order[-3:] == ["notes", "terms", "custom_fields"]


def test_an_invoice_has_a_first_line_ready_to_be_filled() -> None:
    assert form("create_invoice").data == {"line_items": [{}]}
    assert form("create_contact").data == {}


@pytest.mark.parametrize("name", ["in", "India", " india "])
def test_the_fields_of_the_hosts_edition_are_usual_ones_without_its_name(name: str) -> None:
    usual = form("create_contact", edition=name).schema["properties"]
    assert usual["gst_no"]["title"] == "GST no."
    assert "vat_reg_no" not in usual


def test_the_fields_of_other_editions_say_which_and_come_last() -> None:
    rare = form("create_contact").schema["anyOf"][1]["properties"]
    assert rare["vat_reg_no"]["title"] == "VAT registration no. (United Kingdom)"
    assert "x-editions" in list(rare.values())[-1]
    editions = ["x-editions" in field for field in list(rare.values())[1:]]
    assert editions == sorted(editions)


def test_an_edition_that_has_no_fields_is_told_with_those_that_have() -> None:
    with pytest.raises(InputError) as refused:
        form("create_contact", edition="mars")
    assert refused.value.code == "unknown_edition"
    assert "gcc" in refused.value.hint


@pytest.mark.parametrize("form_id", ["create_invoice", "action:", "action:delete_everything", "action:__class__", ""])
def test_other_ids_name_no_form(form_id: str) -> None:
    assert find_form(form_id) is None


def test_each_form_belongs_to_its_reader() -> None:
    form("create_item").schema["properties"].clear()
    assert form("create_item").schema["properties"]
