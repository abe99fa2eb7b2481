"""A sandbox with chosen switches, an account connected to it, and a probe of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from zoho_books_connector.boundary import CallRecord, DataCentre, HttpSettings, RunContext
from zoho_books_connector.plugin import connector_authorization
from zoho_books_connector.probe import Finding, run_probe
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox, Switches
from zoho_books_connector.stores import MemoryTokenStore

NOW = 1796126406.0


@dataclass
class Bench:
    """An account at the sandbox whose clock stands still."""

    sandbox: Sandbox
    credential: dict[str, Any]
    tokens: MemoryTokenStore
    run: RunContext
    calls: list[CallRecord] = field(default_factory=list)

    def probe(self, *, write: bool, **options: Any) -> list[Finding]:
        return run_probe(self.credential, self.tokens, self.run, write=write, **options)

    def records(self) -> dict[str, int]:
        """How many records of each kind that the probe creates are in the books."""
        kinds = ("contact", "contact_person", "item", "sales_order", "invoice")
        organization_id = self.credential["organization_id"]
        return {kind: len(self.sandbox["us"].records(organization_id, kind)) for kind in kinds}


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench() -> Iterator[MakeBench]:
    """Connect an account; ``demo`` fills the books first, other names are switches."""
    with ExitStack() as stack:

        def make(
            *, scope: str = "ZohoBooks.fullaccess.all", demo: bool = True, limits: Limits | None = None, **switches: Any
        ) -> Bench:
            sandbox = stack.enter_context(
                Sandbox(("us",), switches=Switches(**switches), limits=limits, clock=lambda: NOW)
            )
            if demo:
                sandbox["us"].seed_demo()
            return _connected(stack, sandbox, scope)

        yield make


def _connected(stack: ExitStack, sandbox: Sandbox, scope: str) -> Bench:
    centre, client = sandbox["us"], sandbox.register_client()
    address = centre.accounts_url
    settings = HttpSettings(sandboxes=(DataCentre("sandbox-us", "Sandbox US", address, address),))
    runtime = stack.enter_context(
        DefaultRuntime(settings, resources={"zoho_books.clock": lambda: NOW, "zoho_books.sleep": lambda _: None})
    )
    credential = {
        "schema_version": 2,
        "region": "sandbox-us",
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "organization_id": centre.organizations[0]["organization_id"],
    }
    calls: list[CallRecord] = []
    tokens, run = MemoryTokenStore(), RunContext(runtime, on_call=calls.append)
    authorization = connector_authorization("zoho_books")
    assert authorization is not None
    code = centre.self_client_code(client, scope.split(","))
    authorization.redeem(credential, tokens=tokens, run=run, code=code)
    calls.clear()
    return Bench(sandbox, credential, tokens, run, calls)
