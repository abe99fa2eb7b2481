"""An error of Zoho finds the field that it concerns, or none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbench.test_forms_reading import SHAPES
from zoho_books_connector.workbench.forms.blaming import blamed


def error(code: str, message: str, kind: str = "rejected", fields: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"kind": kind, "code": code, "message": message, "hint": "", "fields": list(fields), "details": {}}


def pointer(action_id: str, told: dict[str, Any], inputs: dict[str, Any] | None = None) -> str | None:
    found = blamed(SHAPES[action_id], told, inputs or {})
    return found["fields"][0]["pointer"] if found else None


@pytest.mark.parametrize(
    ("action_id", "code", "message", "expected"),
    [
        ("create_contact", "duplicate_contact", "Zoho says: it exists", "/contact_name"),
        ("create_item", "duplicate_item", "Zoho says: it exists", "/name"),
        ("create_invoice", "referred_item_not_found", "Zoho says: Item is gone", "/line_items"),
        ("create_invoice", "referred_record_not_found", "Zoho says: The customer does not exist.", "/customer_id"),
        ("create_invoice", "refused", "Zoho says: Invalid value passed for due_date", "/due_date"),
        ("create_invoice", "refused", "Zoho says: Invalid value passed for Payment Terms", "/payment_terms"),
        ("create_invoice", "refused", "Zoho says: hsn_or_sac is wrong", "/line_items"),
        ("update_contact", "refused", "Zoho says: the zip code is wrong", None),
        ("create_invoice", "refused", "Zoho says: No.", None),
        ("create_item", "referred_item_not_found", "Zoho says: No.", None),
    ],
)
def test_the_field_is_told_by_code_name_or_title(action_id: str, code: str, message: str, expected: str | None) -> None:
    assert pointer(action_id, error(code, message)) == expected


LINES = [{"name": "a", "item_id": "1"}, {"name": "b", "tax_id": "2"}, {"name": "c", "item_id": "3"}]
TAX = "Zoho says: Invalid value passed for tax_id."


@pytest.mark.parametrize(
    ("message", "inputs", "expected"),
    [
        (TAX, {"line_items": LINES}, "/line_items/1/tax_id"),
        ("Zoho says: item_id is wrong", {"line_items": LINES}, "/line_items"),
        ("Zoho says: the zip code is wrong", {"billing_address": {"zip": "x"}}, "/billing_address/zip"),
        ("Zoho says: the zip code is wrong", {"billing_address": {"zip": "x"}, "shipping_address": {"zip": "y"}}, None),
    ],
)
def test_of_several_fields_the_only_one_that_was_filled_in_is_told(
    message: str, inputs: dict[str, Any], expected: str | None
) -> None:
    action_id = "create_invoice" if "line_items" in inputs else "create_contact"
    assert pointer(action_id, error("refused", message), inputs) == expected


def test_an_unknown_item_is_told_at_the_only_line_that_has_one() -> None:
    told = error("referred_item_not_found", "Zoho says: Item is gone")
    assert pointer("create_invoice", told, {"line_items": LINES[1:]}) == "/line_items/1/item_id"


def test_what_the_connector_says_stands() -> None:
    told = error("invalid", "customer", "input", ({"pointer": "/notes", "message": "is odd"},))
    assert blamed(SHAPES["create_invoice"], told, {}) == told


@pytest.mark.parametrize("kind", ["credential", "unavailable", "outcome_unknown", "rate_limited"])
def test_what_no_field_can_mend_blames_none(kind: str) -> None:
    assert blamed(SHAPES["create_invoice"], error("duplicate_number", "the customer", kind), {}) is None


def test_no_error_blames_nothing() -> None:
    assert blamed(SHAPES["create_invoice"], None, {}) is None
