"""A host's process that is killed: it runs one step, and says when it has come as far as it is allowed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import httpx

from zoho_books_connector.boundary import HttpSettings, RunContext, TokenSet
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores import MemoryTokenStore
from zoho_books_connector.stores.journal import SqliteJournal

#: Where it stops by itself and waits for its end.
BEFORE_SENDING = "journalled, not sent"
BEFORE_NOTING = "answered, not noted"


@dataclass(frozen=True)
class Order:
    """What the process is to do."""

    action: str
    inputs: Mapping[str, Any]
    key: str
    moment: str
    http: HttpSettings
    credential: Mapping[str, Any]
    tokens: TokenSet
    journal: Path
    #: Seconds by which the host's clock is ahead of this machine's.
    ahead: float


def run(order: Order, arrived: Event) -> None:
    """Run the step; ``arrived`` is set where the process halts by itself."""

    def clock() -> float:
        return time.time() + order.ahead

    resources: dict[str, Any] = {"zoho_books.clock": clock, "zoho_books.monotonic": time.monotonic}
    if order.moment == BEFORE_SENDING:
        resources["zoho_books.transport"] = _Halted(arrived)
    journal = _Silent(order.journal, clock, arrived) if order.moment == BEFORE_NOTING else None
    runtime = DefaultRuntime(order.http, journal=journal or SqliteJournal(order.journal, clock), resources=resources)
    tokens = MemoryTokenStore()
    tokens.save(order.tokens, expected=None)
    handler = connector_action("zoho_books", order.action)
    if handler is None:
        raise LookupError(order.action)
    handler(
        order.inputs,
        credential=order.credential,
        tokens=tokens,
        run=RunContext(runtime, idempotency_key=order.key, attempt=1),
    )


def _halt(arrived: Event) -> None:
    arrived.set()
    time.sleep(3600)


class _Halted(httpx.BaseTransport):
    """Sends nothing."""

    def __init__(self, arrived: Event) -> None:
        self._arrived = arrived

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Stand still where the request would leave."""
        _halt(self._arrived)
        raise httpx.ConnectError("nobody came", request=request)


class _Silent(SqliteJournal):
    """Notes no outcome."""

    def __init__(self, path: Path, clock: Any, arrived: Event) -> None:
        super().__init__(path, clock)
        self._arrived = arrived

    def finish(self, key: str, record: str) -> None:  # noqa: ARG002 - the protocol's names
        """Stand still where the record would be noted."""
        _halt(self._arrived)
