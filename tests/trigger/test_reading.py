"""What a proven delivery says: module, record, moment, and what happened."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from zoho_books_connector.trigger.modules import MODULES

from .deliveries import FORM, INVOICE, NOW, SECRET, TOKEN, delivery, event, receive, refusal, sign


def test_a_default_payload_becomes_an_event() -> None:
    found = event(query="event=invoice_created&organization_id=10234695")
    assert found.type == "invoice.created"
    assert (found.module, found.record_id, found.organization_id) == ("invoice", "982000000567114", "10234695")
    assert found.occurred_at == "2026-06-11T17:38:06-07:00"
    assert found.version_key == "invoice:982000000567114:2026-06-12T00:38:06+00:00"
    assert found.record == INVOICE
    assert found.delivery == {
        "query": {"event": "invoice_created", "organization_id": "10234695"},
        "received_at": NOW,
        "content_type": "application/json",
    }


def test_the_time_of_arrival_that_the_host_noted_is_kept() -> None:
    assert event(received_at=5.0).delivery["received_at"] == 5.0


@pytest.mark.parametrize("body", [b"", b"  \r\n"])
@pytest.mark.parametrize("content_type", ["application/json", FORM, None])
def test_an_empty_body_is_the_test_delivery(body: bytes, content_type: str | None) -> None:
    found = event(body, query="organization_id=7", content_type=content_type)
    assert (found.type, found.module, found.record, found.organization_id) == ("test", None, {}, "7")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"payload": ""}', "application/json"),
        (b'{"payload": null}', "application/json"),
        (b"{}", "application/json"),
        (b"payload=", FORM),
        (b"payload", FORM),
        (b"JSONString=", FORM),
        (b"JSONString=%20", FORM),
    ],
)
def test_the_call_that_tries_a_webhook_when_it_is_saved_is_the_test_delivery(body: bytes, content_type: str) -> None:
    found = event(body, query="event=invoice_created&organization_id=7", content_type=content_type)
    assert (found.type, found.module, found.record, found.organization_id) == ("test", None, {}, "7")


@pytest.mark.parametrize("body", [{"payload": "x"}, {"payload": {}}, {"payload": "", "invoice_id": "1"}, {"text": ""}])
def test_what_says_anything_at_all_is_no_test_delivery(body: dict[str, Any]) -> None:
    assert event(body).type == "invoice.created"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.key)
@pytest.mark.parametrize("shape", ["under its root", "alone", "as a form"])
def test_of_a_deleted_record_the_id_is_enough(module: Any, shape: str) -> None:
    record = {module.id_field: "98"}
    query = f"event={module.key}_deleted"
    if shape == "as a form":
        found = event(urlencode(record).encode(), query=query, content_type=FORM)
    else:
        found = event({module.root: record} if shape == "under its root" else record, query=query)
    assert (found.type, found.module, found.record_id) == (f"{module.key}.deleted", module.key, "98")
    assert (found.version_key, found.occurred_at) == (None, None)


def test_the_facts_of_a_delivery_tell_who_sent_it() -> None:
    agent = "ZohoBooks/1.0 (☃)" + "x" * 300
    found = event(headers=[("User-Agent", agent)], content_type="application/json; charset=utf-8")
    assert found.delivery["user_agent"] == agent.replace("☃", "?")[:200]
    assert found.delivery["content_type"] == "application/json"


@pytest.mark.parametrize("agent", [SECRET, f"me {TOKEN}", "", " "])
def test_the_facts_of_a_delivery_hold_no_secret_and_nothing_empty(agent: str) -> None:
    assert "user_agent" not in event(headers=[("User-Agent", agent)]).delivery


def test_two_user_agents_are_no_reason_to_refuse() -> None:
    assert event(headers=[("User-Agent", "a"), ("User-Agent", "b")]).delivery["user_agent"] == "a b"


def test_a_test_delivery_must_be_signed_too() -> None:
    assert refusal(delivery(b"", signature="0" * 64)) == "signature_wrong"


# --- modules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.key)
def test_every_root_key_is_known_and_the_query_tells_modules_apart_that_share_one(module: Any) -> None:
    found = event({module.root: {module.id_field: "98"}}, query=f"event={module.key}_updated")
    assert (found.type, found.module, found.record_id) == (f"{module.key}.updated", module.key, "98")


@pytest.mark.parametrize(
    ("root", "key"),
    [
        ("salesorder", "sales_order"),
        ("sales_order", "sales_order"),
        ("creditnote", "credit_note"),
        ("payment", "customer_payment"),
        ("vendorpayment", "vendor_payment"),
        ("purchaseorder", "purchase_order"),
        ("chart_of_account", "account"),
        ("invoice", "invoice"),
        ("task", "task"),
    ],
)
def test_without_a_word_in_the_query_the_root_key_says_the_module(root: str, key: str) -> None:
    found = event({root: {"any": 1}}, query="")
    assert (found.module, found.type) == (key, f"{key}.changed")


def test_what_stands_beside_the_root_key_does_no_harm() -> None:
    found = event({"organization_id": 10234695, "event": "x", "invoice": INVOICE}, query="")
    assert (found.module, found.record, found.organization_id) == ("invoice", INVOICE, "10234695")


def test_several_records_are_several_events_with_ids_of_their_own() -> None:
    events = receive(delivery({"invoice": [{"invoice_id": "1"}, {"invoice_id": "2"}]}))
    assert [found.record_id for found in events] == ["1", "2"]
    assert events[1].delivery_id == events[0].delivery_id + ".1"


def test_an_unknown_root_key_leaves_the_whole_body_as_the_record() -> None:
    found = event({"package": {"package_id": "1"}}, query="")
    assert (found.type, found.module, found.record_id) == ("record.changed", None, None)
    assert found.record == {"package": {"package_id": "1"}}


def test_a_record_without_a_root_key_is_known_by_its_id() -> None:
    found = event({"invoice_id": "1", "customer_id": "2", "contact": {"contact_id": "2"}}, query="")
    assert (found.module, found.record_id) == ("invoice", "1")


def test_a_record_with_the_ids_of_several_modules_is_what_the_query_says() -> None:
    record = {"time_entry_id": "1", "project_id": "2", "user": {"user_id": "3"}}
    assert event(record, query="").module is None
    for query in ("event=time_entry_created", "module=time_entry", "module=timeentry", "event=x&module=time_entry"):
        found = event(record, query=query)
        assert (found.module, found.record_id) == ("time_entry", "1")


# --- what happened --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ("invoice_created", "invoice.created"),
        ("invoice.created", "invoice.created"),
        ("Invoice_Created", "invoice.created"),
        ("created", "invoice.created"),
        ("invoice_edited", "invoice.updated"),
        ("invoice_sent", "invoice.sent"),
        ("invoice_paid", "invoice.paid"),
        ("invoice_create", "invoice.changed"),
        ("create", "invoice.changed"),
        ("", "invoice.changed"),
        ("invoice created<script>", "invoice.changed"),
        ("contact_created", "invoice.changed"),
        ("nonsense_created", "invoice.changed"),
    ],
)
def test_the_query_names_the_event_unless_the_record_says_otherwise(named: str, kind: str) -> None:
    assert event(query=urlencode({"event": named})).type == kind


def test_two_names_are_no_name() -> None:
    assert event(query="event=invoice_created&event=invoice_deleted").type == "invoice.changed"


@pytest.mark.parametrize("named", ["contact_created", "customer_created", "vendor_created"])
def test_customers_and_vendors_are_contacts(named: str) -> None:
    found = event({"contact": {"contact_id": "1"}}, query=f"event={named}")
    assert (found.type, found.module) == ("contact.created", "contact")


def test_an_event_of_an_unknown_module_keeps_its_name() -> None:
    assert event({"package": {}}, query="event=package_created").type == "package.created"


# --- moments and versions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-06-11T17:38:06-0700", "2026-06-11T17:38:06-07:00"),
        ("2026-06-11T17:38:06-07:00", "2026-06-11T17:38:06-07:00"),
        ("2026-06-11T17:38:06+0530", "2026-06-11T17:38:06+05:30"),
        ("2026-06-11T17:38:06Z", "2026-06-11T17:38:06+00:00"),
        ("", None),
        ("   ", None),
        ("2026-06-11", None),
        ("2026-06-11T17:38:06", None),
        ("11 Jun 2026", None),
        (None, None),
        (1781224686, None),
        ({}, None),
    ],
)
def test_moments(written: object, read: str | None) -> None:
    found = event({"invoice": INVOICE | {"last_modified_time": written}})
    assert found.occurred_at == read
    assert (found.version_key is None) == (read is None)


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+0500", "9999-12-31T23:59:59-0500"])
def test_the_ends_of_the_calendar_do_no_harm(written: str) -> None:
    assert event({"invoice": INVOICE | {"last_modified_time": written}}).version_key is None


def test_one_moment_in_two_time_zones_is_one_version() -> None:
    times = ("2026-06-11T17:38:06-0700", "2026-06-12T00:38:06Z")
    assert len({event({"invoice": INVOICE | {"last_modified_time": time}}).version_key for time in times}) == 1


@pytest.mark.parametrize("record_id", ["", "  ", None, True, 1.5, {}, []])
def test_without_an_id_there_is_no_version(record_id: object) -> None:
    found = event({"invoice": INVOICE | {"invoice_id": record_id}})
    assert (found.record_id, found.version_key) == (None, None)


# --- body formats ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=UTF-8", "text/plain", "text/html", "x", "", None]
)
def test_json_is_read_whatever_text_type_it_comes_as(content_type: str | None) -> None:
    assert event(content_type=content_type).record == INVOICE


def test_the_character_set_is_utf_8_whatever_the_unsigned_header_says() -> None:
    assert event(content_type="text/plain; charset=ISO-8859-1").record["notes"] == "Café"
    assert event(b"\xef\xbb\xbf{}").record == {}


@pytest.mark.parametrize("name", ["JSONString", "payload"])
def test_json_in_a_form_field_is_read(name: str) -> None:
    body = urlencode({name: json.dumps({"invoice": INVOICE})}).encode()
    found = event(body, content_type=FORM)
    assert (found.type, found.record) == ("invoice.created", INVOICE)


def test_fields_beside_the_json_of_a_form_are_left_aside() -> None:
    body = urlencode({"JSONString": json.dumps({"invoice": INVOICE}), "note": "x"}).encode()
    assert event(body, content_type=FORM).record == INVOICE


def test_a_flat_form_is_a_record_of_texts() -> None:
    body = urlencode([("invoice_id", "982"), ("total", "120.50"), ("tag", "a"), ("tag", "b"), ("note", "é ü")]).encode()
    found = event(body, content_type=FORM, query="event=invoice_created")
    assert (found.type, found.record_id) == ("invoice.created", "982")
    assert found.record == {"invoice_id": "982", "total": "120.50", "tag": ["a", "b"], "note": "é ü"}
    assert event(body, content_type=FORM, query="").module == "invoice"
    assert event(b"total=1", content_type=FORM, query="module=salesorder").module == "sales_order"


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"hello", "text/plain", "body_not_json"),
        (b'{"a": 1', "application/json", "body_not_json"),
        (b'{"a": NaN}', "application/json", "body_not_json"),
        (b'{"a": -Infinity}', "application/json", "body_not_json"),
        (b"{} {}", "application/json", "body_not_json"),
        (b"JSONString={", FORM, "body_not_json"),
        (b"[]", "application/json", "body_not_object"),
        (b"[1]", "application/json", "body_not_object"),
        (b'"text"', "application/json", "body_not_object"),
        (b"null", "application/json", "body_not_object"),
        (b'{"a": "\xff"}', "application/json", "body_not_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "application/json", "body_not_utf8"),
        (b"[" * 200_000, "application/json", "body_too_deep"),
        (b'{"a":' * 200_000, "application/json", "body_too_deep"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_proven_and_yet_unreadable_is_refused(body: bytes, content_type: str, code: str) -> None:
    assert refusal(delivery(body, content_type=content_type)) == code


def test_a_form_that_is_not_utf_8_is_refused() -> None:
    assert refusal(delivery(b"a=%FF", content_type=FORM, query="", signature=_signed(b"a\xff"))) == "body_not_utf8"


def test_of_equal_keys_the_last_one_counts() -> None:
    assert event(b'{"invoice": {"invoice_id": "1", "invoice_id": "2"}}').record_id == "2"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"invoice_id": 982000000567114123}', {"invoice_id": "982000000567114123"}),
        ('{"invoice_id": 7}', {"invoice_id": "7"}),
        ('{"invoice_ids": [1, "2"]}', {"invoice_ids": ["1", "2"]}),
        ('{"total": 120.50}', {"total": 120.5}),
        ('{"total": "120.50"}', {"total": "120.50"}),
        ('{"total": 0.00}', {"total": 0.0}),
        ('{"total": 123456789012345.67}', {"total": "123456789012345.67"}),
        ('{"total": 1234567890123456}', {"total": "1234567890123456"}),
        ('{"total": -123456789012345}', {"total": -123456789012345}),
        ('{"total": 1e999}', {"total": "1e999"}),
        ('{"total": 1e-999}', {"total": "1e-999"}),
        ('{"total": ' + "9" * 5000 + "}", {"total": "9" * 5000}),
        (r'{"a": "cut off \ud83d"}', {"a": "cut off \ufffd"}),
        (r'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        (r'{"a": "\\ud83d"}', {"a": r"\ud83d"}),
        (r'{"a": "\ude00\ud83d"}', {"a": "\ufffd\ufffd"}),
    ],
    ids=lambda value: str(value)[:32],
)
def test_no_digit_is_lost_and_everything_can_be_written_again(written: str, read: dict[str, Any]) -> None:
    record = event(written.encode()).record
    assert record == read
    assert json.dumps(record, allow_nan=False, ensure_ascii=False).encode()


# --- the query in the event -----------------------------------------------------------------------------------------


def test_the_query_is_handed_on_decoded() -> None:
    found = event(b"", query="a=x%20y&a=z&b=%C3%A9&c=&d=%FF", signature=_signed("ax yazbécd".encode() + b"\xff"))
    assert found.delivery["query"] == {"a": ["x y", "z"], "b": "é", "d": "\ufffd"}


def test_a_secret_that_somebody_put_into_the_query_is_not_handed_on() -> None:
    found = event(query=urlencode({"key": SECRET, "token": TOKEN, "event": "invoice_created"}))
    assert found.delivery["query"] == {"event": "invoice_created"}
    assert SECRET not in repr(found)
    assert TOKEN not in repr(found)


def _signed(text: bytes) -> str:
    return sign("", text)
