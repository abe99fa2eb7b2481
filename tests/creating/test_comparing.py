"""A record agrees with what was sent, may have been changed by Zoho, or is another one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from zoho_books_connector.creating.comparing import differing, is_another
from zoho_books_connector.creating.digests import differing_parts, digest_of, digests_of
from zoho_books_connector.models.invoices import CreateInvoice
from zoho_books_connector.validation import parse_input

SENT: dict[str, Any] = {
    "customer_id": "42",
    "date": "2026-01-31",
    "notes": "one\ntwo",
    "discount": "10%",
    "is_inclusive_tax": False,
    "billing_address": {"city": "Oslo"},
    "line_items": [{"item_id": "7", "quantity": 2, "rate": 12.5}, {"item_id": "8", "quantity": 1}],
    "custom_fields": [{"api_name": "cf_a", "value": "x"}],
    "contact_persons": ["1", "2"],
}
ECHO: dict[str, Any] = {
    "customer_id": 42,
    "date": "2026-01-31",
    "notes": "one\r\ntwo ",
    "discount": "10.00%",
    "is_inclusive_tax": "",
    "billing_address": {"city": "Oslo", "zip": ""},
    "line_items": [
        {"line_item_id": "1", "item_id": "7", "quantity": 2.0, "rate": Decimal("12.50"), "name": "Item"},
        {"line_item_id": "2", "item_id": "8", "quantity": 1.0, "rate": 3},
    ],
    "custom_fields": [{"api_name": "cf_b", "value": ""}, {"api_name": "cf_a", "value": "x", "label": "A"}],
    "contact_persons": ["2", "1"],
    "total": 99,
    "status": "draft",
}


def test_an_echo_in_zohos_way_of_writing_agrees() -> None:
    assert differing(SENT, ECHO) == []
    assert not is_another(SENT, ECHO)


def test_what_is_not_echoed_and_what_was_not_sent_say_nothing() -> None:
    assert differing(SENT | {"custom_subject": "Hi"}, ECHO | {"due_date": "2027-01-01"}) == []


def test_lines_may_come_in_another_order() -> None:
    assert differing(SENT, ECHO | {"line_items": ECHO["line_items"][::-1]}) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"notes": "three"}, "/notes"),
        ({"notes": ""}, "/notes"),
        ({"discount": 10}, "/discount"),
        ({"is_inclusive_tax": True}, "/is_inclusive_tax"),
        ({"billing_address": {"city": "Bergen"}}, "/billing_address/city"),
        ({"billing_address": ""}, "/billing_address"),
        ({"custom_fields": [{"api_name": "cf_a", "value": "y"}]}, "/custom_fields/0"),
        ({"custom_fields": []}, "/custom_fields/0"),
        ({"contact_persons": ["1", "3"]}, "/contact_persons/1"),
        ({"line_items": [ECHO["line_items"][0], ECHO["line_items"][1] | {"quantity": 3}]}, "/line_items/1"),
        ({"line_items": ECHO["line_items"][:1]}, "/line_items"),
        ({"line_items": None}, "/line_items"),
    ],
)
def test_what_differs_is_named(change: dict[str, Any], pointer: str) -> None:
    assert differing(SENT, ECHO | change) == [pointer]


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": "43"},
        {"date": "2026-02-01"},
        {"line_items": ECHO["line_items"][:1]},
        {"line_items": [ECHO["line_items"][0], ECHO["line_items"][1] | {"quantity": 3}]},
        {"line_items": [ECHO["line_items"][0], ECHO["line_items"][1] | {"item_id": "9"}]},
    ],
)
def test_what_zoho_keeps_as_it_was_sent_tells_another_record(change: dict[str, Any]) -> None:
    assert is_another(SENT, ECHO | change)


@pytest.mark.parametrize("change", [{"notes": "tidied"}, {"discount": "10.01%"}, {"line_items": ""}])
def test_what_zoho_may_change_does_not(change: dict[str, Any]) -> None:
    assert not is_another(SENT, ECHO | change)


def invoice(**changes: Any) -> dict[str, Any]:
    lines = [{"item_id": "7", "quantity": 2}, {"item_id": "8", "quantity": 1}]
    inputs = {"customer_id": "42", "notes": "plain", "line_items": lines} | changes
    return parse_input(CreateInvoice, inputs).document()


def test_digests_tell_where_inputs_differ_and_hold_none_of_them() -> None:
    before = digests_of(invoice(), "key")
    lines = [{"item_id": "7", "quantity": 2}, {"item_id": "9"}, {"item_id": "10"}]
    after = digests_of(invoice(notes="secret", line_items=lines), "key")
    assert differing_parts(before, after) == ["/line_items", "/line_items/1", "/line_items/2", "/notes"]
    assert "secret" not in str(after)


def test_digests_do_not_mind_the_order_of_keys_nor_how_a_number_is_written() -> None:
    lines = [{"quantity": "2", "item_id": 7}, {"quantity": 1.0, "item_id": "8"}]
    same = invoice(line_items=lines, notes="plain", customer_id=42)
    assert differing_parts(digests_of(invoice(), "key"), digests_of(same, "key")) == []


def test_digests_of_one_text_differ_from_key_to_key() -> None:
    assert digests_of(invoice(), "one")["/notes"] != digests_of(invoice(), "other")["/notes"]


def test_a_handle_is_the_same_in_any_case() -> None:
    assert digest_of(["a", "B"]) == digest_of(["A", "b"]) != digest_of(["a", "c"])
