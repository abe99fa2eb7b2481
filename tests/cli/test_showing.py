"""``actions``, ``show`` and ``guide``: what a person reads before doing anything."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.cli.fields import field_lines
from zoho_books_connector.registry import ACTIONS


def test_every_action_is_listed_with_its_title(cli: Cli) -> None:
    ended = cli("actions")
    assert ended.code == 0
    assert all(action_id in ended.out for action_id in ACTIONS)
    assert "Create ContactPerson" in ended.out


@pytest.mark.parametrize("action_id", ACTIONS)
def test_every_action_can_be_shown(cli: Cli, action_id: str) -> None:
    assert cli("show", action_id).code == 0
    assert cli("show", action_id, "--output").code == 0
    shown = cli("show", action_id, "--json").data
    assert shown["input_schema"]["properties"]
    assert shown["output_schema"]["type"] == "object"


def test_an_action_is_shown_with_call_scopes_and_fields(cli: Cli) -> None:
    shown = " ".join(cli("show", "create_contact").out.split())
    assert "POST /contacts" in shown
    assert "the call itself ZohoBooks.contacts.CREATE" in shown
    assert "contact_name * text" in shown


def test_an_unknown_action_names_the_known_ones(cli: Cli) -> None:
    ended = cli("show", "make_tea")
    assert ended.code == 10
    assert "create_contact" in ended.err


ADDRESS = {"type": "object", "properties": {"zip": {"type": "string", "maxLength": 50}}, "required": ["zip"]}
TREE = """\
name *                              text, at most 100 characters
                                    What it is called.
kind                                text
                                    One of: a, b (Something else)
                                    Editions: in, uk
                                    Offered by: contact
                                    Advanced
billing                             object
  zip *                             text, at most 50 characters
others                              list of objects
  zip *                             text, at most 50 characters
day                                 date (yyyy-mm-dd), or null
record_id                           id (digits, as text or number)
"""


@pytest.mark.parametrize("written_out", [True, False])
def test_fields_are_a_tree_whether_references_are_written_out_or_not(written_out: bool) -> None:
    address = ADDRESS if written_out else {"$ref": "#/$defs/Address"}
    schema = {
        "$defs": {"Address": ADDRESS},
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "maxLength": 100, "description": "What it is called."},
            "kind": {
                "type": "string",
                "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "Something else"}],
                "x-editions": ["in", "uk"],
                "x-options": {"source": "contact"},
                "x-advanced": True,
            },
            "billing": address if written_out else {"anyOf": [address, {"type": "null"}]},
            "others": {"type": "array", "items": address},
            "day": {"type": ["string", "null"], "format": "date"},
            "record_id": {"type": ["string", "integer"]},
        },
    }
    assert "\n".join(field_lines(schema, 100)) + "\n" == TREE


def test_a_schema_that_refers_to_itself_ends() -> None:
    node = {"type": "object", "properties": {"inner": {"$ref": "#/$defs/Node"}}}
    assert len(list(field_lines({"$defs": {"Node": node}, **node}, 100))) < 20


def test_the_guide_has_the_links_of_the_region_and_the_callback_url(cli: Cli) -> None:
    ended = cli("guide", "--region", "ca", "--port", "9000")
    assert "https://api-console.zohocloud.ca" in ended.out
    assert "http://127.0.0.1:9000/callback" in ended.out
    assert "Mind: " in ended.out


def test_the_guide_knows_the_way_without_a_browser(cli: Cli) -> None:
    assert "Self Client" in cli("guide", "--self-client").out


def test_a_region_that_is_not_confirmed_has_a_guide_when_it_is_enabled(cli: Cli) -> None:
    assert cli("guide", "--region", "uk").code == 2
    assert cli("guide", "--region", "uk", "--enable-region", "uk").code == 0


def test_a_sample_is_an_input_and_the_output_it_brings(cli: Cli) -> None:
    sample = cli("show", "create_invoice", "--sample").data
    assert sample["input"]["customer_id"] == sample["output"]["customer_id"]


def test_a_module_decides_what_a_record_holds(cli: Cli) -> None:
    plain = cli("show", "get_record", "--output").out
    assert "add --module NAME" in plain
    assert "bill_number" not in plain
    for shown in (
        cli("show", "get_record", "--output", "--module", "bill"),
        cli("show", "get_record", "--module", "bill"),
    ):
        assert "  bill_number  " in shown.out
        assert "add --module" not in shown.out
    assert cli("show", "get_record", "--module", "bill", "--sample").data["output"]["module"] == "bill"
    schema = cli("show", "get_record", "--module", "bill", "--json").data["output_schema"]
    assert "bill_number" in schema["properties"]["record"]["properties"]


def test_an_unknown_module_names_the_known_ones(cli: Cli) -> None:
    ended = cli("show", "get_record", "--module", "bil")
    assert ended.code == 2
    assert "vendor_credit" in " ".join(ended.err.split())


def test_a_module_belongs_to_reading_by_id_only(cli: Cli) -> None:
    ended = cli("show", "create_invoice", "--module", "bill")
    assert ended.code == 2
    assert "Leave out the option --module" in ended.err


def test_output_and_sample_are_not_shown_together(cli: Cli) -> None:
    assert cli("show", "create_invoice", "--output", "--sample").code == 2


def test_what_comes_out_reads_without_the_blanks_that_zoho_sends() -> None:
    schema = {
        "properties": {
            "paid": {"type": ["boolean", "string", "null"]},
            "lines": {
                "type": ["array", "string", "null"],
                "items": {"type": ["object", "string", "null"], "properties": {}},
            },
            "days": {"type": ["integer", "string", "null"]},
        }
    }
    assert [" ".join(line.split()) for line in field_lines(schema, 100)] == [
        "paid true or false, or null",
        "lines list of objects, or null",
        "days whole number, or null",
    ]
