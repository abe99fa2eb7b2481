"""Fields of an event as inputs of an action: paths, kinds of values, what is missing, and flows in a circle."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbench.running import connected
from zoho_books_connector.errors import InputError, NotFoundError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.mapping import Source, inputs_of, paths_of

SCHEMA = {
    "properties": {
        "contact_id": {"type": ["string", "integer"]},
        "note": {"type": "string"},
        "rate": {"type": ["number", "string"]},
        "is_taxable": {"type": "boolean"},
        "line_items": {"type": "array", "items": {"properties": {"name": {"type": "string"}}}},
    }
}
EVENT = {"type": "invoice.created", "record": {"total": 12.5, "lines": [{"name": "Bread"}], "taxed": True, "blank": ""}}


def test_every_place_of_an_event_can_be_chosen_with_its_example() -> None:
    assert paths_of(EVENT) == [
        ("type", "invoice.created"),
        ("record.total", "12.5"),
        ("record.lines.0.name", "Bread"),
        ("record.taxed", "True"),
        ("record.blank", ""),
    ]


@pytest.mark.parametrize(
    ("pointer", "source", "inputs"),
    [
        ("rate", Source("record.total"), {"rate": 12.5}),
        ("note", Source("record.total"), {"note": "12.5"}),
        ("line_items/0/name", Source("record.lines.0.name"), {"line_items": [{"name": "Bread"}]}),
        ("is_taxable", Source("record.taxed"), {"is_taxable": True}),
        ("is_taxable", Source(fixed="no"), {"is_taxable": False}),
        ("note", Source(fixed="of an invoice"), {"note": "of an invoice"}),
        ("note", Source("record.blank"), {}),
        ("note", Source("record.lines.7.name"), {}),
        ("note", Source("record.total.deeper"), {}),
    ],
)
def test_a_value_arrives_as_the_input_takes_it(pointer: str, source: Source, inputs: dict[str, Any]) -> None:
    assert inputs_of({pointer: source}, EVENT, SCHEMA) == inputs


@pytest.mark.parametrize(
    ("event", "action", "mapping", "told"),
    [
        ("item.invented", "update_item", {"item_id": Source(fixed="7")}, "no type of event"),
        ("item.created", "paint_item", {"item_id": Source(fixed="7")}, "no action"),
        (
            "item.created",
            "update_item",
            {"item_id": Source(fixed="7"), "colour": Source(fixed="red")},
            "colour is no input",
        ),
        ("item.created", "update_item", {"name": Source(fixed="Flour")}, "item_id is required"),
        ("contact.created", "create_invoice", {"customer_id": Source("record.contact_id")}, "line_items is required"),
    ],
)
def test_a_flow_that_cannot_work_is_not_kept(
    bench: Workbench, event: str, action: str, mapping: dict[str, Source], told: str
) -> None:
    connection = connected(bench)
    with pytest.raises(InputError, match=told):
        bench.flows.add("", connection, event, action, mapping)
    assert not bench.flows.table.all()


def test_a_circle_over_two_flows_is_seen(bench: Workbench) -> None:
    connection = connected(bench)
    flow = bench.flows.add("", connection, "item.created", "create_contact", {"contact_name": Source("record.name")})
    assert bench.flows.loop("contact.created", "create_item") == ["contact", "item"]
    bench.flows.table.switch(flow.id, on=False)
    assert not bench.flows.loop("contact.created", "create_item")


def test_a_flow_that_was_deleted_is_gone(bench: Workbench) -> None:
    connection = connected(bench)
    flow = bench.flows.add("", connection, "item.created", "create_contact", {"contact_name": Source("record.name")})
    assert bench.flows.table.get(flow.id) == flow
    bench.flows.table.delete(flow.id)
    with pytest.raises(NotFoundError):
        bench.flows.table.get(flow.id)
