"""What a person reads of a choice, and what a form is filled with when it is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.options.conftest import Desk
from zoho_books_connector.boundary import Option

ID = "982000000567001"


@pytest.mark.parametrize(
    ("source_id", "module", "record", "label", "detail"),
    [
        ("customer", "contact", {"contact_name": "A", "company_name": "A Ltd"}, "A", "A Ltd"),
        ("item", "item", {"name": "Bolt", "sku": "B-1", "rate": 2.5, "unit": "pcs"}, "Bolt", "B-1, 2.5, pcs"),
        (
            "account",
            "account",
            {"account_name": "Car", "account_type": "fixed_asset", "account_code": "11"},
            "Car",
            "11, fixed asset",
        ),
        (
            "tax",
            "tax",
            {"tax_name": "VAT", "tax_percentage": 7.5, "tax_type": "compound_tax"},
            "VAT",
            "7.5 %, compound tax",
        ),
        (
            "currency",
            "currency",
            {"currency_code": "CHF", "currency_name": "CHF- Swiss Franc"},
            "CHF",
            "CHF- Swiss Franc",
        ),
        ("location", "location", {"location_name": "Shop", "address": {"city": "Bonn"}}, "Shop", "Bonn"),
        ("location", "location", {"location_name": "Shop", "address": ""}, "Shop", ""),
        ("project", "project", {"project_name": "Roof", "customer_name": "A", "status": "active"}, "Roof", "A"),
    ],
)
def test_label_and_detail(
    desk: Desk, source_id: str, module: str, record: dict[str, Any], label: str, detail: str
) -> None:
    desk.seed(module, **record)
    assert (label, detail) in [(each.label, each.detail) for each in desk.pick(source_id).options]


def test_equal_names_are_told_apart(desk: Desk) -> None:
    for email in ("a@example.com", "b@example.com"):
        person = {"first_name": "Ada", "email": email, "is_primary_contact": True}
        desk.seed("contact", contact_name="Bowman", contact_persons=[person])
    assert [each.detail for each in desk.pick("customer").options] == ["a@example.com", "b@example.com"]


def test_a_contact_person_without_a_name_is_told_by_the_address(desk: Desk) -> None:
    contact = desk.seed("contact", contact_name="A", contact_persons=[{"email": "x@example.com"}])
    [option] = desk.pick("contact_person", depends={"customer_id": contact["contact_id"]}).options
    assert (option.label, option.detail) == ("x@example.com", "x@example.com")


def test_an_address_is_told_by_street_and_city(desk: Desk) -> None:
    address = {"attention": "Will", "address": "1 Main Street", "street2": "Top", "city": "Utica", "zip": "13501"}
    contact = desk.data("create_contact", contact_name="A", billing_address=address)
    [option] = desk.pick("address", depends={"customer_id": contact["contact_id"]}).options
    assert (option.label, option.detail) == ("1 Main Street, Top", "Will, Utica, 13501")
    assert option.value == contact["billing_address"]["address_id"]
    assert option.data["zip"] == "13501"


def taken(desk: Desk, source_id: str, label: str) -> Option:
    [option] = desk.pick(source_id, label).options
    return option


def test_an_item_fills_a_line(desk: Desk) -> None:
    tax = desk.held("tax")[0]
    account = desk.held("account")[0]["account_id"]
    created = desk.data(
        "create_item",
        name="Bolt",
        rate=2.5,
        unit="pcs",
        sku="B-1",
        description="Steel",
        tax_id=tax["tax_id"],
        account_id=account,
    )
    option = taken(desk, "item", "bolt")
    assert option.value == created["item_id"]
    wanted = {"rate": 2.5, "unit": "pcs", "sku": "B-1", "description": "Steel", "name": "Bolt", "account_id": account}
    assert wanted.items() <= option.data.items()
    assert (option.data["tax_id"], option.data["tax_percentage"]) == (tax["tax_id"], tax["tax_percentage"])


def test_a_customer_fills_currency_and_terms(desk: Desk) -> None:
    desk.run("create_contact", contact_name="Bowman", payment_terms=15)
    data = taken(desk, "customer", "bowman").data
    assert (data["currency_code"], data["payment_terms"], data["payment_terms_label"]) == ("USD", 15, "Net 15")
    assert data["currency_id"].isdecimal()


def test_a_currency_fills_code_symbol_and_precision(desk: Desk) -> None:
    data = taken(desk, "currency", "usd").data
    assert (data["currency_symbol"], data["price_precision"], data["is_base_currency"]) == ("$", 2, True)


def test_a_picked_customer_and_item_make_an_invoice(desk: Desk) -> None:
    desk.centre.seed_demo()
    customer, item = taken(desk, "customer", "bowman"), taken(desk, "item", "hard drive")
    address = desk.pick("address", depends={"customer_id": customer.value}).options[1]
    template = desk.pick("template", depends={"document": "invoice"}).options[0]
    invoice = desk.data(
        "create_invoice",
        customer_id=customer.value,
        shipping_address_id=address.value,
        template_id=template.value,
        currency_id=customer.data["currency_id"],
        line_items=[{"item_id": item.value, "quantity": 1, "rate": item.data["rate"], "tax_id": item.data["tax_id"]}],
    )
    assert (invoice["customer_id"], invoice["sub_total"]) == (customer.value, 120)
    assert invoice["shipping_address"]["city"] == address.data["city"]
