"""A workbench in the middle of its life: what every page shows when it has something to show."""

from __future__ import annotations

from dataclasses import dataclass

from tests.workbench import consenting
from tests.workbench.conftest import visiting
from tests.workbench.triggering import RECORD, Person, deliver, inbox, until
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source

ROWS = b"Name,Rate\nFlour 25 kg,15\nYeast,a lot\n,3\n"


@dataclass(frozen=True)
class World:
    """The ids of what is there."""

    bench: Workbench
    connection: str
    delivery: str
    new_batch: str
    checked_batch: str
    flow: str
    label: str = "Connector"
    made_flow: str = ""


def inhabited(bench: Workbench) -> World:
    """Use a workbench as somebody would in a morning."""
    with visiting(bench) as client:
        somebody = consenting.Person(bench, client)
        connection = somebody.connect(label="Bowman", scope="ZohoBooks.fullaccess.all")
        person = Person(client, connection)
        person.subscribe()
        bench.runs.perform("a-run-that-is-done", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
        line = {"item_id": "404", "quantity": 1}
        wrong = {"customer_id": "404", "line_items": [line]}
        bench.runs.perform("a-run-that-failed", "create_invoice", connection, wrong)
        until(lambda: inbox(bench, connection).counts().done)
        deliver(bench, connection, RECORD, secret="a-wrong-secret-of-somebody")
        mapping = {"name": Source(path="record.contact_name"), "rate": Source(fixed="5")}
        made = bench.flows.add("A loaf for everybody", connection, "contact.created", "create_item", mapping)
        new = bench.batches.take("items.csv", ROWS, "create_item", connection)
        checked = bench.batches.take("items.csv", ROWS, "create_item", connection)
        bench.batches.start(checked, {"Name": "name", "Rate": "rate"}, is_dry=True)
        until(lambda: bench.batches.table.get(checked).state == "done")
        person.post("/trigger/catch-up", modules=["item"], since="2020-01-01T00:00:00", most_calls="10")
        until(lambda: all(each.state == "complete" for each in bench.catching_up.table.list(connection)))
    delivery = next(each.delivery_id for each in inbox(bench, connection).recent())
    return World(
        *(bench, connection, delivery, new, checked),
        flow=f"event=contact.created&action=create_item&connection={connection}",
        made_flow=made.id,
    )
