"""Samples whose pickers hold records of the account, with what those fill of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoho_books_connector.boundary import Option
from zoho_books_connector.workbench.forms.sampling import Sampler
from zoho_books_connector.workbench.forms.shapes import Group, shape_of

PICKER = {"type": "string", "x-options": {"source": "item"}}
LINE = {
    "type": "object",
    "properties": {
        "item_id": PICKER,
        "name": {"type": "string"},
        "rate": {"type": "string"},
        "tax_id": {"type": "string", "x-options": {"source": "tax"}},
    },
}
SHAPE: Group = shape_of({"type": "object", "properties": {"line_items": {"type": "array", "items": LINE}}})
FLOUR = Option("7", "Flour", data={"name": "Rye flour", "rate": 4.5, "tax_id": "3", "tax_name": "VAT", "unit": "bag"})


def sampler_of(*items: Option) -> Sampler:
    def choices(source: str, _depends: Mapping[str, Any]) -> tuple[Option, ...]:
        return items if source == "item" else ()

    return Sampler(choices)


def filled(sampler: Sampler, *lines: Mapping[str, Any]) -> Any:
    return sampler.fill(SHAPE, {"line_items": list(lines)})["line_items"]


def test_an_item_fills_what_the_sample_leaves_open_of_its_line() -> None:
    sampler = sampler_of(FLOUR)
    assert filled(sampler, {"item_id": "1", "rate": "9"}) == [
        {"item_id": "7", "name": "Rye flour", "rate": "9", "tax_id": "3"}
    ]
    assert sampler.labels["/line_items/0/item_id"] == "Flour"
    assert sampler.labels["/line_items/0/tax_id"] == "VAT"


def test_each_line_takes_the_next_item() -> None:
    sampler = sampler_of(FLOUR, Option("8", "Salt", data={"name": "Salt"}))
    assert [line["name"] for line in filled(sampler, {"item_id": "1"}, {"item_id": "1"})] == ["Rye flour", "Salt"]


def test_without_an_account_the_sample_stays_as_it_is() -> None:
    assert filled(sampler_of(), {"item_id": "1"}) == [{"item_id": "1"}]
