"""Custom fields of an account as typed controls, and read back as rows of ``custom_fields``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbench.browserless import posted_by
from tests.workbench.test_forms_reading import DRAWINGS, SHAPES
from zoho_books_connector.boundary import Option
from zoho_books_connector.workbench.forms.custom import arrange, draw_typed
from zoho_books_connector.workbench.forms.reading import read_form
from zoho_books_connector.workbench.forms.slot import Filling


def option(number: int, schema: dict[str, Any], *, mandatory: bool = False) -> Option:
    data = {
        "schema": {"title": f"Field {number}", **schema},
        "mandatory": mandatory,
        "data_type": "",
        "customfield_id": str(number),
        "api_name": f"cf_{number}",
        "label": f"Field {number}",
    }
    return Option(str(number), f"Field {number}", "", data)


CHOICES = [{"const": "north", "title": "North"}, {"const": "south", "title": "South"}]
FIELDS: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({"type": "string", "maxLength": 255}, "Plum"),
    "several lines": ({"type": "string"}, "a\nb"),
    "whole number": ({"type": "integer"}, 7),
    "number": ({"type": "number"}, 1.25),
    "date": ({"type": "string", "format": "date"}, "2026-12-01"),
    "moment": ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"}, "2026-12-01 09:30"),
    "yes": ({"type": "boolean"}, True),
    "no": ({"type": "boolean"}, False),
    "choice": ({"type": "string", "oneOf": CHOICES}, "south"),
    "choices": ({"type": "array", "items": {"type": "string", "oneOf": CHOICES}}, ["south"]),
    "texts": ({"type": "array", "items": {"type": "string"}}, ["a", "b"]),
}


def read_back(options: list[Option], entries: list[dict[str, Any]], *, may_clear: bool = False) -> Any:
    action = "update_contact" if may_clear else "create_invoice"
    arranged = arrange(options, entries)
    html = draw_typed(options, arranged, {}, may_clear=may_clear)
    html += DRAWINGS[action].fill_custom_fields({"custom_fields": arranged.by_hand}, Filling())
    return read_form(SHAPES[action], posted_by(html)).document.get("custom_fields", [])


@pytest.mark.parametrize("name", FIELDS)
def test_a_typed_value_is_drawn_and_read_back_the_same(name: str) -> None:
    schema, value = FIELDS[name]
    entries = [{"customfield_id": "5", "value": value}]
    assert read_back([option(5, schema)], entries) == entries


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_nobody_filled_is_not_sent(name: str) -> None:
    assert read_back([option(5, FIELDS[name][0])], []) == []


def test_a_field_that_only_zoho_fills_has_no_control() -> None:
    options = [option(5, {"type": "string", "readOnly": True})]
    assert draw_typed(options, arrange(options, []), {}, may_clear=False) == ""


def test_what_names_no_known_field_or_does_not_fit_stays_in_the_rows_made_by_hand() -> None:
    options = [option(5, {"type": "boolean"}), option(6, {"type": "integer"})]
    entries: list[dict[str, Any]] = [
        {"api_name": "cf_other", "value": "x"},
        {"customfield_id": "5", "value": "perhaps"},
        {"api_name": "cf_6", "value": 3},
    ]
    arranged = arrange(options, entries)
    assert arranged.by_hand == entries[:2]
    assert arranged.typed == {1: entries[2]}
    assert read_back(options, entries) == [*entries[:2], {"customfield_id": "6", "value": 3}]


def test_an_error_finds_the_control_of_its_entry() -> None:
    options = [option(5, {"type": "string"}), option(6, {"type": "integer"})]
    arranged = arrange(options, [{"api_name": "cf_other", "value": "x"}, {"customfield_id": "6", "value": 3}])
    assert arranged.drawn_at("/custom_fields/0/value") == "/custom_fields/0/value"
    assert arranged.drawn_at("/custom_fields/1/value") == "/custom_fields/1001/value"
    assert arranged.drawn_at("/notes") == "/notes"
    html = draw_typed(options, arranged, {"/custom_fields/1001/value": ["is <wrong>"]}, may_clear=False)
    assert 'id="/custom_fields/1001/value:error">is &lt;wrong&gt;<' in html


def test_a_stored_value_can_be_cleared_on_an_update_only() -> None:
    entries = [{"customfield_id": "5", "value": None}]
    assert read_back([option(5, {"type": "string"})], entries, may_clear=True) == entries
    options = [option(5, {"type": "string"})]
    assert "clear:" not in draw_typed(options, arrange(options, []), {}, may_clear=False)


def test_a_choice_that_is_offered_no_more_is_kept() -> None:
    entries = [{"customfield_id": "5", "value": ["west"]}]
    assert read_back([option(5, FIELDS["choices"][0])], entries) == entries


def test_labels_and_help_are_text() -> None:
    shady = Option("5", "<i>", "", {**option(5, {"type": "string", "description": "<u>"}).data})
    html = draw_typed([shady], arrange([shady], []), {}, may_clear=False)
    assert "<i>" not in html
    assert "<u>" not in html
