"""Calls an ASGI application as a server does, one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from tests.trigger.loops import run_alone
from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.answering import EventStore
from zoho_books_connector.trigger.endpoint import WebhookEndpoint, webhook_endpoint

from .deliveries import NOW, SECRET, TOKEN

LIMIT = 20_000


class Kept:
    """A store in memory that can be told to fail, or to wait."""

    def __init__(self, *faults: Exception) -> None:
        self.events: list[Event] = []
        self.calls = 0
        self._faults = list(faults)

    def put(self, events: Sequence[Event]) -> int:
        self.calls += 1
        if self._faults:
            raise self._faults.pop(0)
        self.events += events
        return len(events)


def endpoint(store: EventStore, **options: Any) -> WebhookEndpoint:
    fixed: dict[str, Any] = {"secrets": [SECRET], "header_tokens": [TOKEN], "max_body": LIMIT}
    trigger = options.pop("trigger", None) or WebhookTrigger(clock=lambda: NOW)
    return webhook_endpoint(trigger, store, **(fixed | options))


class Exchange:
    """One request and what was answered; ``status`` is ``None`` when nothing was."""

    def __init__(
        self,
        given: Delivery,
        *,
        parts: Iterable[bytes] | None = None,
        length: object = None,
        gone: bool = False,
        silent: bool = False,
        http_version: str = "1.1",
        query: bytes | None = None,
    ) -> None:
        headers = [(name.lower().encode(), value.encode("utf-8", "surrogateescape")) for name, value in given.headers]
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": http_version,
            "method": given.method,
            "path": "/",
            "query_string": given.query.encode() if query is None else query,
            "headers": headers,
        }
        self._parts = [given.body] if parts is None else list(parts)
        self._gone = gone
        self._silent = silent
        self.asked = 0
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        if self._parts:
            part = self._parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self._parts or self._gone or self._silent)}
        if self._silent:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(dict(message))

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    async def run(self, app: WebhookEndpoint) -> int | None:
        await app(self.scope, self.receive, self.send)
        return self.status


def status(app: WebhookEndpoint, given: Delivery, **options: Any) -> int | None:
    return run_alone(Exchange(given, **options).run(app))
