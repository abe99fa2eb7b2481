"""Contacts, their persons and addresses."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("position", ["unique", "repeatable"])
def test_names_are_unique_unless_the_organization_allows_repeating(make_bench: Any, position: str) -> None:
    bench = make_bench(contact_names=position)
    bench.customer()
    reply = bench.books.post("/contacts", {"contact_name": "bowman and co"})
    other = bench.customer(contact_name="Other")
    renamed = bench.books.put(f"/contacts/{other['contact_id']}", {"contact_name": "Bowman and Co"})
    expected = [(400, 3062), (400, 3062)] if position == "unique" else [(201, 0), (200, 0)]
    assert [(answer.status, answer.code) for answer in (reply, renamed)] == expected


def test_resending_its_own_name_is_no_duplicate(bench: Any) -> None:
    contact = bench.customer()
    assert bench.books.put(f"/contacts/{contact['contact_id']}", {"contact_name": "Bowman and Co"}).code == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 3013),
        ({"contact_name": " "}, 3013),
        ({"contact_name": "A", "company_name": "x" * 201}, 15),
        ({"contact_name": "A", "billing_address": {"city": "x" * 101}}, 15),
        ({"contact_name": "A", "contact_persons": [{"first_name": "x" * 101}]}, 15),
        ({"contact_name": "A", "payment_terms": "Net 15"}, 2),
        ({"contact_name": "A", "payment_terms": 1.5}, 2),
        ({"contact_name": "A", "contact_type": "partner"}, 2),
        ({"contact_name": "A", "is_taxable": "perhaps"}, 2),
        ({"contact_name": "A", "contact_persons": {}}, 2),
        ({"contact_name": "A", "currency_id": "1"}, 9004),
        ({"contact_name": "A", "custom_fields": [{"label": "Nobody", "value": 1}]}, 2),
    ],
)
def test_what_is_refused(bench: Any, body: dict[str, Any], code: int) -> None:
    reply = bench.books.post("/contacts", body)
    assert (reply.status, reply.code) == (400, code)
    assert bench.records("contact") == []


def test_the_message_names_the_field(bench: Any) -> None:
    reply = bench.books.post("/contacts", {"contact_name": "A", "payment_terms": "Net 15"})
    assert "payment_terms" in reply.data["message"]


@pytest.mark.parametrize("position", ["dropped", "refused"])
def test_fields_of_other_country_editions(make_bench: Any, position: str) -> None:
    bench = make_bench(edition_fields=position)
    reply = bench.books.post("/contacts", {"contact_name": "A", "gst_treatment": "overseas"})
    if position == "dropped":
        assert reply.data["contact"]["gst_treatment"] == ""
    else:
        assert reply.code == 2


def test_a_gst_number_has_15_characters_in_india(make_bench: Any) -> None:
    bench = make_bench(edition=1)
    assert bench.books.post("/contacts", {"contact_name": "A", "gst_no": "27AAA"}).code == 4001
    contact = bench.books.post("/contacts", {"contact_name": "A", "gst_no": "27AAAAA0000A1Z5"}).data["contact"]
    assert contact["gst_no"] == "27AAAAA0000A1Z5"


def test_an_update_changes_only_what_was_sent(bench: Any) -> None:
    before = bench.customer(company_name="Bowman LLC", contact_persons=[{"first_name": "Will"}])
    bench.clock.tick(60)
    after = bench.books.put(f"/contacts/{before['contact_id']}", {"notes": "Call first"}).data["contact"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"notes", "last_modified_time"}


@pytest.mark.parametrize("position", ["clears", "ignored"])
def test_null_on_an_update_clears_or_is_ignored(make_bench: Any, position: str) -> None:
    bench = make_bench(null_on_update=position)
    contact = bench.customer(notes="Old", website="https://old.example")
    body = {"notes": None, "website": ""}
    after = bench.books.put(f"/contacts/{contact['contact_id']}", body).data["contact"]
    assert after["notes"] == ("" if position == "clears" else "Old")
    assert after["website"] == ""


def test_persons_come_with_a_primary_one(bench: Any) -> None:
    contact = bench.customer(
        contact_persons=[
            {"first_name": "Will"},
            {"first_name": "Grace", "email": "g@x.example", "is_primary_contact": True},
        ]
    )
    assert [person["is_primary_contact"] for person in contact["contact_persons"]] == [False, True]
    assert contact["primary_contact_id"] == contact["contact_persons"][1]["contact_person_id"]
    assert contact["email"] == "g@x.example"


def test_persons_sent_on_an_update_replace_the_stored_ones(bench: Any) -> None:
    contact = bench.customer(contact_persons=[{"first_name": "Will", "email": "w@x.example"}, {"first_name": "Grace"}])
    kept = contact["contact_persons"][0]["contact_person_id"]
    persons = [{"contact_person_id": kept, "last_name": "Smith"}, {"first_name": "Nora"}]
    after = bench.books.put(f"/contacts/{contact['contact_id']}", {"contact_persons": persons}).data["contact"]
    names = [(person["first_name"], person["last_name"], person["email"]) for person in after["contact_persons"]]
    assert names == [("Will", "Smith", "w@x.example"), ("Nora", "", "")]
    assert after["contact_persons"][0]["contact_person_id"] == kept


def test_an_unknown_person_id_changes_nothing(bench: Any) -> None:
    contact = bench.customer(contact_persons=[{"first_name": "Will"}])
    body = {"notes": "x", "contact_persons": [{"contact_person_id": "1"}]}
    assert bench.books.put(f"/contacts/{contact['contact_id']}", body).code == 2
    assert bench.records("contact")[0]["notes"] == ""


@pytest.mark.parametrize("key", ["index", "label", "api_name", "customfield_id"])
def test_custom_fields_are_named_in_four_ways(bench: Any, key: str) -> None:
    definition = bench.us.custom_fields(bench.organization_id, "contact")[1]
    contact = bench.customer(custom_fields=[{key: definition[key], "value": "West"}])
    assert contact["custom_fields"] == [definition | {"value": "West"}]


def test_addresses_have_ids_and_can_be_added_changed_and_removed(bench: Any) -> None:
    contact = bench.customer(billing_address={"city": "Pleasanton"})
    path = f"/contacts/{contact['contact_id']}/address"
    [billing] = bench.books.get(path).data["addresses"]
    assert billing["city"] == "Pleasanton"
    assert billing["address_id"] == contact["billing_address"]["address_id"]
    added = bench.books.post(path, {"city": "Oakland", "zip": "94607"}).data["address_info"]
    changed = bench.books.put(f"{path}/{added['address_id']}", {"city": "Berkeley"}).data["address_info"]
    assert (changed["city"], changed["zip"], changed["address_id"]) == ("Berkeley", "94607", added["address_id"])
    assert len(bench.books.get(path).data["addresses"]) == 2
    bench.books.delete(f"{path}/{added['address_id']}")
    assert len(bench.books.get(path).data["addresses"]) == 1
    assert bench.books.put(f"{path}/1", {"city": "x"}).code == 1002


def test_a_contact_without_addresses_lists_none(bench: Any) -> None:
    assert bench.books.get(f"/contacts/{bench.customer()['contact_id']}/address").data["addresses"] == []


def test_a_changed_billing_address_keeps_its_id(bench: Any) -> None:
    contact = bench.customer(billing_address={"city": "Pleasanton"})
    body = {"billing_address": {"city": "Oakland"}}
    after = bench.books.put(f"/contacts/{contact['contact_id']}", body).data["contact"]
    assert after["billing_address"]["city"] == "Oakland"
    assert after["billing_address"]["address_id"] == contact["billing_address"]["address_id"]


def test_deleting_and_status(bench: Any) -> None:
    contact = bench.customer()
    path = f"/contacts/{contact['contact_id']}"
    assert bench.books.post(f"{path}/inactive").code == 0
    assert bench.books.get(path).data["contact"]["status"] == "inactive"
    order = {"customer_id": contact["contact_id"], "line_items": [{"item_id": bench.item()["item_id"]}]}
    document = bench.books.post("/salesorders", order).data["salesorder"]
    assert bench.books.delete(path).code == 3000
    bench.books.delete(f"/salesorders/{document['salesorder_id']}")
    assert bench.books.delete(path).code == 0
    assert bench.books.get(path).code == 1002


def test_upsert_by_the_value_of_a_unique_custom_field(bench: Any) -> None:
    headers = {"X-Unique-Identifier-Key": "cf_external_id", "X-Unique-Identifier-Value": "crm-1"}
    body = {"contact_name": "Bowman and Co"}
    assert bench.books.call("PUT", "/contacts", body=body, headers=headers).code == 1002
    first = bench.books.call("PUT", "/contacts", body=body, headers=headers | {"X-Upsert": "true"})
    again = bench.books.call("PUT", "/contacts", body=body | {"notes": "2"}, headers=headers | {"X-Upsert": "true"})
    assert (first.status, again.status) == (201, 200)
    [contact] = bench.records("contact")
    assert contact["notes"] == "2"
    assert contact["custom_field_hash"]["cf_external_id"] == "crm-1"
    wrong = headers | {"X-Unique-Identifier-Key": "cf_region"}
    assert bench.books.call("PUT", "/contacts", body=body, headers=wrong).code == 4


def test_a_repeated_unique_value_is_refused(bench: Any) -> None:
    values = [{"api_name": "cf_external_id", "value": "crm-1"}]
    bench.customer(custom_fields=values)
    reply = bench.books.post("/contacts", {"contact_name": "Other", "custom_fields": values})
    assert (reply.status, reply.code) == (400, 1001)
