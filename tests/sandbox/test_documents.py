"""Sales orders and invoices."""

from __future__ import annotations

from typing import Any

import pytest

FLAG = "ignore_auto_number_generation"
KINDS = [("/salesorders", "salesorder", "SO-00001"), ("/invoices", "invoice", "INV-000001")]


def body(bench: Any, **fields: Any) -> dict[str, Any]:
    customer = bench.customer(contact_name=f"Customer {len(bench.records('contact'))}", payment_terms=15)
    item = bench.item(name=f"Item {len(bench.records('item'))}")
    return {"customer_id": customer["contact_id"], "line_items": [{"item_id": item["item_id"], "quantity": 2}]} | fields


def created(bench: Any, path: str = "/invoices", **fields: Any) -> dict[str, Any]:
    reply = bench.books.post(path, body(bench, **fields))
    assert reply.status == 201, reply.body
    document: dict[str, Any] = reply.data["invoice" if path == "/invoices" else "salesorder"]
    return document


@pytest.mark.parametrize(("path", "key", "number"), KINDS)
def test_the_smallest_document_is_filled_in(bench: Any, path: str, key: str, number: str) -> None:
    document = created(bench, path)
    [line] = document["line_items"]
    assert document[f"{key}_number"] == number
    assert (document["status"], document["date"]) == ("draft", "2026-06-11")
    assert (line["name"], line["rate"], line["quantity"], line["item_total"]) == ("Item 0", 120, 2, 240)
    assert (document["sub_total"], document["total"]) == (240, 240)
    assert document["customer_name"] == "Customer 0"
    assert bench.books.get(f"{path}/{document[f'{key}_id']}").data[key] == document


@pytest.mark.parametrize("position", ["object", "list"])
def test_a_sales_order_is_an_object_or_a_list_of_one(make_bench: Any, position: str) -> None:
    bench = make_bench(sales_order_answer=position)
    shown = bench.books.post("/salesorders", body(bench)).data["salesorder"]
    assert isinstance(shown, list if position == "list" else dict)


@pytest.mark.parametrize("position", ["number", "text"])
def test_totals_as_numbers_or_text(make_bench: Any, position: str) -> None:
    document = created(make_bench(document_amounts=position))
    assert document["total"] in ((240,) if position == "number" else ("240.00",))
    assert isinstance(document["balance"], str) == (position == "text")


@pytest.mark.parametrize(("path", "key", "number"), KINDS)
@pytest.mark.parametrize("position", ["on", "off"])
def test_numbers(make_bench: Any, position: str, path: str, key: str, number: str) -> None:
    bench = make_bench(auto_numbering=position)
    own = {f"{key}_number": "MY-1"}
    plain = bench.books.post(path, body(bench, **own))
    assert plain.code == (4097 if position == "on" else 0)
    flagged = bench.books.post(path, body(bench, **own), **{FLAG: "true"})
    assert flagged.code == (0 if position == "on" else 1001)
    assert bench.books.post(path, body(bench), **{FLAG: "true"}).code == 4
    assert bench.books.post(path, body(bench)).code == (0 if position == "on" else 4)
    assert len(bench.records("sales_order" if key == "salesorder" else "invoice")) == (2 if position == "on" else 1)


def test_the_numbering_flag_counts_in_the_query_only(bench: Any) -> None:
    assert bench.books.post("/invoices", body(bench, invoice_number="MY-1", **{FLAG: True})).code == 4097


def test_automatic_numbers_step_over_those_taken_by_hand(bench: Any) -> None:
    bench.books.post("/invoices", body(bench, invoice_number="INV-000001"), **{FLAG: "true"})
    assert created(bench)["invoice_number"] == "INV-000002"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_id": "1"}, 1002),
        ({"customer_id": ""}, 1002),
        ({"line_items": []}, 2),
        ({"line_items": "x"}, 2),
        ({"line_items": [{"item_id": "1"}]}, 2006),
        ({"line_items": [{}]}, 2),
        ({"currency_id": "1"}, 9004),
        ({"date": "12.06.2026"}, 2),
        ({"payment_terms": "Net 15"}, 2),
        ({"discount": "much"}, 2),
        ({"discount_type": "x"}, 2),
        ({"contact_persons": ["1"]}, 2),
        ({"billing_address_id": "1"}, 1002),
    ],
)
def test_what_is_refused(bench: Any, changes: dict[str, Any], code: int) -> None:
    assert bench.books.post("/invoices", body(bench, **changes)).code == code
    assert bench.records("invoice") == []


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_item_is_2006(make_bench: Any, status: int) -> None:
    bench = make_bench(missing_item_status=status)
    reply = bench.books.post("/invoices", body(bench, line_items=[{"item_id": "1"}]))
    assert (reply.status, reply.code) == (status, 2006)


@pytest.mark.parametrize("position", ["accepted", "refused"])
def test_lines_without_an_item_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(lines_without_item=position)
    reply = bench.books.post("/invoices", body(bench, line_items=[{"name": "Advice", "rate": 50}]))
    assert reply.code == (0 if position == "accepted" else 2)


@pytest.mark.parametrize("position", ["refused", "accepted"])
def test_an_order_without_lines_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(order_without_lines=position)
    assert bench.books.post("/salesorders", body(bench, line_items=[])).code == (2 if position == "refused" else 0)


def test_sums_of_discounts_taxes_shipping_and_adjustment(bench: Any) -> None:
    tax = bench.records("tax")[0]["tax_id"]
    line = {"name": "Advice", "rate": 100, "quantity": 3, "tax_id": tax}
    document = created(bench, line_items=[line], discount="10%", shipping_charge="5.5", adjustment=-0.5)
    assert document["sub_total"] == 300
    assert document["discount_amount"] == 30
    assert document["tax_total"] == 21.6
    assert document["total"] == 296.6
    assert document["taxes"] == [{"tax_id": tax, "tax_name": "Sales Tax (8%)", "tax_amount": 21.6}]


def test_line_discounts_count_with_item_level(bench: Any) -> None:
    lines = [{"name": "A", "rate": 100, "discount": "10%"}, {"name": "B", "rate": 50, "discount": 5}]
    document = created(bench, line_items=lines, discount_type="item_level", discount="99%")
    assert [line["item_total"] for line in document["line_items"]] == [90, 45]
    assert [line["discount_amount"] for line in document["line_items"]] == [10, 5]
    assert document["total"] == 135


def test_inclusive_tax_is_not_added(bench: Any) -> None:
    tax = bench.records("tax")[0]["tax_id"]
    document = created(bench, line_items=[{"name": "A", "rate": 108, "tax_id": tax}], is_inclusive_tax=True)
    assert (document["total"], document["tax_total"]) == (108, 8)


def test_sending_makes_an_invoice_sent(bench: Any) -> None:
    assert bench.books.post("/invoices", body(bench), send="true").data["invoice"]["status"] == "sent"
    draft = created(bench)
    assert bench.books.post(f"/invoices/{draft['invoice_id']}/status/sent").code == 0
    assert bench.books.get(f"/invoices/{draft['invoice_id']}").data["invoice"]["status"] == "sent"


def test_due_dates_come_from_terms(bench: Any) -> None:
    assert created(bench)["due_date"] == "2026-06-26"
    assert created(bench, payment_terms=30, date="2026-01-31")["due_date"] == "2026-03-02"
    assert created(bench, due_date="2026-12-24")["due_date"] == "2026-12-24"


def test_addresses_and_persons_of_the_customer(bench: Any) -> None:
    customer = bench.customer(billing_address={"city": "Pleasanton"}, contact_persons=[{"first_name": "Will"}])
    path = f"/contacts/{customer['contact_id']}/address"
    other = bench.books.post(path, {"city": "Oakland"}).data["address_info"]["address_id"]
    person = customer["primary_contact_id"]
    fields = {"customer_id": customer["contact_id"], "shipping_address_id": other, "contact_persons": [person]}
    document = created(bench, **fields)
    assert (document["billing_address"]["city"], document["shipping_address"]["city"]) == ("Pleasanton", "Oakland")
    assert document["contact_persons_associated"][0]["contact_person_id"] == person


def test_what_was_sent_echoes_back(bench: Any) -> None:
    sent = {"reference_number": "PO-7", "notes": "Thanks", "terms": "Net", "salesperson_name": "Ada"}
    document = created(bench, **sent, custom_fields=[{"api_name": "cf_region", "value": "West"}], unknown="x")
    assert {name: document[name] for name in sent} == sent
    assert document["custom_field_hash"]["cf_region"] == "West"
    assert "unknown" not in document


def test_lines_sent_on_an_update_replace_the_stored_ones(bench: Any) -> None:
    document = created(bench, line_items=[{"name": "A", "rate": 10}, {"name": "B", "rate": 20}])
    path = f"/invoices/{document['invoice_id']}"
    notes = bench.books.put(path, {"notes": "x"}).data["invoice"]
    ids = [line["line_item_id"] for line in document["line_items"]]
    assert [line["line_item_id"] for line in notes["line_items"]] == ids
    assert notes["total"] == 30
    lines = [{"line_item_id": ids[1], "name": "B", "rate": 25}, {"name": "C", "rate": 1}]
    after = bench.books.put(path, {"line_items": lines}).data["invoice"]
    assert after["line_items"][0]["line_item_id"] == ids[1]
    assert after["line_items"][1]["line_item_id"] not in ids
    assert (after["total"], after["invoice_number"]) == (26, document["invoice_number"])


def test_headings_do_not_count(bench: Any) -> None:
    lines = [{"line_item_category": "header", "name": "Part one", "rate": 9}, {"name": "A", "rate": 10}]
    assert created(bench, line_items=lines)["total"] == 10
