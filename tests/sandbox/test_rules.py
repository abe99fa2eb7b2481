"""Workflow rules at work: what sets them off, and what they deliver."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from zoho_books_connector.sandbox import Fault, Limits
from zoho_books_connector.sandbox.signing import HEADER, sign

SECRET = "zohobooks1234"
FORM = "application/x-www-form-urlencoded"


def events(bench: Any) -> list[tuple[str, str]]:
    """Module and event of everything that waits, but for the calls that try a webhook."""
    waiting = [parcel for _, parcel in bench.sandbox.waiting_deliveries]
    return [(parcel.module, parcel.event) for parcel in waiting if parcel.event != "check"]


def delivered(bench: Any, receiver: Any) -> Any:
    """The one delivery that is due."""
    bench.sandbox.deliver_due()
    [got] = receiver.got
    return got


@pytest.mark.parametrize(
    ("rule_type", "expected"),
    [
        ("add_edit", ["add", "edit"]),
        ("add", ["add"]),
        ("edit", ["edit"]),
        ("delete", ["delete"]),
    ],
)
def test_a_rule_runs_for_the_events_of_its_type(bench: Any, rule_type: str, expected: list[str]) -> None:
    bench.rule(bench.webhook(), rule_type=rule_type)
    contact = bench.customer()
    one = f"/contacts/{contact['contact_id']}"
    bench.books.put(one, {"notes": "x"})
    bench.books.delete(one)
    assert events(bench) == [("contact", event) for event in expected]


def test_a_call_that_stores_a_record_several_times_is_one_event(bench: Any) -> None:
    bench.rule(bench.webhook())
    contact = bench.customer(contact_persons=[{"first_name": "Ada"}])
    persons = [{"first_name": "Bert"}, {"first_name": "Carl"}]
    bench.books.put(f"/contacts/{contact['contact_id']}", {"contact_persons": persons})
    assert events(bench) == [("contact", "add"), ("contact", "edit")]


def test_statuses_and_upserts_are_edits_too(bench: Any) -> None:
    bench.rule(bench.webhook(), rule_type="edit")
    contact = bench.customer(custom_fields=[{"api_name": "cf_external_id", "value": "E-1"}])
    bench.books.post(f"/contacts/{contact['contact_id']}/inactive")
    headers = {"X-Unique-Identifier-Key": "cf_external_id", "X-Unique-Identifier-Value": "E-1"}
    assert bench.books.call("PUT", "/contacts", body={"notes": "n"}, headers=headers).code == 0
    assert events(bench) == [("contact", "edit")] * 2


def test_reads_seeds_and_refused_calls_run_no_rule(bench: Any) -> None:
    bench.customer()
    bench.rule(bench.webhook())
    bench.books.get("/contacts")
    bench.us.seed(bench.organization_id, "contact", {"contact_name": "Seeded"})
    assert bench.books.post("/contacts", {"contact_name": "Bowman and Co"}).code == 3062
    assert events(bench) == []


def test_other_modules_and_rules_switched_off_stay_quiet(bench: Any) -> None:
    rule = bench.rule(bench.webhook())
    bench.item()
    bench.books.post(f"/settings/workflows/{rule['workflow_id']}/inactive")
    bench.customer()
    assert events(bench) == []


def test_a_contact_person_alone_runs_no_rule(bench: Any) -> None:
    contact = bench.customer()
    bench.rule(bench.webhook())
    bench.books.post("/contacts/contactpersons", {"contact_id": contact["contact_id"], "first_name": "Ada"})
    assert events(bench) == []


def test_another_organization_has_rules_of_its_own(bench: Any) -> None:
    bench.rule(bench.webhook())
    other = bench.us.organizations[1]["organization_id"]
    assert bench.books.get("/settings/workflows", organization_id=other).data["workflows"] == []
    bench.us.enter(other, "contact", {"contact_name": "Elsewhere"})
    assert events(bench) == []


@pytest.mark.parametrize(("position", "expected"), [("trigger", 1), ("silent", 0)])
def test_changes_by_api_run_rules_or_not_but_those_of_people_always_do(
    make_bench: Any, position: str, expected: int
) -> None:
    bench = make_bench(changes_by_api=position)
    bench.rule(bench.webhook())
    contact = bench.customer()
    assert len(events(bench)) == expected
    bench.us.enter(bench.organization_id, "contact", {"contact_id": contact["contact_id"], "notes": "by hand"})
    assert len(events(bench)) == expected + 1


PEOPLE = ("bill", "expense", "credit_note", "customer_payment", "vendor_payment", "estimate", "purchase_order")


@pytest.mark.parametrize("module", PEOPLE)
def test_people_change_what_no_call_can(bench: Any, module: str) -> None:
    entity = {"credit_note": "creditnote", "purchase_order": "purchaseorder"}.get(module, module)
    for rule_type in ("add_edit", "delete"):
        bench.rule(bench.webhook(entity=entity), entity=entity, rule_type=rule_type)
    record = bench.us.enter(bench.organization_id, module, {"notes": "one"})
    [id_field] = [name for name, value in record.items() if value and name in (f"{entity}_id", "payment_id")]
    bench.us.enter(bench.organization_id, module, {id_field: record[id_field], "notes": "two"})
    assert bench.records(module)[0]["notes"] == "two"
    bench.us.discard(bench.organization_id, module, record[id_field])
    assert bench.records(module) == []
    assert events(bench) == [(module, event) for event in ("add", "edit", "delete")]


def test_a_contact_a_person_deletes_goes_with_its_persons(bench: Any) -> None:
    bench.rule(bench.webhook(), rule_type="delete")
    contact = bench.customer(contact_persons=[{"first_name": "Ada"}])
    bench.us.discard(bench.organization_id, "contact", contact["contact_id"])
    assert bench.records("contact_person") == []
    assert events(bench) == [("contact", "delete")]


def test_without_apply_rule_always_a_rule_runs_once_for_each_record(bench: Any) -> None:
    bench.rule(bench.webhook(), apply_rule_always=False)
    contact = bench.customer()
    bench.books.put(f"/contacts/{contact['contact_id']}", {"notes": "x"})
    bench.customer(contact_name="Other")
    assert events(bench) == [("contact", "add")] * 2


def test_with_field_update_an_edit_counts_only_when_a_field_changes(bench: Any) -> None:
    bench.rule(bench.webhook(), field_update=["notes"])
    one = f"/contacts/{bench.customer()['contact_id']}"
    bench.books.put(one, {"website": "www.x.example"})
    bench.books.put(one, {"notes": "x"})
    bench.books.put(one, {"notes": "x"})
    assert events(bench) == [("contact", "add"), ("contact", "edit")]


def test_a_call_whose_answer_is_lost_still_runs_rules(bench: Any) -> None:
    bench.rule(bench.webhook())
    bench.sandbox.faults.add(Fault("502", method="POST", path="/contacts", commit=True))
    assert bench.books.post("/contacts", {"contact_name": "Lost"}).status == 502
    assert events(bench) == [("contact", "add")]


def test_a_call_carried_out_late_runs_rules_when_it_is(bench: Any) -> None:
    bench.rule(bench.webhook())
    bench.sandbox.faults.add(Fault("502", method="POST", path="/contacts", commit=True, commit_after=30))
    bench.books.post("/contacts", {"contact_name": "Late"})
    assert events(bench) == []
    bench.sandbox.carry_out_late()
    assert events(bench) == [("contact", "add")]


def test_the_default_payload_is_the_record_as_a_read_answers_it(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url)
    contact = bench.customer()
    got = delivered(bench, receiver)
    assert got.data == {"contact": bench.books.get(f"/contacts/{contact['contact_id']}").data["contact"]}
    assert (got.method, got.headers["Content-Type"]) == ("POST", "application/json")


@pytest.mark.parametrize("position", ["new", "old"])
@pytest.mark.parametrize("said", [None, True, False])
def test_the_payload_format_is_what_was_said_or_else_that_of_the_switch(
    make_bench: Any, receiver: Any, position: str, said: bool | None
) -> None:
    bench = make_bench(unsaid_payload_format=position)
    bench.subscribed(receiver.url, entity="item", **({} if said is None else {"is_new_response_format": said}))
    bench.item()
    item = delivered(bench, receiver).data["item"]
    is_new = position == "new" if said is None else said
    assert item["rate"] == (120 if is_new else "120")
    assert ("rate_formatted" in item) is is_new


def test_what_a_call_computes_is_plain_json_in_the_payload(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url, entity="invoice", is_new_response_format=False)
    contact = bench.customer()
    line = {"name": "Part", "rate": 10.25, "quantity": 2}
    bench.books.post("/invoices", {"customer_id": contact["contact_id"], "line_items": [line]})
    assert delivered(bench, receiver).data["invoice"]["total"] == "20.5"


def test_query_headers_and_method_are_those_of_the_webhook(bench: Any, receiver: Any) -> None:
    bench.subscribed(
        f"{receiver.url}?z=1",
        method="PUT",
        secret=SECRET,
        query_parameters=[{"param_name": "event", "param_value": "contact created"}],
        headers=[{"param_name": "X-Key", "param_value": "k-1"}],
    )
    bench.customer()
    got = delivered(bench, receiver)
    pairs = parse_qsl(urlsplit(got.path).query)
    assert pairs == [("z", "1"), ("event", "contact created")]
    assert (got.method, got.headers["X-Key"]) == ("PUT", "k-1")
    assert got.headers[HEADER] == sign(SECRET, pairs, got.body)


def test_without_a_secret_nothing_is_signed(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url)
    bench.customer()
    assert HEADER not in delivered(bench, receiver).headers


def test_raw_bodies_have_their_placeholders_filled_in(bench: Any, receiver: Any) -> None:
    raw = '{"id": "${CONTACT.CONTACT_ID}", "name": "${contact_name}", "none": "${CONTACT.SHOE}"}'
    bench.subscribed(receiver.url, raw_data=raw, body_type="text/plain", secret=SECRET)
    contact = bench.customer()
    got = delivered(bench, receiver)
    assert got.data == {"id": contact["contact_id"], "name": "Bowman and Co", "none": ""}
    assert got.headers["Content-Type"] == "text/plain"
    assert got.headers[HEADER] == sign(SECRET, [], got.body)


def test_the_raw_placeholder_for_everything_is_the_default_payload(bench: Any, receiver: Any) -> None:
    bench.subscribed(receiver.url, raw_data="${JSONString}", body_type="application/json")
    contact = bench.customer()
    assert delivered(bench, receiver).data["contact"]["contact_id"] == contact["contact_id"]


def test_forms_carry_the_chosen_fields(bench: Any, receiver: Any) -> None:
    fields = [{"param_name": "id", "param_value": "${CONTACT.CONTACT_ID}"}, {"param_name": "why", "param_value": "x y"}]
    bench.subscribed(receiver.url, body_type=FORM, form_data=fields, secret=SECRET)
    contact = bench.customer()
    got = delivered(bench, receiver)
    assert parse_qs(got.body.decode()) == {"id": [contact["contact_id"]], "why": ["x y"]}
    assert got.headers["Content-Type"] == FORM
    assert got.headers[HEADER] == sign(SECRET, [("id", contact["contact_id"]), ("why", "x y")], b"")


def test_the_old_user_defined_format_is_one_form_field(bench: Any, receiver: Any) -> None:
    bench.subscribed(
        receiver.url, user_defined_format_name="JSONString", user_defined_format_value="${JSONString}", secret=SECRET
    )
    contact = bench.customer()
    got = delivered(bench, receiver)
    [text] = parse_qs(got.body.decode())["JSONString"]
    assert json.loads(text)["contact"]["contact_id"] == contact["contact_id"]
    assert got.headers[HEADER] == sign(SECRET, [("JSONString", text)], b"")


@pytest.mark.parametrize("position", ["id", "record"])
def test_the_payload_of_a_deleted_record_is_what_the_switch_leaves(
    make_bench: Any, receiver: Any, position: str
) -> None:
    bench = make_bench(deleted_payload=position)
    bench.subscribed(receiver.url, rule={"rule_type": "delete"})
    contact = bench.customer()
    bench.books.delete(f"/contacts/{contact['contact_id']}")
    payload = delivered(bench, receiver).data["contact"]
    assert payload["contact_id"] == contact["contact_id"]
    assert payload.get("contact_name") == (None if position == "id" else "Bowman and Co")


def test_a_delivery_keeps_the_settings_of_the_moment_of_the_change(bench: Any, receiver: Any) -> None:
    rule = bench.subscribed(receiver.url, secret=SECRET)
    bench.customer()
    [webhook] = bench.books.get("/settings/webhooks").data["webhooks"]
    bench.books.put(f"/settings/webhooks/{webhook['webhook_id']}", {"secret": "another12345"})
    bench.books.delete(f"/settings/workflows/{rule['workflow_id']}")
    got = delivered(bench, receiver)
    assert got.headers[HEADER] == sign(SECRET, [], got.body)


@pytest.mark.parametrize(
    ("fields", "body"),
    [({}, b'{"payload": ""}'), ({"body_type": FORM}, b"payload="), ({"raw_data": "${JSONString}"}, b'{"payload": ""}')],
)
def test_saving_a_webhook_tries_it_with_an_empty_call(
    bench: Any, receiver: Any, fields: dict[str, Any], body: bytes
) -> None:
    webhook = bench.webhook(f"{receiver.url}?event=x", secret=SECRET, **fields)
    bench.books.put(f"/settings/webhooks/{webhook['webhook_id']}", {"description": "again"})
    bench.sandbox.deliver_due()
    assert [got.body for got in receiver.everything] == [body] * 2
    signed = [("event", "x"), ("payload", "")] if b"=" in body else [("event", "x")]
    assert receiver.everything[0].headers[HEADER] == sign(SECRET, signed, b"" if b"=" in body else body)


def test_by_a_switch_saving_sends_nothing(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(webhook_check="absent")
    bench.webhook(receiver.url)
    assert bench.sandbox.deliver_due() == []


def test_a_day_has_so_many_deliveries_and_the_rest_is_lost(make_bench: Any, receiver: Any) -> None:
    bench = make_bench(limits=replace(Limits.off(), webhooks_per_day=2))
    bench.subscribed(receiver.url)
    for name in ("A", "B", "C"):
        bench.customer(contact_name=name)
    bench.sandbox.deliver_due()
    assert len(receiver.got) == 2
    assert [entry.outcome for entry in bench.log] == ["over_limit", "delivered", "delivered"]
    bench.clock.tick(24 * 3600)
    bench.us.enter(bench.organization_id, "contact", {"contact_name": "D"})
    bench.sandbox.deliver_due()
    assert len(receiver.got) == 3
