"""What is measured: the connector's handlers as a host calls them, and the bare calls that they make."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final

import httpx

from zoho_books_connector.boundary import ActionHandler, Budget, DataCentre, HttpSettings, Journal, RunContext, TokenSet
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.budget import PacedBudget
from zoho_books_connector.sending.limits import Limits
from zoho_books_connector.stores import MemoryTokenStore

RECORD_ID: Final = "982000000567114"
ORGANIZATION_ID: Final = "10234695"
ACCESS_TOKEN: Final = "1000." + "a" * 65
READ_PATH: Final = f"/books/v3/invoices/{RECORD_ID}"
CREATE_PATH: Final = "/books/v3/invoices"

#: Limits that the benchmarks never meet, so that what is measured is the work and not the wait; the log of calls is as
#: long as that of a minute that is used up.
ENDLESS: Final = Limits(per_minute=10**9, concurrent=10**9, window=0.05)

_HEADERS: Final = {"Authorization": f"Zoho-oauthtoken {ACCESS_TOKEN}"}
_QUERY: Final = {"organization_id": ORGANIZATION_ID}
_REGION: Final = "benchmark"


class Host:
    """A host with one runtime and one connection to the local server."""

    def __init__(self, url: str, budget: Budget | None = None, journal: Journal | None = None) -> None:
        self.url = url
        settings = HttpSettings(sandboxes=[DataCentre(_REGION, "Benchmark", url, url)])
        self.runtime = DefaultRuntime(settings, budget=budget or PacedBudget(ENDLESS), journal=journal)
        self._steps = count()
        now = time.time()
        tokens = TokenSet(ACCESS_TOKEN, "1000." + "b" * 65, expires_at=now + 1e6, issued_at=now - 600)
        self.tokens = MemoryTokenStore(tokens)
        self.credential = {
            "schema_version": 2,
            "region": _REGION,
            "client_id": "1000.BENCHMARK",
            "client_secret": "benchmark",
            "scope": "ZohoBooks.fullaccess.all",
            "organization_id": ORGANIZATION_ID,
        }

    def action(self, action_id: str, inputs: Mapping[str, Any] | bytes) -> Callable[[], object]:
        """Return a call of an action."""
        handler = _handler(action_id)

        def call() -> object:
            return handler(inputs, credential=self.credential, tokens=self.tokens, run=RunContext(self.runtime))

        return call

    def steps(self, action_id: str, inputs: Mapping[str, Any]) -> Callable[[], object]:
        """Return the first attempt of a create under a key that is another one each time."""
        handler = _handler(action_id)

        def call() -> object:
            run = RunContext(self.runtime, idempotency_key=f"workflow/run-{next(self._steps)}/create", attempt=1)
            return handler(inputs, credential=self.credential, tokens=self.tokens, run=run)

        return call

    def read(self) -> Callable[[], object]:
        """Return a call of Get Records by Id."""
        return self.action("get_record", {"module": "invoice", "record_id": RECORD_ID})

    def close(self) -> None:
        """Close the runtime."""
        self.runtime.close()


class Bare:
    """The same calls as an engineer would write them with a reused ``httpx.Client``, without anything around them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=100))

    def read(self) -> Callable[[], object]:
        """Return a call that reads the record and its JSON."""
        return lambda: self.client.get(self.url + READ_PATH, params=_QUERY, headers=_HEADERS).json()

    def create(self, inputs: Mapping[str, Any]) -> Callable[[], object]:
        """Return a call that posts the same document as JSON and reads the JSON of the answer."""
        return lambda: self.client.post(self.url + CREATE_PATH, params=_QUERY, headers=_HEADERS, json=inputs).json()

    def send_bytes(self, body: bytes) -> Callable[[], object]:
        """Return a call that posts ready bytes to a ready URL and reads no JSON: what no handler could do with."""
        url = f"{self.url}{CREATE_PATH}?organization_id={ORGANIZATION_ID}"
        headers = {**_HEADERS, "Content-Type": "application/json"}
        return lambda: self.client.post(url, headers=headers, content=body)

    def close(self) -> None:
        """Close the client."""
        self.client.close()


def _handler(action_id: str) -> ActionHandler:
    handler = connector_action("zoho_books", action_id)
    assert handler is not None  # noqa: S101 - the benchmarks name actions that exist
    return handler
