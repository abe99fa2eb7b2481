"""The page of an action before anybody is connected, and what the workbench keeps for it."""

from __future__ import annotations

import re

import httpx

from tests.workbench.browserless import value_of
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
