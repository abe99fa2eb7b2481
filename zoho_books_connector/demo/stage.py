"""What the demo's steps share: the sandbox, the host with the connector, and what earlier steps brought."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from zoho_books_connector.boundary import ActionResult, CallRecord, DataCentre, HttpSettings, RunContext
from zoho_books_connector.cli.host import Host
from zoho_books_connector.demo.receiver import Receiver
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.stores import MemoryJournal, MemoryTokenStore


class Stage:
    """One run of the demo."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.calls: list[CallRecord] = []
        self.sandbox = Sandbox(("us", "in"))
        self.receiver = Receiver()
        self.tokens = MemoryTokenStore()
        self.credential: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self.authorization_url = ""
        #: Ids that later steps refer to, by a word.
        self.ids: dict[str, str] = {}

    def start_sandbox(self) -> None:
        """Start the sandbox and the host's own addresses."""
        self._stack.enter_context(self.sandbox)
        self._stack.enter_context(self.receiver)

    def load_host(self) -> Host:
        """Load the connector through its entry point, with the sandbox's data centres allowed."""
        centres = [
            DataCentre(f"sandbox-{code}", f"Sandbox {code.upper()}", centre.accounts_url, centre.api_domain)
            for code, centre in self.sandbox.data_centres.items()
        ]
        self.host = Host(HttpSettings(sandboxes=centres))
        self.host.remember(MemoryJournal())
        self._stack.callback(self.host.close)
        return self.host

    def context(self, **changes: Any) -> RunContext:
        """Return the context of one run, its calls shown in the table."""
        return self.host.run(on_call=self.calls.append, **changes)

    def act(self, action_id: str, inputs: dict[str, Any], **context: Any) -> ActionResult:
        """Run an action as a host does."""
        handler = self.host.action(action_id)
        return handler(inputs, credential=self.credential, tokens=self.tokens, run=self.context(**context))

    def books(self, module: str) -> list[dict[str, Any]]:
        """Return what the sandbox's books hold, read past the connector."""
        return self.sandbox["in"].records(self.credential["organization_id"], module)
