"""Webhooks by the settings API: created, listed, read, changed, removed, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.sandbox import Fault, Limits

SECRET = "zohobooks1234"
PATH = "/settings/webhooks"
VALID = {
    "webhook_name": "Invoices",
    "entity": "invoice",
    "url": "https://hooks.example.com/in?event=x",
    "method": "POST",
}


def test_a_webhook_is_created_read_changed_and_removed(bench: Any) -> None:
    created = bench.books.post(PATH, VALID | {"headers": [{"param_name": "X-Key", "param_value": "k"}]})
    webhook = created.data["webhook"]
    assert (created.status, webhook["url"], webhook["method"]) == (201, VALID["url"], "POST")
    one = f"{PATH}/{webhook['webhook_id']}"
    assert bench.books.put(one, {"webhook_name": "Other"}).data["webhook"]["webhook_name"] == "Other"
    read = bench.books.get(one).data["webhook"]
    assert read["headers"] == [{"param_name": "X-Key", "param_value": "k"}]
    assert bench.books.delete(one).code == 0
    assert bench.books.get(one).code == 1002


def test_the_list_has_short_rows_with_the_rules_that_use_a_webhook(bench: Any) -> None:
    webhook = bench.webhook()
    rule = bench.rule(webhook)
    data = bench.books.get(PATH).data
    [row] = data["webhooks"]
    assert row.keys() == {"webhook_id", "webhook_name", "url", "entity", "related_rules"}
    assert [each["workflow_id"] for each in row["related_rules"]] == [rule["workflow_id"]]
    assert data["page_context"]["has_more_page"] is False


def test_the_list_is_paged(bench: Any) -> None:
    for _ in range(3):
        bench.webhook()
    data = bench.books.get(PATH, page=2, per_page=2).data
    assert len(data["webhooks"]) == 1


@pytest.mark.parametrize(("blanks", "shown"), [("empty_text", ""), ("typed", [])])
def test_a_webhook_without_a_rule_says_so_as_blanks_are_said(make_bench: Any, blanks: str, shown: object) -> None:
    bench = make_bench(blanks=blanks)
    bench.webhook()
    assert bench.books.get(PATH).data["webhooks"][0]["related_rules"] == shown


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 0),
        ({"webhook_name": "x" * 50}, 0),
        ({"webhook_name": "x" * 51}, 15),
        ({"description": "x" * 101}, 15),
        ({"url": "https://x.example/" + "x" * 4982}, 0),
        ({"url": "https://x.example/" + "x" * 4983}, 15),
        ({"url": ""}, 2),
        ({"url": "ftp://x.example/"}, 2),
        ({"url": "hooks.example.com"}, 2),
        ({"url": "http://"}, 2),
        ({"url": "http://[x"}, 2),
        ({"url": "http://x.example:port/"}, 2),
        ({"url": "http://x.example/a b"}, 2),
        ({"method": "PUT"}, 0),
        ({"method": "GET"}, 2),
        ({"entity": "shipment"}, 2),
        ({"entity": "salesorder"}, 0),
        ({"entity": "sales_order"}, 2),
        ({"secret": SECRET}, 0),
        ({"secret": "short"}, 2),
        ({"secret": "with-symbols-12"}, 2),
        ({"secret": "x" * 51}, 15),
        ({"raw_data": "x" * 100_001}, 15),
        ({"headers": "X-Key: k"}, 2),
        ({"headers": ["X-Key: k"]}, 2),
        ({"query_parameters": [{"param_name": {}, "param_value": "v"}]}, 2),
        ({"is_new_response_format": "yes"}, 2),
        ({"no_such_field": 1}, 0),
    ],
)
def test_one_changed_field_is_taken_or_refused(bench: Any, changed: dict[str, Any], code: int) -> None:
    assert bench.books.post(PATH, VALID | changed).code == code
    assert len(bench.books.get(PATH).data["webhooks"]) == (1 if code == 0 else 0)


def test_an_update_is_checked_as_a_whole_and_changes_nothing_when_refused(bench: Any) -> None:
    webhook = bench.webhook()
    one = f"{PATH}/{webhook['webhook_id']}"
    assert bench.books.put(one, {"url": "nowhere"}).code == 2
    assert bench.books.get(one).data["webhook"]["url"] == webhook["url"]


@pytest.mark.parametrize(("position", "shown"), [("absent", None), ("present", SECRET)])
def test_the_secret_is_answered_as_the_switch_says(make_bench: Any, position: str, shown: str | None) -> None:
    bench = make_bench(webhook_key_answer=position)
    webhook = bench.webhook(secret=SECRET)
    assert webhook.get("secret") == shown
    assert bench.books.get(f"{PATH}/{webhook['webhook_id']}").data["webhook"].get("secret") == shown


@pytest.mark.parametrize(
    ("position", "sent", "shown"),
    [
        ("as_sent", "http://x.example/hook", "http://x.example/hook"),
        ("with_ending", "http://x.example/hook", "http://x.example/hook?"),
        ("with_ending", "http://x.example/hook?a=1", "http://x.example/hook?a=1&"),
    ],
)
def test_the_address_is_answered_as_the_switch_says(make_bench: Any, position: str, sent: str, shown: str) -> None:
    bench = make_bench(webhook_url_answer=position)
    bench.webhook(sent)
    assert bench.books.get(PATH).data["webhooks"][0]["url"] == shown


@pytest.mark.parametrize(("position", "code"), [("repeatable", 0), ("unique", 1001)])
def test_names_may_repeat_or_not(make_bench: Any, position: str, code: int) -> None:
    bench = make_bench(rule_names=position)
    first = bench.books.post(PATH, VALID).data["webhook"]
    assert bench.books.post(PATH, VALID).code == code
    assert bench.books.put(f"{PATH}/{first['webhook_id']}", VALID).code == 0


@pytest.mark.parametrize(("position", "code"), [("refused", 9605), ("deleted", 0)])
def test_a_webhook_in_use_is_kept_or_removed(make_bench: Any, position: str, code: int) -> None:
    bench = make_bench(webhook_in_use=position)
    webhook = bench.webhook()
    rule = bench.rule(webhook)
    assert bench.books.delete(f"{PATH}/{webhook['webhook_id']}").code == code
    bench.books.delete(f"/settings/workflows/{rule['workflow_id']}")
    assert bench.books.delete(f"{PATH}/{webhook['webhook_id']}").code == (0 if code else 1002)


def test_a_rule_whose_webhook_has_gone_does_nothing(make_bench: Any) -> None:
    bench = make_bench(webhook_in_use="deleted", webhook_check="absent")
    webhook = bench.webhook()
    bench.rule(webhook)
    bench.books.delete(f"{PATH}/{webhook['webhook_id']}")
    bench.customer()
    assert bench.sandbox.waiting_deliveries == []


SCOPES = {"CREATE": "POST", "READ": "GET", "UPDATE": "PUT", "DELETE": "DELETE"}


@pytest.mark.parametrize("granted", SCOPES)
@pytest.mark.parametrize("path", [PATH, "/settings/workflows"])
def test_every_call_needs_its_own_scope(make_bench: Any, granted: str, path: str) -> None:
    bench = make_bench(scope=f"ZohoBooks.settings.{granted}")
    refused = [
        verb
        for verb, method in SCOPES.items()
        if bench.books.call(method, path if method in ("GET", "POST") else f"{path}/1", body={}).code == 57
    ]
    assert set(refused) == SCOPES.keys() - {granted}


def test_faults_strike_here_too(bench: Any) -> None:
    bench.sandbox.faults.add(Fault("502", method="POST", path="settings/webhooks", commit=True))
    assert bench.books.post(PATH, VALID).status == 502
    assert len(bench.books.get(PATH).data["webhooks"]) == 1


def test_webhooks_are_kept_in_every_plan(make_bench: Any) -> None:
    bench = make_bench(limits=Limits(plan="free"))
    assert bench.books.post(PATH, VALID).code == 0
