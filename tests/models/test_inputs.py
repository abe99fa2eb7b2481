"""What each action takes, what it refuses, and the request that it makes of it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.errors import InputError
from zoho_books_connector.models.base import Create, Input, Update
from zoho_books_connector.models.contacts import CreateContact, UpdateContact
from zoho_books_connector.models.invoices import CreateInvoice
from zoho_books_connector.models.items import UpdateItem
from zoho_books_connector.models.salesorders import CreateSalesorder
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.validation import parse_input

EXAMPLES = {path.stem: json.loads(path.read_text("utf-8")) for path in (Path(__file__).parent / "examples").glob("*")}


def inputs_of(action_id: str) -> type[Input]:
    return load_action(action_id).inputs


def changed(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy with one place set, or removed where ``value`` is ``...``."""
    document = copy.deepcopy(document)
    *parents, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    target: Any = document
    for step in parents:
        target = target[step]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return document


def refused(action_id: str, document: Any) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_input(inputs_of(action_id), document)
    assert caught.value.code == "invalid_input"
    return {fault.pointer: fault.message for fault in caught.value.fields}


def test_every_action_has_examples() -> None:
    assert set(EXAMPLES) == set(ACTIONS)


@pytest.mark.parametrize("size", ["minimal", "full"])
@pytest.mark.parametrize("action_id", ACTIONS)
def test_examples_are_taken(action_id: str, size: str) -> None:
    document = EXAMPLES[action_id][size]
    model = inputs_of(action_id)
    assert parse_input(model, document) == parse_input(model, json.dumps(document).encode())


@pytest.mark.parametrize("action_id", ACTIONS)
def test_full_example_uses_every_field(action_id: str) -> None:
    assert set(EXAMPLES[action_id]["full"]) == set(inputs_of(action_id).model_fields)


@pytest.mark.parametrize("action_id", [a for a in ACTIONS if a.startswith(("create", "update"))])
def test_what_is_given_is_sent_exactly_once(action_id: str) -> None:
    document = EXAMPLES[action_id]["full"]
    inputs = parse_input(inputs_of(action_id), document)
    body = json.loads(inputs.body())
    assert body == inputs.document()
    elsewhere = set(document) - set(body)
    steering = elsewhere & {"contact_persons_mode", "unique_field"}
    assert len(elsewhere) == len(inputs.path_values()) + len(inputs.query()) + len(steering)
    numbers_as_text = {"exchange_rate": 1.233}
    assert {name: body[name] for name in body if not isinstance(body[name], list | dict)} == {
        name: numbers_as_text.get(name, document[name]) for name in body if not isinstance(body[name], list | dict)
    }


ONE_AWAY = [
    ("create_contact", "/contact_name", ..., "is required"),
    ("create_contact", "/contact_name", "   ", "is required"),
    ("create_contact", "/contact_name", None, "is required"),
    ("create_contact", "/contact_name", 5, "must be text"),
    ("create_contact", "/company_name", "x" * 201, "must have at most 200 characters"),
    ("create_contact", "/payment_terms", "Net 15", "must be a whole number"),
    ("create_contact", "/payment_terms", 1.5, "must be a whole number"),
    ("create_contact", "/is_taxable", "true", "must be true or false"),
    ("create_contact", "/is_taxable", 1, "must be true or false"),
    ("create_contact", "/billing_address", "somewhere", "must be an object"),
    ("create_contact", "/tags", {"tag_id": "1"}, "must be a list"),
    ("create_contact", "/currency_id", 4.6, "must be an id"),
    ("create_contact", "/currency_id", "46-1", "must be an id"),
    ("create_contact", "/currency_id", True, "must be an id"),
    ("create_contact", "/contact_type", "Customer", 'must be one of customer, vendor; the nearest is "customer"'),
    ("create_contact", "/contact_persons/0/email", "will", "must be one e-mail address"),
    ("create_contact", "/custom_fields/0/value", {"a": 1}, "must be text, a number"),
    ("create_contact", "/unique_field", "cf_other", "needs one entry of custom_fields with this api_name"),
    ("create_contact_person", "/contact_id", ..., "is required"),
    ("create_contact_person", "/first_name", ..., "is required"),
    ("update_contact_person", "/contact_person_id", ..., "is required"),
    ("update_contact_person", "/first_name", None, "must be text"),
    ("create_item", "/rate", ..., "is required"),
    ("create_item", "/rate", "1,200", "must be a number"),
    ("create_item", "/rate", "12.50 USD", "must be a number"),
    ("create_item", "/rate", "1234567890.123456", "must be a number"),
    ("create_item", "/purchase_account_id", "", "is needed for items of type inventory"),
    ("create_item", "/inventory_account_id", ..., "is needed for items of type inventory"),
    ("update_item", "/name", ..., "is required"),
    ("update_item", "/rate", ..., "is required"),
    ("update_contact", "/contact_id", ..., "is required"),
    ("update_contact", "/contact_persons_mode", "drop", "must be one of merge, replace"),
    ("create_salesorder", "/customer_id", ..., "is required"),
    ("create_salesorder", "/salesorder_number", ..., "is needed because ignore_auto_number_generation is true"),
    ("create_salesorder", "/shipment_date", "17.11.2026", "must be a date"),
    ("create_salesorder", "/shipment_date", "2026-02-30", "must be a date"),
    ("create_salesorder", "/discount", "12.5 %", "must be a percentage"),
    ("create_invoice", "/line_items", ..., "is required"),
    ("create_invoice", "/invoice_number", ..., "is needed because ignore_auto_number_generation is true"),
    ("create_invoice", "/due_date", "2026-11-16", "must not be before date"),
    ("create_invoice", "/cfdi_usage", "donations", 'the nearest is "donation"'),
    ("get_record", "/module", "items", 'the nearest is "item"'),
    ("get_record", "/contact_id", ..., "is required to read a record of contact_person"),
    ("get_record", "/record_id", "1/../2", "must be an id"),
    ("get_record", "/module_api_name", "cm_x/../organizations", "must be the API name"),
    ("get_record", "/module_api_name", "contacts", "must be the API name"),
]


@pytest.mark.parametrize(("action_id", "pointer", "value", "message"), ONE_AWAY)
def test_one_change_makes_one_fault(action_id: str, pointer: str, value: Any, message: str) -> None:
    faults = refused(action_id, changed(EXAMPLES[action_id]["full"], pointer, value))
    assert list(faults) == [pointer]
    assert message in faults[pointer]


ELSEWHERE = [
    ("create_salesorder", "/discount_type", "entity_level", "/line_items/0/discount", "needs discount_type"),
    ("create_invoice", "/discount_type", "entity_level", "/line_items/0/discount", "needs discount_type"),
    ("create_invoice", "/is_quick_create", False, "/batch_payments", "needs is_quick_create to be true"),
    ("create_invoice", "/batch_payments", ..., "/batch_payments", "because apply_batch_payments is true"),
    ("create_contact", "/custom_fields/0", {"value": 1}, "/custom_fields/0", "needs customfield_id, api_name"),
    ("create_contact", "/contact_persons/0/emial", "x", "/contact_persons/0/emial", 'nearest field is "email"'),
    ("create_invoice", "/line_items/0", {"quantity": 1}, "/line_items/0/item_id", "unless the line has a name"),
]


@pytest.mark.parametrize(("action_id", "pointer", "value", "told_at", "message"), ELSEWHERE)
def test_rule_is_told_where_to_mend_it(action_id: str, pointer: str, value: Any, told_at: str, message: str) -> None:
    faults = refused(action_id, changed(EXAMPLES[action_id]["full"], pointer, value))
    assert list(faults) == [told_at]
    assert message in faults[told_at]


def test_only_one_contact_person_is_primary() -> None:
    persons = [{"first_name": name, "is_primary_contact": name != "Ann"} for name in ("Will", "Ann", "Bob")]
    faults = refused("create_contact", {"contact_name": "Bowman", "contact_persons": persons})
    assert list(faults) == ["/contact_persons/2/is_primary_contact"]


def test_number_without_the_switch_is_left_to_zoho() -> None:
    inputs = parse_input(CreateSalesorder, {"customer_id": 1, "salesorder_number": "SO-7"})
    assert (inputs.query(), json.loads(inputs.body())) == ({}, {"customer_id": "1", "salesorder_number": "SO-7"})


def test_switches_go_into_the_query() -> None:
    given = EXAMPLES["create_invoice"]["full"] | {"send": False}
    assert parse_input(CreateInvoice, given).query() == {
        "ignore_auto_number_generation": "true",
        "send": "false",
        "is_quick_create": "true",
        "batch_payments": "true",
    }


def test_contact_number_switch_stays_in_the_body() -> None:
    inputs = parse_input(CreateContact, {"contact_name": "Bowman", "ignore_auto_number_generation": True})
    assert inputs.query() == {}
    assert json.loads(inputs.body())["ignore_auto_number_generation"] is True


def test_create_sends_nothing_empty() -> None:
    blank = {"notes": None, "website": " ", "billing_address": {"city": "", "zip": None}}
    given = {"contact_name": "Bowman", **blank}
    assert parse_input(CreateContact, given).body() == b'{"contact_name":"Bowman"}'


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("model", [CreateContact, UpdateContact])
def test_what_a_form_sends_for_untouched_parts_is_not_sent(model: type[Create] | type[Update], as_bytes: bool) -> None:
    untouched: dict[str, Any] = {"billing_address": {}, "tags": [], "contact_persons": [], "custom_fields": [{}]}
    given = {"contact_name": "{ }", **untouched} | ({"contact_id": "46"} if model is UpdateContact else {})
    inputs = parse_input(model, json.dumps(given, indent=1).encode() if as_bytes else given)
    assert inputs.body() == b'{"contact_name":"{ }"}'


def test_update_sends_what_is_given_and_null_to_clear() -> None:
    given: dict[str, Any] = {
        "contact_id": "46",
        "notes": None,
        "website": "",
        "billing_address": {"fax": None},
        "shipping_address": {},
        "tags": [],
        "custom_fields": None,
    }
    inputs = parse_input(UpdateContact, given)
    assert json.loads(inputs.body()) == {"notes": None, "billing_address": {"fax": None}, "custom_fields": None}
    assert inputs.path_values() == {"contact_id": "46"}


def test_update_clears_a_custom_field() -> None:
    fields = [{"api_name": "cf_region", "value": None}, {"api_name": "cf_other", "value": ""}]
    inputs = parse_input(UpdateItem, {"item_id": 1, "name": "x", "rate": 1, "custom_fields": fields})
    assert json.loads(inputs.body())["custom_fields"] == [{"api_name": "cf_region", "value": None}]


def test_contact_persons_are_merged_unless_told_otherwise() -> None:
    assert parse_input(UpdateContact, {"contact_id": 1}).contact_persons_mode == "merge"
    assert b"contact_persons_mode" not in parse_input(UpdateContact, EXAMPLES["update_contact"]["full"]).body()


def test_accounts_are_not_asked_for_again_in_an_update() -> None:
    parse_input(UpdateItem, {"item_id": 1, "name": "x", "rate": 1, "item_type": "inventory"})
