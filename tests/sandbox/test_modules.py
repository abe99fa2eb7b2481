"""Every module of the table can be seeded and read."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.sandbox import Sandbox, Switches
from zoho_books_connector.sandbox.modules import MODULES
from zoho_books_connector.sandbox.switches import POSITIONS

BY_SWITCH = {
    "account": ("chart_of_account_answer", "account_name"),
    "bank_rule": ("bank_rule_answer", "rule_name"),
    "fixed_asset": ("fixed_asset_answer", "asset_name"),
}
SPECIAL = {"organization"}
KEYS = sorted(set(MODULES) - SPECIAL)


def path_of(module: str, record: dict[str, Any]) -> str:
    row = MODULES[module]
    values = {name: record[name] for name in (*row.parents, row.record_parameter)}
    return row.path.format(**values)


@pytest.mark.parametrize("module", KEYS)
def test_a_seeded_record_is_read_by_id_and_listed(bench: Any, module: str) -> None:
    parent = bench.us.seed(bench.organization_id, "contact", {"contact_name": "Parent"})
    fields = {"contact_id": parent["contact_id"]} if module == "contact_person" else {}
    record = bench.us.seed(bench.organization_id, module, {"notes": "planted", **fields})
    row = MODULES[module]
    reply = bench.books.get(path_of(module, record))
    assert (reply.status, reply.code) == (200, 0)
    shown = reply.data.get(row.response_key, reply.data)
    assert shown[row.id_field] == record[row.id_field]
    assert shown["notes"] == "planted"
    if module != "customer_debit_note":
        listed = bench.books.get(path_of(module, record).rsplit("/", 1)[0]).data
        assert record[row.id_field] in [entry[row.id_field] for entry in listed[row.list_key]]
        assert listed["page_context"]["has_more_page"] is False


@pytest.mark.parametrize("module", ["project_task", "credit_note_refund", "exchange_rate"])
def test_a_record_is_not_found_under_another_parent(bench: Any, module: str) -> None:
    record = bench.us.seed(bench.organization_id, module, {})
    [parent] = MODULES[module].parents
    assert bench.books.get(path_of(module, record | {parent: "1"})).code == 1002


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("module", sorted(BY_SWITCH))
def test_wrappers_nobody_confirmed_are_switches(make_bench: Any, module: str, position: int) -> None:
    switch, name = BY_SWITCH[module]
    key = POSITIONS[switch][position]
    bench = make_bench(**{switch: key})
    record = bench.us.seed(bench.organization_id, module, {name: "Planted"})
    data = bench.books.get(path_of(module, record)).data
    assert (data if key == "flat" else data[key])[name] == "Planted"


def test_seeding_checks_nothing_and_keeps_what_it_is_given(bench: Any) -> None:
    fields = {"contact_id": "982000000567001", "contact_name": "Old", "created_time": "2020-01-01T00:00:00-0500"}
    for _ in range(2):
        record = bench.us.seed(bench.organization_id, "contact", fields | {"contact_persons": [{"first_name": "W"}]})
    assert record["created_time"] == "2020-01-01T00:00:00-0500"
    assert [contact["contact_id"] for contact in bench.records("contact")] == ["982000000567001"]
    invoice = bench.us.seed(bench.organization_id, "invoice", {"status": "paid", "balance": 0})
    assert bench.books.get(f"/invoices/{invoice['invoice_id']}").data["invoice"]["status"] == "paid"


def test_the_demo_fills_every_module(bench: Any) -> None:
    bench.us.seed_demo()
    for organization in bench.us.organizations:
        for module in MODULES:
            assert bench.us.records(organization["organization_id"], module), module
    [invoice] = bench.records("invoice")
    assert invoice["total"] == 271.7


@pytest.mark.parametrize("numbering", POSITIONS["auto_numbering"])
def test_the_demo_needs_no_automatic_numbering(numbering: Any) -> None:
    with Sandbox(("us",), Switches(auto_numbering=numbering)) as sandbox:
        sandbox["us"].seed_demo()
        organization_id = sandbox["us"].organizations[0]["organization_id"]
        for module in ("sales_order", "invoice"):
            assert len(sandbox["us"].records(organization_id, module)) == 1


def test_a_record_answered_is_a_copy(bench: Any) -> None:
    bench.customer()
    bench.records("contact")[0]["contact_name"] = "changed"
    assert bench.records("contact")[0]["contact_name"] == "Bowman and Co"
