"""Outputs take whatever Zoho answers: nothing fails, nothing is lost, and what can be read is read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.models.base import Output
from zoho_books_connector.models.contacts import Contact
from zoho_books_connector.models.invoices import Invoice
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.validation import dump_output

OUTPUTS: list[type[Output]] = sorted({load_action(name).output for name in ACTIONS}, key=lambda model: model.__name__)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"total": ""}, {"total": None}),
        ({"total": "10000.50"}, {"total": 10000.5}),
        ({"total": "12345678901234567.89"}, {"total": "12345678901234567.89"}),
        ({"total": "n/a"}, {"total": "n/a"}),
        ({"total": [1]}, {"total": [1]}),
        ({"discount": "10%"}, {"discount": "10%"}),
        ({"is_emailed": "true"}, {"is_emailed": True}),
        ({"is_emailed": "False"}, {"is_emailed": False}),
        ({"is_emailed": ""}, {"is_emailed": None}),
        ({"is_emailed": 1}, {"is_emailed": 1}),
        ({"invoice_id": 982000000567114123}, {"invoice_id": "982000000567114123"}),
        ({"invoice_id": ""}, {"invoice_id": ""}),
        ({"cf_unknown_id": 46}, {"cf_unknown_id": "46"}),
        ({"new": {"deep_ids": [1, 2], "x": 1}}, {"new": {"deep_ids": ["1", "2"], "x": 1}}),
        ({"line_items": ""}, {"line_items": None}),
        ({"line_items": {"odd": 1}}, {"line_items": {"odd": 1}}),
        (
            {"line_items": [{"item_id": 1, "rate": "2.0", "z": ""}]},
            {"line_items": [{"item_id": "1", "rate": 2, "z": ""}]},
        ),
        ({"billing_address": ""}, {"billing_address": None}),
        ({"billing_address": []}, {"billing_address": []}),
        ({"payment_options": {"payment_gateways": [""]}}, {"payment_options": {"payment_gateways": [None]}}),
        ({"status": "brand_new_status"}, {"status": "brand_new_status"}),
        ({"custom_fields": [{"value": 5, "index": "1"}]}, {"custom_fields": [{"value": 5, "index": 1}]}),
        ({"total": Decimal("1.10"), "x": Decimal("0.12345678901234567")}, {"total": 1.1, "x": "0.12345678901234567"}),
        ({"notes": None, "date": 5}, {"notes": None, "date": 5}),
    ],
)
def test_invoice_by_example(sent: dict[str, Any], read: dict[str, Any]) -> None:
    assert dump_output(Invoice, sent) == read
    # Equal is not enough where 1 is True.
    assert json.dumps(dump_output(Invoice, sent)) == json.dumps(read)


def test_order_is_kept_and_no_key_added() -> None:
    sent = {
        "zz": 1,
        "status": "active",
        "contact_id": "1",
        "a": [],
        "billing_address": {"zip": "1", "x": "", "city": ""},
    }
    dumped = dump_output(Contact, sent)
    assert list(dumped) == list(sent)
    assert list(dumped["billing_address"]) == ["zip", "x", "city"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.from_regex(r"-?\d+\.\d+"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def _payloads(model: type[Output]) -> st.SearchStrategy[tuple[type[Output], dict[str, Any]]]:
    names = st.sampled_from(sorted(model.model_fields)) | st.text(max_size=6)
    return st.tuples(st.just(model), st.dictionaries(names, JSON, max_size=5))


@given(case=st.sampled_from(OUTPUTS).flatmap(_payloads))
def test_nothing_fails_and_nothing_is_lost(case: tuple[type[Output], dict[str, Any]]) -> None:
    model, payload = case
    dumped = dump_output(model, payload)
    assert list(dumped) == list(payload)
    json.dumps(dumped)
    again = model.model_validate(payload)
    assert all(getattr(again, name) is not ... for name in payload if name in model.model_fields)


@given(payload=st.dictionaries(st.sampled_from(sorted(Invoice.model_fields)), JSON, max_size=5))
def test_reading_twice_changes_nothing(payload: dict[str, Any]) -> None:
    once = dump_output(Invoice, payload)
    assert json.dumps(dump_output(Invoice, once)) == json.dumps(once)


def test_model_reads_as_the_dump_does() -> None:
    contact = Contact.model_validate({"contact_id": 5, "contact_persons": [{"contact_person_id": 6}], "is_taxable": ""})
    assert contact.contact_id == "5"
    assert contact.contact_persons is not None
    assert contact.contact_persons[0] is not None
    assert contact.contact_persons[0].contact_person_id == "6"
    assert contact.is_taxable is None
