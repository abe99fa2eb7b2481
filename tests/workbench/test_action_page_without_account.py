"""The page of an action before anybody is connected, and when it must wait; what the workbench keeps for it."""

from __future__ import annotations

import re

import httpx

from tests.workbench.browserless import posted_by, value_of
from tests.workbench.running import connected
from zoho_books_connector.sandbox import Fault
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.drafts import Draft, Drafts


def test_a_workbench_without_an_account_shows_the_form_and_where_to_add_one(client: httpx.Client) -> None:
    page = client.get("/actions/create_invoice").text
    assert "No account is connected yet" in page
    assert re.search(r'id="run" disabled aria-describedby="run-why"', page)
    assert "No account is connected yet" in client.get("/actions").text


def test_without_an_account_the_sample_is_the_sample(client: httpx.Client, bench: Workbench) -> None:
    page = client.get("/actions/create_invoice", params={"sample": "1"}).text
    assert value_of(page, "/customer_id") == bench.catalogue.sample("create_invoice")["customer_id"]


def test_drafts_are_forgotten_after_a_month(bench: Workbench) -> None:
    now = 1_000_000.0
    drafts = Drafts(bench.ledger, lambda: now)
    old = drafts.save(Draft("create_item", {"name": "old"}))
    now += 31 * 24 * 3600
    drafts.save(Draft("create_item", {}))
    assert drafts.get(old, "create_item") is None


def test_a_run_that_waits_says_why_and_until_when(client: httpx.Client, bench: Workbench) -> None:
    connected(bench)
    assert bench.sandbox is not None
    bench.sandbox.faults.add(Fault("minute_limit", method="POST", path="items"))
    page = client.get("/actions/create_item")
    answer = client.post(page.url.path, data=dict(posted_by(page.text)) | {"/name": "Rye", "/rate": "1"})
    told = " ".join(answer.text.split())
    assert re.search(r"It waits, and is tried again at \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC\.", told)
    assert "Too many calls within one minute" in told
    assert "Look again</a></noscript>" in told
