"""Faults on demand."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from zoho_books_connector.sandbox import Fault
from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.sandbox.faults import FAULT_KINDS, Faults

CONTACT = {"contact_name": "Bowman and Co"}
BROKEN = (OSError, http.client.HTTPException)


def wait_for(what: Callable[[], object]) -> None:
    """Give a server that shares a busy machine ten seconds."""
    for _ in range(10_000):
        if what():
            return
        time.sleep(0.001)
    pytest.fail("it did not happen")


def fault(bench: Any, kind: str, **more: Any) -> None:
    bench.sandbox.faults.add(Fault(method="POST", path=r"/books/v3/contacts$", kind=kind, **more))


@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "html", "empty", "refused_with_200", "truncated_json"])
def test_with_commit_the_call_is_carried_out_and_without_it_is_not(bench: Any, kind: str, commit: bool) -> None:
    fault(bench, kind, commit=commit)
    reply = bench.books.post("/contacts", CONTACT)
    assert reply.status == (
        int(kind) if kind.isdigit() else 201 if commit and kind in ("empty", "truncated_json") else 200
    )
    assert len(bench.records("contact")) == (1 if commit else 0)
    assert bench.us.requests[-1].fault == kind


@pytest.mark.parametrize("kind", ["502", "503", "504", "html"])
def test_gateways_answer_pages(bench: Any, kind: str) -> None:
    fault(bench, kind)
    assert bench.books.post("/contacts", CONTACT).headers["content-type"].startswith("text/html")


def test_truncated_json_has_the_right_length(bench: Any) -> None:
    fault(bench, "truncated_json", commit=True)
    reply = bench.books.post("/contacts", CONTACT)
    assert int(reply.headers["content-length"]) == len(reply.body)
    with pytest.raises(json.JSONDecodeError):
        _ = reply.data


def test_a_cut_body_is_shorter_than_declared(bench: Any) -> None:
    fault(bench, "cut_body", commit=True)
    with pytest.raises(http.client.IncompleteRead):
        bench.books.post("/contacts", CONTACT)
    assert len(bench.records("contact")) == 1


@pytest.mark.parametrize("commit", [False, True])
def test_a_reset_connection(bench: Any, commit: bool) -> None:
    fault(bench, "reset", commit=commit)
    with pytest.raises(OSError):
        bench.books.post("/contacts", CONTACT)
    assert len(bench.records("contact")) == (1 if commit else 0)
    assert bench.us.requests[-1].status is None


@pytest.mark.parametrize("commit", [False, True])
def test_a_client_that_waits_in_vain(bench: Any, commit: bool) -> None:
    fault(bench, "timeout", commit=commit, seconds=60)
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    with Caller(bench.us.api_url, token, bench.organization_id, timeout=0.05) as caller, pytest.raises(TimeoutError):
        caller.post("/contacts", CONTACT)
    wait_for(lambda: bench.us.requests)
    assert len(bench.records("contact")) == (1 if commit else 0)
    assert [request.status for request in bench.us.requests] == [201 if commit else None]


def test_a_delayed_answer_arrives(bench: Any) -> None:
    fault(bench, "delay", seconds=0.01)
    assert bench.books.post("/contacts", CONTACT).status == 201


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("minute_limit", 429, 44),
        ("blocked", 429, 43),
        ("day_limit", 429, 45),
        ("concurrency_limit", 429, 1070),
        ("unauthorized", 401, 57),
        ("unknown_address", 404, 5),
        ("500", 500, 1000),
    ],
)
def test_refusals_never_carry_out(bench: Any, kind: str, status: int, code: int) -> None:
    fault(bench, kind, commit=kind != "500")
    reply = bench.books.post("/contacts", CONTACT)
    assert (reply.status, reply.code) == (status, code)
    assert bench.records("contact") == []
    assert bench.books.post("/contacts", CONTACT).status == 201


def test_headers_can_be_added(bench: Any) -> None:
    fault(bench, "minute_limit", headers=(("Retry-After", "1800"),))
    assert bench.books.post("/contacts", CONTACT).headers["retry-after"] == "1800"


def test_the_right_answer_under_the_wrong_type(bench: Any) -> None:
    fault(bench, "wrong_content_type", commit=True)
    reply = bench.books.post("/contacts", CONTACT)
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.data["contact"]["contact_name"] == "Bowman and Co"


def test_a_huge_answer(bench: Any) -> None:
    fault(bench, "huge", commit=True, size=1_000_000)
    reply = bench.books.post("/contacts", CONTACT)
    assert len(reply.body) > 1_000_000
    assert reply.code == 0


def test_a_redirect_elsewhere(bench: Any) -> None:
    fault(bench, "redirect")
    reply = bench.books.post("/contacts", CONTACT)
    assert (reply.status, reply.headers["location"]) == (302, "https://redirect.invalid/")


def test_token_requests_go_wrong_too(bench: Any) -> None:
    bench.sandbox.faults.add(Fault(path="/oauth/v2/token$", kind="503"))
    with Caller(bench.us.accounts_url) as caller:
        assert caller.form("/oauth/v2/token", {}).status == 503
        assert caller.form("/oauth/v2/token", {}).data == {"error": "invalid_client"}


def test_after_and_times_count_matches() -> None:
    faults = Faults()
    faults.add(Fault(path="/contacts", kind="500", after=2, times=2))
    struck = [faults.take("us", "GET", "/contacts") is not None for _ in range(6)]
    assert struck == [False, False, True, True, False, False]
    assert faults.take("us", "GET", "/items") is None


def test_times_none_is_for_ever_until_cleared() -> None:
    faults = Faults()
    faults.add(Fault(kind="500", times=None))
    assert all(faults.take("us", "GET", "/") for _ in range(20))
    faults.clear()
    assert faults.take("us", "GET", "/") is None


def test_chance_is_repeatable_for_a_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(kind="500", times=None, probability=0.5))
        return [faults.take("us", "GET", "/") is not None for _ in range(50)]

    assert struck(1) == struck(1)
    assert 5 < sum(struck(1)) < 45


def test_a_fault_may_be_about_one_data_centre() -> None:
    faults = Faults()
    faults.add(Fault(kind="500", data_centre="in"))
    assert faults.take("us", "GET", "/") is None
    assert faults.take("in", "GET", "/") is not None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError):
        Fault(kind="earthquake")


@pytest.mark.parametrize("kind", sorted(kind for kind, row in FAULT_KINDS.items() if not row.ends_tokens))
def test_the_next_call_works_after_every_kind(bench: Any, kind: str) -> None:
    fault(bench, kind, seconds=0.01, size=1000)
    with suppress(*BROKEN):
        bench.books.post("/contacts", CONTACT)
    assert bench.books.get("/contacts").code == 0


def test_stopping_releases_whoever_waits(bench: Any) -> None:
    fault(bench, "timeout", seconds=3600)
    failed: list[BaseException] = []
    arrived = threading.Event()

    def call() -> None:
        arrived.set()
        try:
            bench.books.post("/contacts", CONTACT)
        except BROKEN as error:
            failed.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    arrived.wait(10)
    bench.sandbox.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert len(failed) == 1


@pytest.mark.parametrize(("kind", "answer"), [("token_expired", "access_token"), ("token_revoked", "error")])
def test_tokens_may_die_at_a_chosen_request(bench: Any, kind: str, answer: str) -> None:
    client = bench.sandbox.register_client()
    refresh_token = bench.us.issue_tokens(client)["refresh_token"]
    fault(bench, kind, after=1)
    assert bench.books.post("/contacts", CONTACT).status == 201
    refused = bench.books.post("/contacts", {"contact_name": "Second"})
    assert (refused.status, refused.code) == (401, 57)
    assert len(bench.records("contact")) == 1
    assert bench.us.requests[-1].fault == kind
    fields = {"client_id": client.client_id, "client_secret": client.client_secret}
    refresh = fields | {"grant_type": "refresh_token", "refresh_token": refresh_token}
    with Caller(bench.us.accounts_url) as caller:
        assert answer in caller.form("/oauth/v2/token", refresh).data


@pytest.mark.parametrize("kind", ["reset", "timeout", "504", "empty"])
def test_a_call_may_be_carried_out_when_its_client_has_gone(bench: Any, kind: str) -> None:
    fault(bench, kind, commit=True, commit_after=5, seconds=0)
    with suppress(*BROKEN):
        bench.books.post("/contacts", CONTACT)
    bench.clock.tick(4.9)
    assert bench.books.get("/contacts").data["contacts"] == []
    bench.clock.tick(0.1)
    assert len(bench.books.get("/contacts").data["contacts"]) == 1


def test_what_is_carried_out_late_bears_the_time_at_which_it_was_due(make_bench: Any) -> None:
    bench = make_bench(listing_lag_seconds=2)
    fault(bench, "reset", commit=True, commit_after=5)
    with suppress(*BROKEN):
        bench.books.post("/contacts", CONTACT)
    bench.clock.tick(60)
    [row] = bench.books.get("/contacts").data["contacts"]
    assert row["created_time"] == "2026-06-11T20:38:11-0400"


def test_the_books_can_be_counted_without_waiting_for_late_calls(bench: Any) -> None:
    for seconds in (50, 40):
        fault(bench, "503", commit=True, commit_after=seconds)
        bench.books.post("/contacts", {"contact_name": f"After {seconds}"})
    assert bench.records("contact") == []
    bench.sandbox.carry_out_late()
    assert [contact["contact_name"] for contact in bench.records("contact")] == ["After 40", "After 50"]


def test_a_late_call_is_carried_out_once(bench: Any) -> None:
    fault(bench, "reset", commit=True, commit_after=5)
    with suppress(*BROKEN):
        bench.books.post("/contacts", CONTACT)
    bench.sandbox.carry_out_late()
    bench.clock.tick(10)
    assert len(bench.records("contact")) == 1
    assert len(bench.us.requests) == 1


def test_a_listener_hears_the_answers_that_nobody_got(bench: Any) -> None:
    heard: list[tuple[str, int]] = []
    bench.us.on_carried_out = lambda request, response: heard.append((request.method, response.status))
    fault(bench, "reset", commit=True)
    fault(bench, "503", commit=True, commit_after=5)
    fault(bench, "503")
    for number in range(3):
        with suppress(*BROKEN):
            bench.books.post("/contacts", {"contact_name": f"Number {number}"})
    assert heard == [("POST", 201)]
    bench.sandbox.carry_out_late()
    assert heard == [("POST", 201)] * 2
