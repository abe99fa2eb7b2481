"""Rate limits of the Books API."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from zoho_books_connector.sandbox import Fault, Limits
from zoho_books_connector.sandbox.caller import Caller, Reply

LONG = 10**12
"""A life of access tokens that no moved clock ends."""
MINUTE = Limits(per_minute=3, block_after_refusals=4, per_day=None, concurrent=None, access_token_seconds=LONG)


def codes(bench: Any, times: int) -> list[int]:
    return [bench.books.get("/contacts").code for _ in range(times)]


@pytest.mark.parametrize("window", ["sliding", "fixed"])
def test_the_minute(make_bench: Any, window: str) -> None:
    bench = make_bench(limits=MINUTE, rate_window=window)
    bench.clock.seconds = 6_000_000_000.0  # the start of a fixed minute
    assert codes(bench, 4) == [0, 0, 0, 44]
    bench.clock.tick(59)
    assert codes(bench, 1) == [44]
    bench.clock.tick(1)
    assert codes(bench, 4) == [0, 0, 0, 44]


@pytest.mark.parametrize(("window", "expected"), [("sliding", [0, 44, 44]), ("fixed", [0, 0, 0])])
def test_the_windows_differ_at_the_edge(make_bench: Any, window: str, expected: list[int]) -> None:
    bench = make_bench(limits=MINUTE, rate_window=window)
    bench.clock.seconds = 6_000_000_000.0
    assert codes(bench, 1) == [0]
    bench.clock.tick(59)
    assert codes(bench, 2) == [0, 0]
    bench.clock.tick(1)
    assert codes(bench, 3) == expected


def test_excess_that_goes_on_leads_to_a_block(make_bench: Any) -> None:
    bench = make_bench(limits=MINUTE)
    assert codes(bench, 8) == [0, 0, 0, 44, 44, 44, 43, 43]
    bench.clock.tick(899)
    assert codes(bench, 1) == [43]
    bench.clock.tick(1)
    assert codes(bench, 1) == [0]


@pytest.mark.parametrize(("plan", "calls"), [("free", 1000), ("standard", 2000), ("professional", 5000)])
def test_the_day_depends_on_the_plan_and_is_told_in_headers(make_bench: Any, plan: str, calls: int) -> None:
    bench = make_bench(limits=Limits(plan=plan))
    headers = bench.books.get("/contacts").headers
    assert headers["x-rate-limit-limit"] == str(calls)
    assert headers["x-rate-limit-remaining"] == str(calls - 1)
    # 20:38:06 in New York
    assert headers["x-rate-limit-reset"] == str(3 * 3600 + 21 * 60 + 54)


def test_the_day_ends_at_midnight_of_the_organization(make_bench: Any) -> None:
    bench = make_bench(limits=Limits(per_day=2, per_minute=None, access_token_seconds=LONG))
    assert codes(bench, 3) == [0, 0, 45]
    bench.clock.tick(3 * 3600 + 21 * 60 + 53)
    assert codes(bench, 1) == [45]
    bench.clock.tick(1)
    assert codes(bench, 1) == [0]


@pytest.mark.parametrize("position", ["present", "absent"])
def test_quota_headers_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(limits=Limits(), quota_headers=position)
    assert ("x-rate-limit-limit" in bench.books.get("/contacts").headers) == (position == "present")


@pytest.mark.parametrize("position", ["absent", "present"])
def test_retry_after_by_switch(make_bench: Any, position: str) -> None:
    bench = make_bench(limits=MINUTE, retry_after=position)
    codes(bench, 3)
    headers = bench.books.get("/contacts").headers
    assert headers.get("retry-after") == (None if position == "absent" else "60")


def test_organizations_have_limits_of_their_own(make_bench: Any) -> None:
    bench = make_bench(limits=MINUTE)
    assert codes(bench, 4)[-1] == 44
    other = bench.us.organizations[1]["organization_id"]
    assert bench.books.get("/contacts", organization_id=other).code == 0


def test_calls_at_the_same_time(make_bench: Any) -> None:
    bench = make_bench(limits=Limits(concurrent=1))
    bench.sandbox.faults.add(Fault(method="POST", kind="timeout", commit=True, seconds=60))
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    held = Caller(bench.us.api_url, token, bench.organization_id)
    replies: list[Reply | None] = []

    def call() -> None:
        with held:
            try:
                replies.append(held.post("/contacts", {"contact_name": "Held"}))
            except OSError:
                replies.append(None)

    thread = threading.Thread(target=call)
    thread.start()
    for _ in range(10_000):
        if bench.records("contact"):
            break
        time.sleep(0.001)
    reply = bench.books.get("/contacts")
    assert (reply.status, reply.code) == (429, 1070)
    bench.sandbox.stop()
    thread.join(10)
    assert len(replies) == 1


def test_limits_can_be_switched_off(make_bench: Any) -> None:
    bench = make_bench(limits=Limits.off())
    assert set(codes(bench, 150)) == {0}
    assert "x-rate-limit-limit" not in bench.books.get("/contacts").headers
