"""The way of an event through everything: an action changes a record, a delivery tells it, a flow acts on it, once."""

from __future__ import annotations

import httpx

from tests.workbench.running import connected, items_named
from tests.workbench.triggering import Person, inbox, types, until
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source


def test_a_created_contact_starts_its_flow_once_however_often_the_event_is_handed_on(
    bench: Workbench, client: httpx.Client
) -> None:
    connection = connected(bench)
    person = Person(client, connection)
    person.subscribe()
    mapping = {"name": Source(path="record.contact_name"), "rate": Source(fixed="5")}
    bench.flows.add("A loaf for everybody", connection, "contact.created", "create_item", mapping)
    bench.runs.perform("by action", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    until(lambda: items_named(bench, "Quay Street Bakery"))
    until(lambda: types(bench, connection) == ["contact.created"] and not inbox(bench, connection).counts().leased)
    [delivery] = [each.delivery_id for each in inbox(bench, connection).recent() if each.type == "contact.created"]
    person.post("/trigger/deliveries/replay", do="one", delivery=delivery)
    until(lambda: not (inbox(bench, connection).counts().due or inbox(bench, connection).counts().leased))
    assert len(items_named(bench, "Quay Street Bakery")) == 1
    assert [run.cause for run in bench.runs.list()].count("flow") == 1
