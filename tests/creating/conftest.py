"""A host on the sandbox whose every clock is one that tests wind: no test waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from zoho_books_connector.boundary import (
    ActionResult,
    CallRecord,
    DataCentre,
    HttpSettings,
    Journal,
    RunContext,
    TokenSet,
)
from zoho_books_connector.errors import OutcomeUnknownError
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Fault, Limits, Sandbox, Switches
from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.stores.memory import MemoryJournal, MemoryTokenStore

START = 1_800_000_000.0
DATE = "2027-01-15"


@dataclass
class Time:
    """Seconds that pass only when something sleeps."""

    now: float = START

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class World:
    """One organization with a customer and an item, and a host with a journal."""

    sandbox: Sandbox
    time: Time
    journal: Journal | None = field(default_factory=MemoryJournal)
    calls: list[CallRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.centre = self.sandbox["us"]
        self.organization_id = self.centre.organizations[0]["organization_id"]
        client = self.sandbox.register_client(["http://127.0.0.1:9/callback"])
        self.tokens = MemoryTokenStore()
        granted = self.centre.issue_tokens(client, "ZohoBooks.fullaccess.all")
        self.tokens.save(
            TokenSet(granted["access_token"], granted["refresh_token"], expires_at=START * 2, issued_at=0),
            expected=None,
        )
        self.credential = {
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": "ZohoBooks.fullaccess.all",
            "organization_id": self.organization_id,
        }
        self.customer = self.seed("contact", contact_name="Customer", contact_type="customer")["contact_id"]
        self.item = self.seed("item", name="Item", rate=10)["item_id"]
        self.bucket = f"{self.centre.api_domain.removeprefix('http://')}:{self.organization_id}"
        self.wrong_by = 0.0
        self.runtime = DefaultRuntime()
        self.restart()

    def jump(self, seconds: float) -> None:
        """Set this machine's clock, and begin with a new process; Zoho's clock and what cannot jump go on."""
        self.wrong_by += seconds
        self.restart()

    def restart(self) -> None:
        """Begin with a new runtime, as a new process would."""
        self.runtime.close()
        place = DataCentre("sandbox-us", "Sandbox", self.centre.accounts_url, self.centre.api_domain)
        resources: dict[str, Any] = {
            "zoho_books.clock": lambda: self.time() + self.wrong_by,
            "zoho_books.monotonic": self.time,
            "zoho_books.sleep": self.time.sleep,
        }
        self.runtime = DefaultRuntime(HttpSettings(sandboxes=(place,)), journal=self.journal, resources=resources)

    def run(self, action_id: str, inputs: Mapping[str, Any] | bytes, **context: Any) -> ActionResult:
        """Run an action as the first attempt of a step."""
        handler = connector_action("zoho_books", action_id)
        assert handler is not None
        self.calls.clear()
        usual: dict[str, Any] = {"idempotency_key": "step-1", "attempt": 1, "on_call": self.calls.append}
        run = RunContext(self.runtime, **(usual | context))
        return handler(inputs, credential=self.credential, tokens=self.tokens, run=run)

    def unknown(self, action_id: str, inputs: Mapping[str, Any], **context: Any) -> OutcomeUnknownError:
        """Run an action whose outcome must stay unknown."""
        with pytest.raises(OutcomeUnknownError) as caught:
            self.run(action_id, inputs, **context)
        return caught.value

    def seed(self, module: str, **fields: Any) -> dict[str, Any]:
        """Put a record into the books as somebody else would."""
        return self.centre.seed(self.organization_id, module, fields)

    def delete(self, path: str) -> None:
        """Delete a record as somebody else would."""
        loaded = self.tokens.load()
        assert loaded is not None
        with Caller(self.centre.api_url, loaded[0].access_token, self.organization_id) as caller:
            assert caller.delete(path).code == 0

    def held(self, module: str) -> list[dict[str, Any]]:
        return self.centre.records(self.organization_id, module)

    def spoil(self, kind: str, *, path: str, method: str = "POST", commit: bool = False, **more: Any) -> None:
        self.sandbox.faults.add(Fault(kind, method=method, path=path, commit=commit, **more))

    def invoice(self, **changes: Any) -> dict[str, Any]:
        """Inputs of an invoice or sales order that its reference can find."""
        lines = [{"item_id": self.item, "quantity": 2}]
        inputs = {"customer_id": self.customer, "date": DATE, "reference_number": "R-1", "line_items": lines}
        return {name: value for name, value in (inputs | changes).items() if value is not ...}

    @property
    def asked(self) -> list[str]:
        return [f"{call.method} {call.path.removeprefix('/books/v3')}" for call in self.calls]


@pytest.fixture
def switches() -> Switches:
    return Switches()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def world(switches: Switches, time: Time) -> Iterator[World]:
    with Sandbox(["us"], switches=switches, limits=Limits.off(), clock=time) as sandbox:
        built = World(sandbox, time)
        yield built
        built.runtime.close()
