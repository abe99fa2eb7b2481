"""Answers that Zoho gives and no schema promises: blanks, nulls, numbers as text, strange contexts, refusals."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.doubles import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, answer, connected, credential, run_with, texts_of
from zoho_books_connector.boundary import OptionsPage
from zoho_books_connector.errors import ConnectorError, RateLimitedError, RejectedError, UnexpectedResponseError
from zoho_books_connector.options import SOURCES
from zoho_books_connector.options.memory import Memory


def pick(
    source_id: str, *replies: httpx.Response, depends: dict[str, Any] | None = None, search: str = ""
) -> tuple[OptionsPage, list[httpx.Request]]:
    run, script = run_with(*replies)
    page = SOURCES[source_id](credential(), tokens=connected(), run=run, depends=depends, search=search)
    return page, script.requests


def labels(source_id: str, *replies: httpx.Response, **named: Any) -> list[str]:
    return [option.label for option in pick(source_id, *replies, **named)[0].options]


@pytest.mark.parametrize("held", [None, "", [], {}, [None, "", 7, []]])
def test_no_list_is_an_empty_list(held: Any) -> None:
    assert labels("contact", answer(contacts=held)) == []


def test_a_missing_key_is_an_empty_list() -> None:
    assert labels("contact", answer()) == []


def test_a_record_without_an_id_cannot_be_chosen_and_one_without_a_name_shows_its_id() -> None:
    records = [{"contact_name": "No id"}, {"contact_id": "", "contact_name": "x"}, {"contact_id": "7"}]
    assert labels("contact", answer(contacts=records)) == ["7"]


def test_an_id_that_comes_as_a_number_keeps_every_digit() -> None:
    [option] = pick("tax", answer(taxes=[{"tax_id": 9820000000005660090, "tax_name": "VAT"}]))[0].options
    assert option.value == "9820000000005660090"


@pytest.mark.parametrize(
    ("given", "read"),
    [("70%", 70), ("12.50", 12.5), (12.5, 12.5), ("-3", -3), ("", None), (None, None), (True, None), ("a lot", None)],
)
def test_a_number_may_come_as_text(given: Any, read: Any) -> None:
    [option] = pick("tax", answer(taxes=[{"tax_id": "1", "tax_name": "VAT", "tax_percentage": given}]))[0].options
    assert option.data.get("tax_percentage") == read
    assert option.detail == ("" if read is None else f"{read} %")


def test_a_number_with_too_many_digits_stays_text() -> None:
    text = "1234567890.12345678901"
    [option] = pick("item", answer(items=[{"item_id": "1", "name": "A", "rate": text}]))[0].options
    assert option.data["rate"] == text


def test_blank_facts_are_left_out() -> None:
    record: dict[str, Any] = {
        "item_id": "1",
        "name": "A",
        "rate": "",
        "unit": None,
        "tax_id": "",
        "is_taxable": "",
        "sku": [],
    }
    [option] = pick("item", answer(items=[record]))[0].options
    assert option.data == {"name": "A"}


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ({}, True),
        ({"status": ""}, True),
        ({"status": "Active"}, True),
        ({"status": "crm"}, True),
        ({"status": "Inactive"}, False),
        ({"is_active": "false"}, False),
        ({"is_active": ""}, True),
        ({"is_inactive": True}, False),
    ],
)
def test_only_what_says_so_is_inactive(record: dict[str, Any], shown: bool) -> None:
    assert bool(labels("account", answer(chartofaccounts=[{"account_id": "1", **record}]))) is shown


@pytest.mark.parametrize(
    ("context", "more"),
    [
        ({"has_more_page": True}, True),
        ([{"has_more_page": True}], True),
        ({"has_more_page": ""}, False),
        ({}, False),
        (None, False),
        ("", False),
        ([], False),
    ],
)
def test_there_is_more_only_where_zoho_says_so(context: Any, more: bool) -> None:
    page, _ = pick("project", answer(projects=[{"project_id": "1", "project_name": "A"}], page_context=context))
    assert bool(page.cursor) is more


def test_what_a_server_lists_besides_what_was_searched_is_left_out() -> None:
    records = [{"contact_id": "1", "contact_name": "Bowman"}, {"contact_id": "2", "contact_name": "Miller"}]
    assert labels("contact", answer(contacts=records), search="bow") == ["Bowman"]


def test_a_server_that_ignores_the_search_is_paged_through_but_not_for_ever() -> None:
    full = answer(contacts=[{"contact_id": "2", "contact_name": "Miller"}], page_context={"has_more_page": True})
    page, requests = pick("contact", *[full] * 5, search="bow")
    assert (page.options, len(page.calls), len(requests)) == ((), 5, 5)
    assert page.cursor


def test_what_is_sent() -> None:
    _, [request] = pick("customer", answer(), search=" Bow man ")
    assert dict(request.url.params) == {
        "contact_type": "customer",
        "contact_name_contains": "Bow man",
        "filter_by": "Status.Active",
        "sort_column": "contact_name",
        "sort_order": "A",
        "page": "1",
        "per_page": "200",
        "organization_id": "10234695",
    }


def test_a_long_search_is_cut_to_what_zoho_takes() -> None:
    _, [request] = pick("contact", answer(), search="x" * 500)
    assert len(request.url.params["contact_name_contains"]) == 100


@pytest.mark.parametrize("source_id", ["organization", "location", "address", "template"])
def test_a_list_that_comes_whole_is_not_asked_for_pages(source_id: str) -> None:
    depends = {"customer_id": "7", "document": "invoice"}
    _, [request] = pick(source_id, answer(), depends=depends)
    assert "page" not in request.url.params


# --- refusals -----------------------------------------------------------------------------------------------------

UNKNOWN = [
    answer(404, 5, "Invalid URL Passed"),
    answer(400, 5, "Invalid URL Passed"),
    httpx.Response(404, text="<html>"),
]


@pytest.mark.parametrize("reply", UNKNOWN)
@pytest.mark.parametrize("source_id", ["salesperson", "location"])
def test_a_list_that_an_organization_does_not_have_is_empty_and_says_so(source_id: str, reply: httpx.Response) -> None:
    page, _ = pick(source_id, reply)
    assert page.options == ()
    assert "give the id yourself" in page.warnings[0]


def test_a_list_that_everybody_has_is_not_excused() -> None:
    with pytest.raises(RejectedError):
        pick("contact", UNKNOWN[0])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(400, 9999, "Something new"), ConnectorError),
        (answer(429, 45, "day"), RateLimitedError),
        (httpx.Response(200, text="<html>"), UnexpectedResponseError),
        (answer(401, 57, "You are not authorized"), ConnectorError),
    ],
)
@pytest.mark.parametrize("source_id", ["salesperson", "custom_field", "contact"])
def test_other_refusals_are_errors_and_hold_no_secret(
    source_id: str, reply: httpx.Response, kind: type[ConnectorError]
) -> None:
    renewed = httpx.Response(200, json={"access_token": "1000.renewed-canary", "expires_in": 3600})
    replies = [reply, renewed, reply] if reply.status_code == 401 else [reply] * 3
    with pytest.raises(kind) as caught:
        pick(source_id, *replies, depends={"module": "item"}, search="search-canary")
    told = "\n".join(texts_of(caught.value))
    for secret in (ACCESS_TOKEN, REFRESH_TOKEN, CLIENT_SECRET, "canary"):
        assert secret not in told


@pytest.mark.parametrize("reply", [answer(contacts=[{"contact_id": "7"}]), answer(400, 9999, "Something new")])
def test_no_secret_is_logged_or_remembered(reply: httpx.Response, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    run, _ = run_with(reply)
    with suppress(ConnectorError):
        SOURCES["contact"](credential(), tokens=connected(), run=run)
    held = repr(vars(Memory.of(run)))
    for secret in (ACCESS_TOKEN, REFRESH_TOKEN, CLIENT_SECRET):
        assert secret not in caplog.text
        assert secret not in held
    assert caplog.records
