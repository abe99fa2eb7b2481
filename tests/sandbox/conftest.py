"""Fixtures of the sandbox's own tests: a clock that stands still, sandboxes on it, and callers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from zoho_books_connector.sandbox import Limits, Sandbox, Switches
from zoho_books_connector.sandbox.caller import Caller


@dataclass
class StandingClock:
    """Unix seconds that move only when told; it starts at 2026-06-12 00:38:06 UTC."""

    seconds: float = 1781224686.0

    def __call__(self) -> float:
        return self.seconds

    def tick(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Bench:
    """One sandbox with a caller into the first organization of its data centre `us`."""

    sandbox: Sandbox
    books: Caller
    organization_id: str
    clock: StandingClock

    @property
    def us(self) -> Any:
        return self.sandbox["us"]

    def records(self, module: str) -> list[dict[str, Any]]:
        return self.sandbox["us"].records(self.organization_id, module)

    def customer(self, **fields: Any) -> dict[str, Any]:
        body = {"contact_name": "Bowman and Co"} | fields
        contact: dict[str, Any] = self.books.post("/contacts", body).data["contact"]
        return contact

    def item(self, **fields: Any) -> dict[str, Any]:
        item: dict[str, Any] = self.books.post("/items", {"name": "Hard Drive", "rate": 120} | fields).data["item"]
        return item


MakeBench = Callable[..., Bench]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def make_bench(clock: StandingClock) -> Iterator[MakeBench]:
    """Make benches; by default without limits. `edition` is the number of the organization."""
    with ExitStack() as stack:

        def make(
            *, limits: Limits | None = None, edition: int = 0, scope: str = "ZohoBooks.fullaccess.all", **switches: Any
        ) -> Bench:
            sandbox = stack.enter_context(
                Sandbox(switches=Switches(**switches), limits=limits or Limits.off(), clock=clock)
            )
            us = sandbox["us"]
            organization_id = us.organizations[edition]["organization_id"]
            token = us.issue_tokens(sandbox.register_client(), scope)["access_token"]
            books = stack.enter_context(Caller(us.api_url, token, organization_id))
            return Bench(sandbox, books, organization_id, clock)

        yield make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
