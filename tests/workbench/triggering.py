"""A person at the trigger's pages without a browser, a sender of deliveries, and what a test looks at."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.workbench.running import centre_of, organization_of
from zoho_books_connector.sandbox.automation import Automation
from zoho_books_connector.stores import SqliteInbox, StoredSubscription
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.trigger.receiving import Channel

EVENTS = ["contact.created", "contact.updated"]
RECORD = {
    "contact_id": "982000000567001",
    "contact_name": "Bowman and Co",
    "last_modified_time": "2026-06-11T09:00:00Z",
}


class Person:
    """Somebody who opens pages and sends their forms, and remembers every answer."""

    def __init__(self, client: httpx.Client, connection: str) -> None:
        self.client = client
        self._connection = connection
        self.answers: list[httpx.Response] = []

    def get(self, path: str, **query: str) -> str:
        """Return a page."""
        return self._kept(self.client.get(path, params={"connection": self._connection, **query})).text

    def post(self, path: str, *, status: int = 200, **fields: Any) -> str:
        """Send a form; returns the page that it leads to."""
        form = {"csrf": self.csrf, "connection": self._connection, **fields}
        answer = self._kept(self.client.post(path, data=form))
        assert answer.status_code == status, answer.text
        return answer.text

    def subscribe(self, events: list[str] = EVENTS, **fields: Any) -> str:
        """Subscribe under the usual name."""
        return self.post("/trigger/subscribe", **{"label": "Connector", "events": events, "do": "now", **fields})

    @property
    def csrf(self) -> str:
        """The token of the session's forms."""
        found = re.search(r'name="csrf" value="(\w+)"', self.get("/trigger"))
        assert found is not None
        return found[1]

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        self.answers += [*answer.history, answer]
        return answer


def subscription(bench: Workbench, connection: str) -> StoredSubscription:
    """Return the only subscription."""
    [stored] = bench.subscriptions.of(connection)
    return stored


def channel(bench: Workbench, connection: str) -> Channel:
    """Return what a connection receives with."""
    found = bench.receiving.channel(connection)
    assert found is not None
    return found


def inbox(bench: Workbench, connection: str) -> SqliteInbox:
    """Return a connection's inbox."""
    return channel(bench, connection).inbox


def automation(bench: Workbench) -> Automation:
    """Return what the organization in the sandbox automates."""
    return centre_of(bench).automation(organization_of(bench))


def deliver(
    bench: Workbench,
    connection: str,
    record: dict[str, Any] = RECORD,
    *,
    secret: str | None = None,
    token: str | None = None,
    host: str | None = None,
    event: str = "contact_created",
) -> int:
    """Send a delivery to a connection, genuine unless an argument says otherwise; returns the status."""
    stored = bench.subscriptions.of(connection)
    current = stored[0].subscription if stored else None
    path = f"/hooks/{connection}?event={event}"
    body = json.dumps({"contact": record}).encode()
    pairs = sorted(parse_qsl(urlsplit(path).query))
    signed = "".join(key + value for key, value in pairs).encode() + body
    key = secret or (current.secret if current else "no-subscription")
    headers = {
        "X-Zoho-Webhook-Signature": hmac.new(key.encode(), signed, hashlib.sha256).hexdigest(),
        "X-Connector-Token": token or (current.header_token if current else "no-subscription"),
        "Content-Type": "application/json",
        **({"Host": host} if host else {}),
    }
    at = f"http://{bench.settings.host}:{bench.settings.port}"
    with httpx.Client(base_url=at, trust_env=False) as sender:
        return sender.post(path, content=body, headers=headers).status_code


def until(reached: Callable[[], Any], *, within: float = 20.0) -> Any:
    """Wait until something is so; returns it."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        if found := reached():
            return found
        time.sleep(0.02)
    raise AssertionError("it never became so")


def types(bench: Workbench, connection: str) -> list[str | None]:
    """Return the types of the events that arrived, the latest first, without the checks of saved webhooks."""
    return [each.type for each in inbox(bench, connection).recent() if each.type != "test"]
