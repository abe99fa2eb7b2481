"""Every action against an answer in the shape that Zoho documents or was seen to send, at Zoho's real address."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.cassettes.conftest import Play
from tests.cassettes.stage import made
from tests.cassettes.tape import NotInCassetteError, cassette_of, replayed
from zoho_books_connector.boundary import Quota

CUSTOMER = "398421000000184003"
ITEM = "398421000000197001"
REFRESH = "POST /oauth/v2/token 200"


def test_create_contact_reads_a_contact_that_is_mostly_blank(play: Play) -> None:
    result = play(
        "create_contact",
        contact_name="Müller & Söhne GmbH",
        contact_type="customer",
        payment_terms=30,
        payment_terms_label="Net 30",
        billing_address={"address": "Hafenstraße 9", "city": "Köln", "zip": "50667", "country": "Germany"},
        contact_persons=[
            {
                "first_name": "Jörg",
                "last_name": "Müller",
                "email": "joerg@mueller.example",
                "is_primary_contact": True,
            }
        ],
        custom_fields=[{"api_name": "cf_region", "value": "Süd"}],
    )
    contact = result.data
    assert made(result) == ["POST /books/v3/contacts 201"]
    assert contact["contact_id"] == CUSTOMER
    assert contact["credit_limit"] is None, "a blank number is null, not zero"
    assert contact["outstanding_receivable_amount_bcy"] == 0, "a number that came as text is a number"
    assert contact["custom_field_hash"] == {"cf_region": "Süd", "cf_region_unformatted": "Süd"}
    assert contact["outstanding_receivable_amount_formatted"] == "€0,00"
    assert result.quota == Quota(limit=1000, remaining=874, reset=39594)


def test_update_contact_reads_every_page_of_persons_before_it_writes_them_again(play: Play) -> None:
    result = play(
        "update_contact",
        contact_id=CUSTOMER,
        notes=None,
        contact_persons=[{"first_name": "Nils", "email": "nils@mueller.example"}],
    )
    persons = f"/books/v3/contacts/{CUSTOMER}/contactpersons"
    assert made(result) == [f"GET {persons} 200", f"GET {persons} 200", f"PUT /books/v3/contacts/{CUSTOMER} 200"]
    assert [person["first_name"] for person in result.data["contact_persons"]] == ["Jörg", "Ute", "Nils"]
    assert result.quota.remaining == 872


def test_create_item_refreshes_an_expired_token_first(play: Play) -> None:
    result = play(
        "create_item",
        token_age=3590,
        name="Kette, 11-fach",
        sku="KE-11",
        rate="24.90",
        unit="Stk",
        product_type="goods",
    )
    assert made(result) == [REFRESH, "POST /books/v3/items 201"]
    assert (result.data["item_id"], result.data["rate"], result.data["unit"]) == (ITEM, 24.9, "Stk")


def test_update_item_reads_a_rate_that_came_as_text(play: Play) -> None:
    result = play("update_item", item_id=ITEM, name="Kette, 11-fach", rate="26.50", description="Mit Schloss")
    assert made(result) == [f"PUT /books/v3/items/{ITEM} 200"]
    assert result.data["rate"] == 26.5
    assert result.data["description"] == "Mit Schloss"


def test_create_contact_person_takes_the_person_out_of_a_list(play: Play) -> None:
    result = play(
        "create_contact_person",
        contact_id=CUSTOMER,
        salutation="Mr.",
        first_name="Nils",
        email="nils@mueller.example",
        designation="Lager",
    )
    assert made(result) == ["POST /books/v3/contacts/contactpersons 201"]
    assert result.data["contact_person_id"] == "398421000000184009"
    assert result.data["is_primary_contact"] is False


def test_update_contact_person_keeps_every_digit_of_an_id_that_came_as_a_number(play: Play) -> None:
    result = play(
        "update_contact_person",
        contact_id=CUSTOMER,
        contact_person_id="398421000000184009",
        first_name="Nils",
        mobile="+49 151 5550102",
    )
    assert made(result) == ["PUT /books/v3/contacts/contactpersons/398421000000184009 200"]
    assert result.data["contact_id"] == CUSTOMER
    assert result.data["is_primary_contact"] is None, "a blank flag is neither true nor false"


def test_create_salesorder_sends_its_number_with_the_flag_in_the_query(play: Play) -> None:
    result = play(
        "create_salesorder",
        customer_id=CUSTOMER,
        salesorder_number="AB-2026-0042",
        ignore_auto_number_generation=True,
        date="2026-12-01",
        shipment_date="2026-12-08",
        reference_number="PO-7741",
        line_items=[{"item_id": ITEM, "quantity": 40}],
        discount="5%",
        discount_type="entity_level",
    )
    order = result.data
    assert made(result) == ["POST /books/v3/salesorders 201"]
    assert (order["salesorder_id"], order["total"]) == ("398421000000201001", 1125.98)
    assert order["line_items"][0]["rate"] == 24.9
    assert order["delivery_method"] == ""


def test_create_invoice_reads_nearly_two_hundred_keys_and_keeps_them_all(play: Play) -> None:
    result = play(
        "create_invoice",
        customer_id=CUSTOMER,
        date="2026-12-01",
        reference_number="PO-7741",
        payment_terms=30,
        line_items=[
            {"item_id": ITEM, "quantity": 2},
            {"item_id": ITEM, "name": "Montage", "rate": "12.00", "quantity": 1},
        ],
        contact_persons=["398421000000184005"],
        send=True,
    )
    invoice = result.data
    assert made(result) == ["POST /books/v3/invoices 201"]
    assert list(invoice) == list(_answered("create_invoice")["invoice"])
    assert len(invoice) > 185
    assert invoice["invoice_id"] == "5128453000000212001"
    assert (invoice["total"], invoice["balance"], invoice["exchange_rate"]) == (73.54, 73.54, 1)
    assert invoice["payment_terms"] == 30
    assert invoice["adjustment"] is None
    assert [line["item_total"] for line in invoice["line_items"]] == [49.8, 12]


def test_get_record_refreshes_once_after_a_refusal_and_reads_again(play: Play) -> None:
    payment = "398421000000220001"
    result = play("get_record", module="customer_payment", record_id=payment)
    path = f"/books/v3/customerpayments/{payment}"
    assert made(result) == [f"GET {path} 401", REFRESH, f"GET {path} 200"]
    assert result.data["record"]["payment_id"] == payment
    assert result.data["record"]["invoices"][0]["invoice_id"] == "5128453000000212001"


def test_get_contact_addresses_lists_blanks_as_they_came(play: Play) -> None:
    result = play("get_contact_addresses", contact_id=CUSTOMER)
    assert made(result) == [f"GET /books/v3/contacts/{CUSTOMER}/address 200"]
    assert [address["city"] for address in result.data["addresses"]] == ["Köln", "Hürth"]
    assert result.data["addresses"][1]["zip"] == ""


def test_get_contact_persons_follows_the_pages(play: Play) -> None:
    result = play("get_contact_persons", contact_id=CUSTOMER)
    path = f"/books/v3/contacts/{CUSTOMER}/contactpersons"
    assert made(result) == [f"GET {path} 200", f"GET {path} 200"]
    assert [person["first_name"] for person in result.data["contact_persons"]] == ["Jörg", "Ute"]


def test_a_create_is_answered_201_with_its_location() -> None:
    for action_id in ("create_contact", "create_item", "create_contact_person", "create_salesorder", "create_invoice"):
        answer = yaml.safe_load(cassette_of("documented", action_id).read_text("utf-8"))["interactions"][-1]["response"]
        assert answer["status"]["code"] == 201
        assert re.fullmatch(r"/api/v3/[a-z/]+/\d{18,19}", answer["headers"]["location"][0])


def test_a_request_with_another_body_is_not_in_the_cassette(play: Play) -> None:
    with pytest.raises(NotInCassetteError, match="closest differ in body"):
        play("update_item", item_id=ITEM, name="Kette, 11-fach", rate="26.51", description="Mit Schloss")


def test_a_request_in_the_cassette_that_nobody_made_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="1 of the 1 requests"), replayed(cassette_of("documented", "update_item")):
        pass


def _answered(action_id: str) -> dict[str, dict[str, object]]:
    recording = yaml.safe_load(cassette_of("documented", action_id).read_text("utf-8"))
    content: dict[str, dict[str, object]] = json.loads(recording["interactions"][-1]["response"]["body"]["string"])
    return content
