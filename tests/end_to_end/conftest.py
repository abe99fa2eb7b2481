"""A connected host on a running sandbox, limits off, waits skipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.reference_host import ReferenceHost
from zoho_books_connector.boundary import ActionResult, DataCentre, HttpSettings, TokenSet
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox, Switches

#: Unix seconds at which the sandbox's tokens count as issued: long ago enough to be refreshed after a refusal.
LONG_AGO = 1_000_000_000.0
UNTIL = 4_000_000_000.0


class Books:
    """One organization of the sandbox, and a host that is connected to it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.centre = sandbox["us"]
        self.organization_id = self.centre.organizations[0]["organization_id"]
        self.client = sandbox.register_client(["http://127.0.0.1:9/callback"])
        self.host = self._host()
        self.connect()

    def connect(self, scope: str = "ZohoBooks.fullaccess.all", **changes: Any) -> None:
        """Store tokens as consent would."""
        answer = self.centre.issue_tokens(self.client, scope)
        loaded = self.host.tokens.load()
        self.host.tokens.save(
            TokenSet(answer["access_token"], answer["refresh_token"], expires_at=UNTIL, issued_at=LONG_AGO),
            expected=loaded[1] if loaded else None,
        )
        self.host.credential = {
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "scope": scope,
            "organization_id": self.organization_id,
        } | changes

    def run(self, action_id: str, /, **inputs: Any) -> ActionResult:
        return self.host.run("zoho_books", action_id, inputs)

    def data(self, action_id: str, /, **inputs: Any) -> dict[str, Any]:
        return self.run(action_id, **inputs).data

    def held(self, module: str) -> list[dict[str, Any]]:
        """What the books hold, read past the connector."""
        return self.centre.records(self.organization_id, module)

    def calls(self) -> list[str]:
        """The API calls that reached the sandbox."""
        return [f"{r.method} {r.path.removeprefix('/books/v3')}" for r in self.centre.requests if "/books/v3" in r.path]

    def _host(self) -> ReferenceHost:
        host = ReferenceHost(callback_url="http://127.0.0.1:9/callback")
        centres = tuple(
            DataCentre(f"sandbox-{code}", f"Sandbox {code}", centre.accounts_url, centre.api_domain)
            for code, centre in self.sandbox.data_centres.items()
        )
        settings = HttpSettings(sandboxes=centres)
        host.runtime = DefaultRuntime(settings, resources={"zoho_books.sleep": lambda _: None})
        return host


@pytest.fixture
def switches() -> Switches:
    """The sandbox's switches; a test that needs others overrides this."""
    return Switches()


@pytest.fixture
def books(switches: Switches) -> Iterator[Books]:
    with Sandbox(switches=switches, limits=Limits.off()) as sandbox:
        connected = Books(sandbox)
        yield connected
        connected.host.runtime.close()
