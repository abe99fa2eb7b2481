"""The way of an event through everything: an action changes a record, a delivery tells it, a flow acts on it, once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.workbench.running import connected, items_named
from tests.workbench.triggering import Person, inbox, types, until
from zoho_books_connector.stores import InboxEntry
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source
from zoho_books_connector.workbench.flows.table import Flow

LOAF = {"name": Source(path="record.contact_name"), "rate": Source(fixed="5")}


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


@pytest.fixture
def person(bench: Workbench, client: httpx.Client, connection: str) -> Person:
    subscribed = Person(client, connection)
    subscribed.subscribe()
    return subscribed


def test_a_created_contact_starts_its_flow_once_however_often_the_event_is_handed_on(
    bench: Workbench, connection: str, person: Person
) -> None:
    bench.flows.add("A loaf for everybody", connection, "contact.created", "create_item", LOAF)
    bench.runs.perform("by action", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    until(lambda: items_named(bench, "Quay Street Bakery"))
    until(lambda: types(bench, connection) == ["contact.created"] and not inbox(bench, connection).counts().leased)
    [delivery] = [each.delivery_id for each in inbox(bench, connection).recent() if each.type == "contact.created"]
    person.post("/trigger/deliveries/replay", do="one", delivery=delivery)
    until(lambda: not (inbox(bench, connection).counts().due or inbox(bench, connection).counts().leased))
    assert len(items_named(bench, "Quay Street Bakery")) == 1
    assert [run.cause for run in bench.runs.list()].count("flow") == 1


def test_a_flow_that_does_not_fit_its_action_any_more_keeps_no_other_from_running_and_loses_no_event(
    bench: Workbench, connection: str, person: Person
) -> None:
    former = {**LOAF, "colour": Source(fixed="red")}
    bench.flows.table.add(Flow("old", "Old", connection, "contact.created", "create_item", former, True, 0.0))
    bench.flows.add("A loaf for everybody", connection, "contact.created", "create_item", LOAF)
    assert "colour is no input of the action" in person.get("/flows")
    assert "colour (no input of the action any more)" in person.get("/flows/old")
    bench.runs.perform("by action", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    until(lambda: items_named(bench, "Quay Street Bakery"))
    [entry] = [each for each in until(lambda: waiting(bench, connection)) if each.type == "contact.created"]
    assert entry.reason == "mapping_wrong"
    assert "once that is changed, it is handed on again" in person.get("/trigger/deliveries")
    named_otherwise = {"input": ["name", "rate"], "path": ["record.contact_id", ""], "fixed": ["", "7"]}
    chosen = {"connection": connection, "event": "contact.created", "action": "create_item"}
    person.client.post("/flows/old", data={"csrf": person.csrf, **chosen, **named_otherwise, "do": "save"})
    until(lambda: items_named(bench, entry.record_id or ""))
    assert len(items_named(bench, "Quay Street Bakery")) == 1


@pytest.mark.parametrize(("way", "fields"), [("switch", {"on": "0"}), ("delete", {})])
def test_an_event_waits_no_longer_for_a_flow_that_is_off_or_gone(
    bench: Workbench, connection: str, person: Person, way: str, fields: dict[str, Any]
) -> None:
    former = {**LOAF, "colour": Source(fixed="red")}
    bench.flows.table.add(Flow("old", "Old", connection, "contact.created", "create_item", former, True, 0.0))
    bench.runs.perform("by action", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    until(lambda: waiting(bench, connection))
    person.post(f"/flows/old/{way}", **fields)
    until(lambda: inbox(bench, connection).counts().done == len(inbox(bench, connection).recent()))
    person.post(f"/flows/old/{way}", **fields)


def waiting(bench: Workbench, connection: str) -> list[InboxEntry]:
    """Return the events that are handed on once more."""
    return [each for each in inbox(bench, connection).recent() if each.state == "waiting"]
