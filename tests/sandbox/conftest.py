"""Fixtures of the sandbox's own tests: a clock that stands still, sandboxes on it, callers, and a receiver."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from zoho_books_connector.sandbox import Carrier, Limits, RetryPolicy, Sandbox, Switches
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

    def webhook(self, url: str = "http://127.0.0.1:9/hook", **fields: Any) -> dict[str, Any]:
        body = {"webhook_name": "Contacts", "entity": "contact", "url": url} | fields
        webhook: dict[str, Any] = self.books.post("/settings/webhooks", body).data["webhook"]
        return webhook

    def rule(self, webhook: dict[str, Any], **fields: Any) -> dict[str, Any]:
        rule: dict[str, Any] = self.books.post("/settings/workflows", rule_body(webhook) | fields).data["workflow"]
        return rule

    def subscribed(self, url: str, *, rule: dict[str, Any] | None = None, **webhook: Any) -> dict[str, Any]:
        """A webhook and its rule for created and edited contacts; gives the rule."""
        return self.rule(self.webhook(url, **webhook), **({"entity": webhook.get("entity", "contact")} | (rule or {})))

    @property
    def log(self) -> list[Any]:
        return [entry for entry in self.us.workflow_log(self.organization_id) if entry.parcel.event != "check"]


def rule_body(webhook: dict[str, Any]) -> dict[str, Any]:
    return {
        "workflow_name": "Contacts",
        "rule_type": "add_edit",
        "entity": "contact",
        "rule": {},
        "apply_rule_always": True,
        "instant_actions": [{"action_id": webhook["webhook_id"], "action_type": "webhook"}],
    }


MakeBench = Callable[..., Bench]


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def make_bench(clock: StandingClock) -> Iterator[MakeBench]:
    """Make benches; by default without limits. `edition` is the number of the organization."""
    with ExitStack() as stack:

        def make(
            *,
            limits: Limits | None = None,
            edition: int = 0,
            scope: str = "ZohoBooks.fullaccess.all",
            carrier: Carrier | None = None,
            retries: RetryPolicy | None = None,
            **switches: Any,
        ) -> Bench:
            sandbox = stack.enter_context(
                Sandbox(
                    switches=Switches(**switches),
                    limits=limits or Limits.off(),
                    clock=clock,
                    carrier=carrier,
                    retries=retries,
                )
            )
            us = sandbox["us"]
            organization_id = us.organizations[edition]["organization_id"]
            token = us.issue_tokens(sandbox.register_client(), scope)["access_token"]
            books = stack.enter_context(Caller(us.api_url, token, organization_id))
            return Bench(sandbox, books, organization_id, clock)

        yield make


@dataclass
class Got:
    """One delivery as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.body)
        return data


@dataclass
class Receiver:
    """Remembers what came; answers with the statuses in turn, and 200 once they are used up."""

    url: str = ""
    everything: list[Got] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    held: threading.Event | None = None

    @property
    def got(self) -> list[Got]:
        """What came, but for the empty calls that try a webhook."""
        return [got for got in self.everything if b"payload" not in got.body]

    def clear(self) -> None:
        self.everything.clear()

    def take(self, got: Got) -> int:
        if self.held is not None:
            self.held.wait(10)
        self.everything.append(got)
        return self.statuses.pop(0) if self.statuses else 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    hook = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(hook.take(Got(self.command, self.path, dict(self.headers), body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT = do_DELETE = _take  # noqa: N815 - as http.server looks them up

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        hook.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield hook
        if hook.held is not None:
            hook.held.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
