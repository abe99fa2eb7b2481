"""A host that subscribes at a running sandbox, and the wire between them, which can fail at any request."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tests.doubles import Clock
from tests.end_to_end.conftest import Books
from tests.reference_host import ReferenceHost
from zoho_books_connector.boundary import (
    HttpSettings,
    RunContext,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    Trigger,
    Unsubscribed,
)
from zoho_books_connector.plugin import connector_trigger
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.sandbox.caller import Caller

URL = "https://hooks.example.com/zoho?tenant=7"
EVENTS = ("invoice.created", "contact.updated")
WEBHOOKS, RULES = "/settings/webhooks", "/settings/workflows"


def trigger() -> Trigger:
    found = connector_trigger("zoho_books", "webhook")
    assert found is not None
    return found


@dataclass
class Wire(httpx.BaseTransport):
    """The bottom transport, which can lose an answer after the request was carried out, or a request before it."""

    inner: httpx.BaseTransport
    sent: list[str] = field(default_factory=list)
    #: Counts settings requests from 0; what happens to the request with that number.
    strikes: dict[int, str] = field(default_factory=dict)
    #: Answers in place of Zoho, by the start of ``METHOD path``.
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    #: The number of requests after which Zoho lets no more through.
    most: int | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        line = f"{request.method} {request.url.path.removeprefix('/books/v3')}"
        at = len(self.sent)
        self.sent.append(line)
        self.requests.append(request)
        for start, answer in self.answers.items():
            if line.startswith(start):
                return httpx.Response(answer.status_code, content=answer.content, headers={"content-type": JSON})
        if self.most is not None and at >= self.most:
            return refusal(429, 44, "Too many calls within one minute.")
        strike = self.strikes.get(at)
        if strike == "before":
            raise Crash(line)
        response = self.inner.handle_request(request)
        response.read()
        if strike == "after":
            raise Crash(line)
        if strike == "lost":
            raise httpx.ReadTimeout("the answer is lost", request=request)
        return response

    def close(self) -> None:
        self.inner.close()


JSON = "application/json"


class Crash(BaseException):
    """The end of the process: nothing catches it."""


class Desk(Books):
    """One organization of the sandbox, and a host that subscribes to its events."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        token = self.centre.issue_tokens(self.client, "ZohoBooks.fullaccess.all")["access_token"]
        self.person = Caller(self.centre.api_url, token, self.organization_id)
        self.trigger = trigger()
        #: What a test's fixture prepared.
        self.wanted = self.prepare()

    def _host(self) -> ReferenceHost:
        host = super()._host()
        self.wire = Wire(httpx.HTTPTransport())
        self.clock = Clock()
        self.runtime_resources = {
            "zoho_books.transport": self.wire,
            "zoho_books.sleep": self.clock.sleep,
            "zoho_books.clock": self.clock,
            "zoho_books.monotonic": self.clock,
        }
        host.runtime = DefaultRuntime(self.settings(host), resources=self.runtime_resources)
        return host

    @staticmethod
    def settings(host: ReferenceHost) -> HttpSettings:
        return host.runtime.http

    def restart(self) -> None:
        """Begin a new process: what the runtime learnt is forgotten."""
        self.host.runtime = DefaultRuntime(self.host.runtime.http, resources=self.runtime_resources)

    def prepare(self, *events: str, url: str = URL, label: str = "Connector") -> Subscription:
        return self.trigger.prepare(url, events or EVENTS, label=label)

    def subscribe(self, subscription: Subscription, *, dry_run: bool = False) -> Subscribed:
        return self.trigger.subscribe(subscription, **self.connection(), dry_run=dry_run)

    def check(self, subscription: Subscription) -> SubscriptionCheck:
        return self.trigger.check(subscription, **self.connection())

    def unsubscribe(self, subscription: Subscription) -> Unsubscribed:
        return self.trigger.unsubscribe(subscription, **self.connection())

    def connection(self) -> dict[str, Any]:
        run = RunContext(self.host.runtime)
        return {"credential": self.host.credential, "tokens": self.host.tokens, "run": run}

    def webhooks(self) -> dict[str, dict[str, Any]]:
        """Every webhook as the sandbox keeps it, by its id."""
        return deepcopy(self.automation.webhooks)

    def rules(self) -> dict[str, dict[str, Any]]:
        return deepcopy(self.automation.rules)

    @property
    def automation(self) -> Any:
        return self.centre._books(self.organization_id).automation

    def webhook(self, name: str) -> dict[str, Any]:
        [found] = [row for row in self.webhooks().values() if row["webhook_name"] == name]
        return found

    def rule(self, name: str) -> dict[str, Any]:
        [found] = [row for row in self.rules().values() if row["workflow_name"] == name]
        return found

    def add_webhook(self, **fields: Any) -> str:
        """Make a webhook as a person does."""
        body = {"webhook_name": "My own", "entity": "invoice", "url": "https://example.com/mine"} | fields
        return str(self.person.post(WEBHOOKS, body).data["webhook"]["webhook_id"])

    def add_rule(self, webhook_id: str, **fields: Any) -> str:
        body = {
            "workflow_name": "My own",
            "rule_type": "add_edit",
            "entity": "invoice",
            "instant_actions": [{"action_id": webhook_id, "action_type": "webhook"}],
        } | fields
        return str(self.person.post(RULES, body).data["workflow"]["workflow_id"])

    def stands(self, subscription: Subscription) -> None:
        """Assert that exactly one webhook and one rule stand for each event, and nothing else with its name."""
        wanted = sorted(f"{subscription.name} {event}" for event in subscription.events)
        webhooks = [row for row in self.webhooks().values() if row["webhook_name"].startswith(subscription.name)]
        rules = [row for row in self.rules().values() if row["workflow_name"].startswith(subscription.name)]
        assert sorted(row["webhook_name"] for row in webhooks) == wanted
        assert sorted(row["workflow_name"] for row in rules) == wanted
        assert all(row["is_active"] for row in rules)
        by_name = {row["webhook_name"]: row["webhook_id"] for row in webhooks}
        for rule in rules:
            assert rule["instant_actions"] == [{"action_id": by_name[rule["workflow_name"]], "action_type": "webhook"}]


MakeDesk = Callable[..., Desk]


def limits(**changes: Any) -> Limits:
    return replace(Limits.off(), **changes)


def actions(done: Subscribed | Unsubscribed) -> list[tuple[str, str, str]]:
    return [(change.event, change.kind, change.action) for change in done.changes]


def drifts(check: SubscriptionCheck) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(drift.event, drift.kind, drift.what, drift.fields) for drift in check.drifts]


def codes(done: Subscribed | Unsubscribed) -> list[tuple[str | None, str]]:
    return [(problem.event, problem.code) for problem in done.problems]


def refusal(status: int, code: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message})
