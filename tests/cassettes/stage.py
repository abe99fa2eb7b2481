"""Runs one action the way a host does: the hook binds the handler, the handler gets credential, tokens and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pluggy

from zoho_books_connector import hookspecs, plugin
from zoho_books_connector.boundary import ActionResult, DataCentre, HttpSettings, RunContext, TokenSet
from zoho_books_connector.registry import CONNECTOR_ID
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores import MemoryTokenStore

#: 2026-12-01 12:00:06 UTC. In winter, so that a machine without time-zone data records the same offsets.
NOW: Final = 1796126406.0


@dataclass(frozen=True)
class Account:
    """A connected account; every run begins with ``tokens`` anew."""

    credential: Mapping[str, Any]
    tokens: TokenSet
    http: HttpSettings = field(default_factory=HttpSettings)
    clock: Callable[[], float] = lambda: NOW

    def run(self, action_id: str, inputs: Mapping[str, Any]) -> ActionResult:
        """Run an action through the hooks, on a runtime of its own."""
        store = MemoryTokenStore()
        store.save(self.tokens, expected=None)
        resources = {"zoho_books.clock": self.clock, "zoho_books.sleep": _refuse_to_sleep}
        with DefaultRuntime(self.http, resources=resources) as runtime:
            handler = handler_of(action_id)
            result: ActionResult = handler(inputs, credential=self.credential, tokens=store, run=RunContext(runtime))
        return result


def made(result: ActionResult) -> list[str]:
    """The calls of a run, one line each: method, path, status."""
    return [f"{call.method} {call.path} {call.status}" for call in result.calls]


def sandbox_account(address: str, *, client_id: str, client_secret: str, refresh_token: str) -> Account:
    """An account at the sandbox whose access token has expired, so that every run begins with a refresh."""
    return Account(
        credential={
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": client_id,
            "client_secret": client_secret,
            "organization_id": "810234695",
        },
        tokens=TokenSet("1000.expired", refresh_token, NOW - 400, NOW - 4000, accounts_url=address),
        http=HttpSettings(sandboxes=(DataCentre("sandbox-us", "Sandbox US", address, address),)),
    )


def handler_of(action_id: str) -> Callable[..., Any]:
    """Return the handler that the hook binds."""
    plugins = pluggy.PluginManager(hookspecs.PROJECT)
    plugins.add_hookspecs(hookspecs)
    plugins.register(plugin)
    [handler] = plugins.hook.connector_action(connector_id=CONNECTOR_ID, action_id=action_id)
    bound: Callable[..., Any] = handler
    return bound


def _refuse_to_sleep(seconds: float) -> None:
    raise AssertionError(f"nothing here has to wait, and not for {seconds} seconds")
