"""The generated schemas: up to date, the same in both drafts that readers use, and telling no more than models take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic import ValidationError

from zoho_books_connector import schemas
from zoho_books_connector.models.fields import (
    AMOUNT_DIGITS,
    API_NAME_PATTERN,
    DECIMAL_PATTERN,
    DISCOUNT_PATTERN,
    EMAIL_PATTERN,
)
from zoho_books_connector.models.titles import title
from zoho_books_connector.registry import ACTIONS, load_action

INPUTS = {name: schemas.schema_of(load_action(name).inputs, name) for name in ACTIONS}
OUTPUTS = {name: schemas.schema_of(load_action(name).output, name) for name in ACTIONS}
EXAMPLES = {path.stem: json.loads(path.read_text("utf-8")) for path in (Path(__file__).parent / "examples").glob("*")}

#: Everything that an input schema says; each word means the same in draft-07 and 2020-12.
WORDS = {
    "$schema", "title", "description", "type", "default", "oneOf", "const", "properties", "required", "items",
    "additionalProperties", "pattern", "minLength", "maxLength", "minimum", "maximum", "format", "allOf", "if", "then",
    "enum", "x-editions", "x-advanced", "x-options",
}  # fmt: skip


def parts(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, schema
    for name, child in schema.get("properties", {}).items():
        yield from parts(child, f"{path}/{name}")
    if "items" in schema:
        yield from parts(schema["items"], f"{path}/0")


def kinds(schema: dict[str, Any]) -> list[str]:
    return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])


# --- what they say -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action_id", ACTIONS)
def test_input_schema_is_plain(action_id: str) -> None:
    schema = INPUTS[action_id]
    Draft202012Validator.check_schema(schema)
    Draft7Validator.check_schema(schema)
    for path, part in parts(schema):
        assert set(part) <= WORDS, path
        if "object" in kinds(part):
            assert part["additionalProperties"] is False, path
        for choice in part.get("oneOf", ()):
            assert set(choice) == {"const", "title"}, path
            assert "_" not in choice["title"], path


@pytest.mark.parametrize("action_id", ACTIONS)
def test_fields_stand_in_the_order_of_the_model(action_id: str) -> None:
    assert list(INPUTS[action_id]["properties"]) == list(load_action(action_id).inputs.model_fields)


@pytest.mark.parametrize("action_id", ACTIONS)
def test_null_is_allowed_only_where_it_clears(action_id: str) -> None:
    schema = INPUTS[action_id]
    nullable = [path for path, part in parts(schema) if "null" in kinds(part)]
    if not action_id.startswith("update"):
        assert nullable == []
    else:
        optional = set(schema["properties"]) - set(schema["required"]) - {"contact_persons_mode"}
        assert {path.split("/")[1] for path in nullable} == optional


@pytest.mark.parametrize("action_id", ACTIONS)
def test_output_schema_is_open(action_id: str) -> None:
    schema = OUTPUTS[action_id]
    Draft202012Validator.check_schema(schema)
    Draft7Validator.check_schema(schema)
    for path, part in parts(schema):
        assert not {"required", "additionalProperties", "$ref", "$defs", "anyOf"} & set(part), path


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("gst_no", "GST no."),
        ("is_tds_registered", "TDS registered"),
        ("zcrm_potential_id", "CRM potential ID"),
        ("gcc_vat_not_registered", "GCC, not VAT registered"),
        ("2checkout", "2Checkout"),
        ("create_contact", "Create contact"),
    ],
)
def test_titles(name: str, read: str) -> None:
    assert title(name) == read


# --- what they take ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["minimal", "full"])
@pytest.mark.parametrize("action_id", ACTIONS)
def test_examples_are_valid(action_id: str, size: str) -> None:
    for validator in (Draft202012Validator, Draft7Validator):
        validator(INPUTS[action_id]).validate(EXAMPLES[action_id][size])


def test_parents_of_a_record_are_required_by_the_schema_too() -> None:
    validators = [Draft202012Validator(INPUTS["get_record"]), Draft7Validator(INPUTS["get_record"])]
    for valid, document in [
        (True, {"module": "item", "record_id": "1"}),
        (False, {"module": "item"}),
        (False, {"module": "contact_person", "record_id": "1"}),
        (True, {"module": "contact_person", "record_id": "1", "contact_id": "2"}),
        (True, {"module": "custom_module", "module_api_name": "cm_vehicles"}),
        (False, {"module": "custom_module_record", "module_api_name": "cm_vehicles"}),
        (False, {"record_id": "1"}),
    ]:
        assert [validator.is_valid(document) for validator in validators] == [valid, valid], document


WHOLE = st.integers(-(10**AMOUNT_DIGITS) + 1, 10**AMOUNT_DIGITS - 1)
#: Hundredths up to the digits that an amount has.
HUNDREDTHS = st.integers(-(10**13), 10**13).map(lambda number: number / 100)
TEXTS: dict[str | None, st.SearchStrategy[str]] = {
    "^[0-9]{1,25}$": st.text("0123456789", min_size=1, max_size=25),
    DECIMAL_PATTERN: HUNDREDTHS.map(lambda number: f"{number:.2f}").filter(lambda text: len(text) <= AMOUNT_DIGITS),
    r"\S": st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20),
    EMAIL_PATTERN: st.emails().filter(lambda address: len(address) <= 100),
    API_NAME_PATTERN: st.text("abcXYZ019_", min_size=1, max_size=97).map("cm_{}".format),
    DISCOUNT_PATTERN: HUNDREDTHS.map(lambda number: f"{abs(number) / 10**9:.2f}%"),
    None: st.dates().map(str),
}


def values(schema: dict[str, Any], kind: str) -> st.SearchStrategy[Any]:
    if "oneOf" in schema:
        return st.sampled_from([choice["const"] for choice in schema["oneOf"]])
    if kind == "object":
        return objects(schema)
    if kind == "array":
        return st.lists(documents(schema["items"]), max_size=2)
    if kind == "string":
        pattern = schema.get("pattern")
        return TEXTS[pattern].filter(lambda text: pattern is None or re.search(pattern, text) is not None)
    return {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(0, 10**25 - 1) if "minimum" in schema else st.integers(-(2**70), 2**70),
        "number": WHOLE | HUNDREDTHS,
    }[kind]


def documents(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.one_of([values(schema, kind) for kind in ([""] if "oneOf" in schema else kinds(schema))])


def objects(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = sorted(schema["properties"])
    required = set(schema.get("required", ()))

    @st.composite
    def made(draw: st.DrawFn) -> dict[str, Any]:
        chosen = required | set(draw(st.lists(st.sampled_from(names), max_size=4, unique=True)))
        return {name: draw(documents(schema["properties"][name])) for name in names if name in chosen}

    return made()


VALIDATORS = {name: (Draft202012Validator(INPUTS[name]), Draft7Validator(INPUTS[name])) for name in ACTIONS}


@pytest.mark.parametrize("action_id", ACTIONS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_the_schema_takes_the_model_takes(action_id: str, data: st.DataObject) -> None:
    document = data.draw(objects(INPUTS[action_id]))
    newer, older = (validator.is_valid(document) for validator in VALIDATORS[action_id])
    assert newer is older
    if newer:
        # Only rules across fields are beyond the schema.
        assert _kinds_of_fault(action_id, document) <= {"rules"}


@pytest.mark.parametrize("action_id", ACTIONS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_both_drafts_agree_on_what_is_wrong(action_id: str, data: st.DataObject) -> None:
    document = data.draw(objects(INPUTS[action_id]))
    name = data.draw(st.sampled_from(sorted(INPUTS[action_id]["properties"])))
    document[name] = data.draw(st.sampled_from([None, 1.5, -1, "", " ", "x" * 600, True, [], {}, [{}], {"a": 1}]))
    newer, older = (
        {"/".join(map(str, error.absolute_path)) for error in validator.iter_errors(document)}
        for validator in VALIDATORS[action_id]
    )
    assert newer == older


def _kinds_of_fault(action_id: str, document: Any) -> set[str]:
    try:
        load_action(action_id).inputs.model_validate_json(json.dumps(document))
    except ValidationError as error:
        return {details["type"] for details in error.errors()}
    return set()
