"""The one gate between a host and an action: validate, run, dump."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoho_books_connector.actions import Action
from zoho_books_connector.api.client import open_client
from zoho_books_connector.api.writes import Writes
from zoho_books_connector.boundary import ActionResult, RunContext, TokenStore
from zoho_books_connector.validation import dump_output, parse_input


@dataclass(frozen=True)
class Handler:
    """An ``ActionHandler``: what a host calls with inputs and a resolved credential."""

    action: Action

    def __call__(
        self, inputs: Mapping[str, Any] | bytes, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
    ) -> ActionResult:
        """Run the action; wrong inputs raise ``InputError`` before anything is sent."""
        parsed = parse_input(self.action.inputs, inputs)
        client = open_client(credential, tokens, run, scope=self.action.scope)
        log = client.log
        try:
            record = self.action.run(client, parsed)
        finally:
            # Also when nobody knows whether it was executed.
            if any(call.method != "GET" for call in log.records):
                Writes.of(run).note(client.bucket)
        return ActionResult(
            data=dump_output(self.action.output, record),
            recovered=log.recovered,
            warnings=tuple(log.warnings),
            calls=tuple(log.records),
            quota=log.quota,
        )
