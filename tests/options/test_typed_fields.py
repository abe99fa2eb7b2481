"""Zoho's definition of a custom field as JSON Schema, and a form's values as custom fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import InputError
from zoho_books_connector.models.contacts import CreateContact
from zoho_books_connector.options.typed_fields import TYPES, custom_fields_of, name_of, object_schema, typed
from zoho_books_connector.validation import parse_input


def field(**changes: Any) -> Option:
    """A field; a test changes or (with ``...``) leaves out one thing."""
    definition = {
        "customfield_id": "460000000099001",
        "api_name": "cf_region",
        "index": 2,
        "label": "Region",
        "data_type": "string",
    } | changes
    option = typed({name: value for name, value in definition.items() if value is not ...})
    assert option is not None
    return option


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", ["West", "x" * 255], ["x" * 256, 5]),
        ("multiline", ["West\n" * 100], [5]),
        ("text", ["x" * 300], [5]),
        ("phone", ["+1 925"], [925]),
        ("email", ["a@example.com"], [5]),
        ("url", ["https://example.com/"], [5]),
        ("number", [7, -7], [7.5, "7"]),
        ("decimal", [7.5, -94.53], ["7.5"]),
        ("amount", [30], ["USD30"]),
        ("percent", [12.5], ["12.5%"]),
        ("date", ["2026-06-19"], [5]),
        ("date_time", ["2026-06-19 13:00"], ["2026-06-19", "2026-06-19T13:00:00Z"]),
        ("check_box", [True, False], ["true", 1]),
        ("Check Box", [True], ["true"]),
        ("checkbox", [True], ["true"]),
        ("dropdown", ["Gold"], [5]),
        ("multiselect", [["Gold"], []], ["Gold", ["Gold", "Gold"]]),
        ("lookup", ["460000000026049"], ["Bowman"]),
        ("never_heard_of", ["anything"], [5]),
        ("", ["anything"], [5]),
    ],
)
def test_a_type_takes_its_values(kind: str, good: list[Any], bad: list[Any]) -> None:
    schema = field(data_type=kind).data["schema"]
    for validator in (Draft202012Validator(schema), Draft7Validator(schema)):
        assert [value for value in good if not validator.is_valid(value)] == []
        assert [value for value in bad if validator.is_valid(value)] == []


@pytest.mark.parametrize("kind", TYPES)
def test_schemas_are_valid_in_both_dialects(kind: str) -> None:
    schema = field(data_type=kind, values=["Gold"], help_text="Help", max_length=10).data["schema"]
    Draft202012Validator.check_schema(schema)
    Draft7Validator.check_schema(schema)
    json.dumps(schema)


@pytest.mark.parametrize(
    "values",
    [
        ["Gold", "Silver"],
        [{"name": "Gold"}, {"name": "Silver"}],
        [{"value": "Gold", "id": "1"}, {"value": "Silver", "id": "2"}],
        [{"name": "Gold"}, {"name": ""}, None, {"name": "Gold"}, {"name": "Bronze", "is_active": False}, "Silver"],
    ],
)
@pytest.mark.parametrize("key", ["values", "options"])
def test_choices_are_listed_however_they_are_written(key: str, values: list[Any]) -> None:
    choices = [{"const": "Gold", "title": "Gold"}, {"const": "Silver", "title": "Silver"}]
    assert field(data_type="dropdown", **{key: values}).data["schema"]["oneOf"] == choices
    assert field(data_type="multiselect", **{key: values}).data["schema"]["items"]["oneOf"] == choices
    assert "oneOf" not in field(data_type="string", **{key: values}).data["schema"]


@pytest.mark.parametrize("values", [None, "", [], {}])
def test_a_dropdown_without_known_choices_takes_text(values: Any) -> None:
    assert field(data_type="dropdown", values=values).data["schema"] == {"title": "Region", "type": "string"}


def test_help_and_length_come_from_the_field() -> None:
    schema = field(help_text="Where they are.", max_length="40").data["schema"]
    assert (schema["description"], schema["maxLength"]) == ("Where they are.", 40)


def test_what_a_choice_holds() -> None:
    option = field(is_mandatory="true")
    assert option.value == "460000000099001"
    assert (option.label, option.detail) == ("Region", "string, mandatory")
    assert {name: value for name, value in option.data.items() if name != "schema"} == {
        "mandatory": True,
        "data_type": "string",
        "customfield_id": "460000000099001",
        "api_name": "cf_region",
        "index": 2,
        "label": "Region",
    }


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ((), {"customfield_id": "460000000099001"}),
        (("customfield_id",), {"api_name": "cf_region"}),
        (("customfield_id", "api_name"), {"index": 2}),
        (("customfield_id", "api_name", "index"), {"label": "Region"}),
    ],
)
def test_a_value_names_its_field_in_the_surest_known_way(missing: tuple[str, ...], named: dict[str, Any]) -> None:
    option = field(**dict.fromkeys(missing, ...))
    assert custom_fields_of([option], {name_of(option): "West"}) == [{**named, "value": "West"}]


def test_a_field_that_nothing_names_is_none() -> None:
    assert typed({"data_type": "string", "customfield_id": "", "index": None}) is None


FIELDS = [
    field(),
    field(customfield_id="2", api_name="cf_score", data_type="number", is_mandatory=True),
    field(customfield_id="3", api_name="cf_tags", data_type="multiselect", values=["a", "b"]),
    field(customfield_id="4", api_name="cf_no", data_type="autonumber", is_mandatory=True),
]


def test_the_fields_together_are_one_object() -> None:
    schema = object_schema(FIELDS)
    Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == ["cf_region", "cf_score", "cf_tags", "cf_no"]
    assert schema["required"] == ["cf_score"]
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"cf_score": 5, "cf_tags": ["b"]})
    assert not validator.is_valid({"cf_score": 5, "cf_tag": ["b"]})
    assert not validator.is_valid({"cf_tags": ["b"]})


def test_values_become_the_custom_fields_of_an_action() -> None:
    found = custom_fields_of(FIELDS, {"cf_score": 0, "cf_tags": ["b"], "cf_region": "", "cf_no": "A-7"})
    assert found == [{"customfield_id": "2", "value": 0}, {"customfield_id": "3", "value": ["b"]}]
    parse_input(CreateContact, {"contact_name": "A", "custom_fields": found})


@pytest.mark.parametrize("blank", [None, "", []])
def test_blank_values_are_left_out(blank: Any) -> None:
    assert custom_fields_of(FIELDS, {"cf_region": blank}) == []


def test_false_is_a_value() -> None:
    option = field(data_type="check_box")
    assert custom_fields_of([option], {"cf_region": False}) == [{"customfield_id": option.value, "value": False}]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        custom_fields_of(FIELDS, {"cf_regon": "West"})
    assert [fault.pointer for fault in caught.value.fields] == ["/cf_regon"]
    assert "West" not in str(caught.value.to_dict())
