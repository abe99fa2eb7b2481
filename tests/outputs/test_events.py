"""Events: each type that the manifest names has a schema and a sample, and the sample is what the trigger makes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.outputs.answers import DIALECTS, document, faults, record_schema
from tests.trigger.deliveries import SECRET, delivery, receive
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring.event_schemas import VERBS
from zoho_books_connector.authoring.sample_world import ORGANIZATION
from zoho_books_connector.boundary import Delivery
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.sandbox.rule_entities import COVERED
from zoho_books_connector.sandbox.webhooks import BodyFormat, Webhooks
from zoho_books_connector.trigger.modules import find_module

TRIGGER = load_manifest()["triggers"]["webhook"]
TYPES: dict[str, dict[str, Any]] = TRIGGER["events"]["types"]
TYPED = [key for key in TRIGGER["modules"] if key in MODULES]
#: The modules for which events with fields to map are promised.
PROMISED = {
    "contact",
    "contact_person",
    "item",
    "sales_order",
    "invoice",
    "bill",
    "expense",
    "credit_note",
    "customer_payment",
    "vendor_payment",
    "estimate",
    "purchase_order",
}


def sample(event_type: str) -> dict[str, Any]:
    return document(TYPES[event_type]["sample"])


def schema_of(module: str) -> dict[str, Any]:
    return document(f"schemas/events/{module}.json")


# --- which there are -----------------------------------------------------------------------------------------------


def test_every_module_that_rules_cover_is_created_updated_and_deleted() -> None:
    assert set(COVERED) <= set(TRIGGER["modules"])
    assert set(TYPES) == {f"{key}.{verb}" for key in TRIGGER["modules"] for verb in ("created", "updated", "deleted")}
    assert set(TYPED) >= PROMISED
    assert set(TRIGGER["modules"]) - set(TYPED) == {"record"}


def test_contact_persons_and_other_records_have_events_but_no_rules() -> None:
    assert {told["module"] for told in TYPES.values() if "rule" not in told} == {"contact_person", "record"}
    assert [told["rule"] for key, told in TYPES.items() if key.startswith("bill.")] == ["created", "edited", "deleted"]


@pytest.mark.parametrize("event_type", TYPES)
def test_the_parameter_brings_the_type(event_type: str) -> None:
    told = TYPES[event_type]
    assert re.match(TRIGGER["events"]["parameter_pattern"], told["parameter"])
    assert re.match(TRIGGER["events"]["type_pattern"], event_type)
    module = find_module(told["module"])
    root, field = (module.root, module.id_field) if module else ("heard_of_nowhere", "its_id")
    [event] = receive(delivery({root: {field: "7"}}, query=f"event={told['parameter']}"))
    assert event.type == event_type


# --- schemas -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", TYPED)
def test_the_schema_stands_alone_and_holds_the_fields_of_the_record(module: str) -> None:
    schema = schema_of(module)
    for dialect in DIALECTS:
        dialect.check_schema(schema)
    assert "$ref" not in json.dumps(schema)
    assert schema["properties"]["record"]["properties"] == record_schema(module)["properties"]
    assert list(schema["properties"]) == schema["required"] == document("schemas/event.json")["required"]


@pytest.mark.parametrize("module", TYPED)
@pytest.mark.parametrize("verb", ["created", "changed", "sent", "paid", "approved"])
def test_the_schema_takes_what_the_url_may_name(module: str, verb: str) -> None:
    assert faults(schema_of(module), sample(f"{module}.deleted") | {"type": f"{module}.{verb}"}) == []


@pytest.mark.parametrize("change", [{"type": "journal.created"}, {"type": "bill.create"}, {"module": "journal"}])
def test_the_schema_is_of_one_module(change: dict[str, Any]) -> None:
    assert faults(schema_of("bill"), sample("bill.created") | change)


def test_the_schemas_know_the_verbs_that_the_manifest_knows() -> None:
    assert TRIGGER["events"]["type_pattern"].endswith(rf"\.{VERBS}$")


@pytest.mark.parametrize("module", TYPED)
def test_a_body_of_ones_own_and_fields_that_nobody_knows_are_valid(module: str) -> None:
    known = find_module(module)
    assert known is not None
    query = f"event={module}_updated&organization_id=7&tag=a&tag=b"
    [event] = receive(delivery({known.root: {"cf_of_ones_own": 1}}, query=query))
    assert event.record_id is None
    assert faults(schema_of(module), asdict(event)) == []


def test_the_schemas_tell_everything_that_an_event_says_of_its_delivery() -> None:
    [event] = receive(delivery(headers=[("User-Agent", "ZohoBooks")]))
    for path in ("schemas/event.json", "schemas/events/invoice.json"):
        assert set(event.delivery) <= set(document(path)["properties"]["delivery"]["properties"])


# --- samples -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_type", TYPES)
def test_the_sample_is_what_the_trigger_makes_of_a_signed_delivery(event_type: str) -> None:
    shown = sample(event_type)
    module = find_module(TYPES[event_type]["module"])
    body = {module.root: shown["record"]} if module else shown["record"]
    query = f"event={TYPES[event_type]['parameter']}&organization_id={ORGANIZATION}"
    genuine = delivery(body, query=query, received_at=shown["delivery"]["received_at"])
    [event] = receive(genuine)
    assert asdict(event) == shown
    assert (shown["type"], shown["organization_id"]) == (event_type, ORGANIZATION)


@pytest.mark.parametrize("event_type", TYPES)
def test_the_sample_is_valid(event_type: str) -> None:
    assert faults(document(TYPES[event_type]["schema"]), sample(event_type)) == []
    assert faults(document("schemas/event.json"), sample(event_type)) == []


@pytest.mark.parametrize("module", TYPED)
def test_the_samples_of_a_module_are_one_record_in_one_world(module: str) -> None:
    created, updated, deleted = (sample(f"{module}.{verb}") for verb in ("created", "updated", "deleted"))
    read = document(f"schemas/samples/get_record.{module}.json")["output"]
    assert created["record"] == read["record"]
    assert read["id"] == created["record_id"] == updated["record_id"] == deleted["record_id"]
    assert set(updated["record"]) == set(created["record"])
    assert list(deleted["record"].values()) == [deleted["record_id"]]
    assert len({each["delivery_id"] for each in (created, updated, deleted)}) == 3


@pytest.mark.parametrize("module", sorted(PROMISED))
def test_an_update_is_another_version(module: str) -> None:
    created, updated = sample(f"{module}.created"), sample(f"{module}.updated")
    assert created["version_key"] != updated["version_key"]
    assert None not in (created["version_key"], updated["version_key"])
    assert created["occurred_at"] < updated["occurred_at"]
    assert created["delivery"]["received_at"] < updated["delivery"]["received_at"]


@pytest.mark.parametrize("verb", ["created", "updated", "deleted"])
def test_a_record_of_no_known_module_has_a_generic_event(verb: str) -> None:
    told, shown = TYPES[f"record.{verb}"], sample(f"record.{verb}")
    assert told["schema"] == TRIGGER["output"] == "schemas/event.json"
    assert (shown["module"], shown["record_id"], shown["version_key"]) == (None, None, None)
    assert shown["record"]


# --- what the sandbox delivers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("body_format", ["default", "default_old", "form", "jsonstring"])
@pytest.mark.parametrize("module", sorted(set(TYPED) - {"contact_person"}))
def test_what_the_sandbox_delivers_in_any_format_is_valid(module: str, body_format: BodyFormat) -> None:
    record = sample(f"{module}.created")["record"]
    url = f"http://127.0.0.1:9/hook?event={module}_created"
    sent = Webhooks(Switches()).build(module, record, url=url, secret=SECRET, body_format=body_format)
    given = Delivery(sent.method, urlsplit(sent.url).query, sent.headers, sent.body)
    [event] = receive(given, header_tokens=())
    assert (event.type, event.record_id) == (f"{module}.created", sample(f"{module}.created")["record_id"])
    assert faults(schema_of(module), asdict(event)) == []
