"""Items."""

from __future__ import annotations

from typing import Any

import pytest


def test_numbers_come_back_as_numbers_and_unit_is_kept(bench: Any) -> None:
    tax = bench.records("tax")[0]
    item = bench.item(rate="120.5", purchase_rate="80", unit="pcs", tax_id=tax["tax_id"])
    assert (item["rate"], item["purchase_rate"], item["unit"]) == (120.5, 80, "pcs")
    assert (item["tax_name"], item["tax_percentage"]) == ("Sales Tax", 8)


@pytest.mark.parametrize("code", [1001, 1000])
def test_a_repeated_name_is_refused_with_the_code_of_the_switch(make_bench: Any, code: int) -> None:
    bench = make_bench(item_duplicate_code=code)
    bench.item()
    reply = bench.books.post("/items", {"name": "hard drive", "rate": 1})
    assert (reply.status, reply.code) == (400, code)
    assert "already exists" in reply.data["message"]


def test_a_repeated_sku_is_refused_also_on_update(bench: Any) -> None:
    bench.item(sku="HD-1")
    assert bench.books.post("/items", {"name": "Other", "rate": 1, "sku": "HD-1"}).code == 1001
    other = bench.item(name="Other")
    assert bench.books.put(f"/items/{other['item_id']}", {"sku": "HD-1"}).code == 1001


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rate": 1}, 2),
        ({"name": "A"}, 2),
        ({"name": "A", "rate": "much"}, 2),
        ({"name": "A" * 101, "rate": 1}, 15),
        ({"name": "A", "rate": 1, "product_type": "thing"}, 2),
        ({"name": "A", "rate": 1, "tax_id": "1"}, 2),
    ],
)
def test_what_is_refused(bench: Any, body: dict[str, Any], code: int) -> None:
    reply = bench.books.post("/items", body)
    assert (reply.status, reply.code) == (400, code)


@pytest.mark.parametrize("position", ["partial", "whole"])
def test_updates_in_part_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(item_update=position)
    item = bench.item(sku="HD-1")
    reply = bench.books.put(f"/items/{item['item_id']}", {"rate": 130})
    if position == "whole":
        assert reply.code == 2
    else:
        assert (reply.data["item"]["rate"], reply.data["item"]["sku"]) == (130, "HD-1")
    whole = bench.books.put(f"/items/{item['item_id']}", {"name": "Hard Drive", "rate": 140})
    assert whole.data["item"]["rate"] == 140


def test_an_item_in_use_keeps_its_type_and_cannot_be_deleted(bench: Any) -> None:
    item = bench.item()
    path = f"/items/{item['item_id']}"
    assert bench.books.put(path, {"product_type": "service"}).code == 0
    order = {"customer_id": bench.customer()["contact_id"], "line_items": [{"item_id": item["item_id"]}]}
    bench.books.post("/salesorders", order)
    assert bench.books.put(path, {"product_type": "goods"}).code == 2076
    assert bench.books.delete(path).code == 2049
    assert bench.books.post(f"{path}/inactive").code == 0
    assert bench.books.get(path).data["item"]["status"] == "inactive"


def test_an_unused_item_can_be_deleted(bench: Any) -> None:
    path = f"/items/{bench.item()['item_id']}"
    assert bench.books.delete(path).code == 0
    assert bench.books.get(path).code == 1002
