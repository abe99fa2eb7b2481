"""Workflow rules by the settings API: created, listed, switched, removed, and what plans and limits refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.conftest import rule_body
from zoho_books_connector.sandbox import Limits

PATH = "/settings/workflows"


def test_a_rule_is_created_read_changed_and_removed(bench: Any) -> None:
    created = bench.books.post(PATH, rule_body(bench.webhook()))
    rule = created.data["workflow"]
    assert (created.status, rule["is_active"]) == (201, True)
    one = f"{PATH}/{rule['workflow_id']}"
    assert bench.books.put(one, {"description": "New"}).data["workflow"]["description"] == "New"
    read = bench.books.get(one).data["workflow"]
    assert read == rule | {"description": "New"}
    assert bench.books.delete(one).code == 0
    assert bench.books.get(one).code == 1002


def test_the_list_has_short_rows(bench: Any) -> None:
    rule = bench.rule(bench.webhook())
    [row] = bench.books.get(PATH).data["workflows"]
    assert row["workflow_id"] == rule["workflow_id"]
    assert row["is_active"] is True
    assert "instant_actions" not in row


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 0),
        ({"workflow_name": ""}, 4),
        ({"workflow_name": "x" * 101}, 15),
        ({"rule_type": "delete"}, 0),
        ({"rule_type": "add"}, 0),
        ({"rule_type": "edit"}, 0),
        ({"rule_type": "sometimes"}, 2),
        ({"entity": ""}, 4),
        ({"entity": "contact_person"}, 2),
        ({"entity": "invoice"}, 2),
        ({"rule": []}, 2),
        ({"apply_rule_always": "yes"}, 2),
        ({"instant_actions": []}, 0),
        ({"instant_actions": {}}, 2),
        ({"instant_actions": ["webhook"]}, 2),
        ({"instant_actions": [{"action_id": "1", "action_type": "dance"}]}, 2),
        ({"instant_actions": [{"action_id": "1", "action_type": "alert"}]}, 0),
        ({"instant_actions": [{"action_id": "1", "action_type": "webhook"}]}, 1002),
        ({"sub_rules": [{"instant_actions": 7}, 7]}, 0),
    ],
)
def test_one_changed_field_is_taken_or_refused(bench: Any, changed: dict[str, Any], code: int) -> None:
    reply = bench.books.post(PATH, rule_body(bench.webhook()) | changed)
    assert reply.code == code
    assert reply.status == (201 if code == 0 else 400)


def test_a_rule_has_one_webhook_wherever_it_stands(bench: Any) -> None:
    one, two = bench.webhook(), bench.webhook()
    body = rule_body(one)
    same = {"index": 1, "rule": {}, "instant_actions": body["instant_actions"]}
    assert bench.books.post(PATH, body | {"sub_rules": [same]}).code == 0
    other = same | {"instant_actions": rule_body(two)["instant_actions"]}
    assert bench.books.post(PATH, body | {"sub_rules": [other]}).code == 9604


@pytest.mark.parametrize(
    ("position", "works", "unknown"),
    [("active", ("active", "inactive"), "activate"), ("activate", ("activate", "deactivate"), "active")],
)
def test_a_rule_is_switched_at_the_address_of_the_switch(
    make_bench: Any, position: str, works: tuple[str, str], unknown: str
) -> None:
    bench = make_bench(rule_status_path=position)
    one = f"{PATH}/{bench.rule(bench.webhook())['workflow_id']}"
    on, off = works
    assert bench.books.post(f"{one}/{unknown}").code == 5
    for word, is_active in ((off, False), (on, True)):
        assert bench.books.post(f"{one}/{word}").code == 0
        assert bench.books.get(one).data["workflow"]["is_active"] is is_active
    assert bench.books.post(f"{PATH}/1/{on}").code == 1002


@pytest.mark.parametrize(
    ("position", "taken", "refused"),
    [
        ("singular", ["contact", "salesorder", "customer_payment", "creditnote"], ["contacts", "customerpayments"]),
        ("plural", ["contacts", "salesorders", "customerpayments", "creditnotes"], ["contact", "customer_payment"]),
    ],
)
def test_modules_are_named_as_the_switch_says(
    make_bench: Any, position: str, taken: list[str], refused: list[str]
) -> None:
    bench = make_bench(rule_entity=position)
    body = rule_body({"webhook_id": ""}) | {"instant_actions": []}
    codes = {entity: bench.books.post(PATH, body | {"entity": entity}).code for entity in (*taken, *refused)}
    assert codes == dict.fromkeys(taken, 0) | dict.fromkeys(refused, 2)


@pytest.mark.parametrize(("position", "code"), [("repeatable", 0), ("unique", 1001)])
def test_names_may_repeat_or_not(make_bench: Any, position: str, code: int) -> None:
    bench = make_bench(rule_names=position)
    body = rule_body(bench.webhook())
    bench.books.post(PATH, body)
    assert bench.books.post(PATH, body).code == code


@pytest.mark.parametrize(
    ("plan", "code"),
    [("free", 9601), ("standard", 9601), ("premium", 9601), ("professional", 0), ("elite", 0), ("ultimate", 0)],
)
def test_the_plan_decides_whether_there_are_rules(make_bench: Any, plan: str, code: int) -> None:
    bench = make_bench(limits=Limits(plan=plan))
    assert bench.books.post(PATH, rule_body(bench.webhook())).code == code
    assert bench.books.get(PATH).code == 0


def test_a_module_has_ten_rules_and_another_module_still_has_room(make_bench: Any) -> None:
    bench = make_bench(limits=replace(Limits.off(), rules_per_module=10))
    body = rule_body(bench.webhook())
    assert [bench.books.post(PATH, body).code for _ in range(11)] == [0] * 10 + [9602]
    other = bench.books.post(PATH, body | {"entity": "item", "instant_actions": []})
    assert other.code == 0
    moved = bench.books.put(f"{PATH}/{other.data['workflow']['workflow_id']}", {"entity": "contact"})
    assert moved.code == 9602


def test_an_organization_has_so_many_rules(make_bench: Any) -> None:
    bench = make_bench(limits=replace(Limits.off(), rules_per_organization=2))
    bodies = [
        rule_body({} | {"webhook_id": ""}) | {"instant_actions": [], "entity": entity}
        for entity in ("item", "bill", "task")
    ]
    assert [bench.books.post(PATH, body).code for body in bodies] == [0, 0, 9603]


def test_the_figures_are_those_of_the_help() -> None:
    limits = Limits()
    assert (limits.rules_per_module, limits.rules_per_organization, limits.webhooks_per_day) == (10, 200, 1000)
