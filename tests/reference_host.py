"""A whole host in sixty lines: pluggy, the hooks, and the plain types of the boundary. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pluggy

from zoho_books_connector import hookspecs
from zoho_books_connector.boundary import (
    ActionResult,
    CallRecord,
    Connection,
    DataCentre,
    Delivery,
    Event,
    HttpSettings,
    RunContext,
    TokenStore,
)
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores.memory import MemoryTokenStore


class ReferenceHost:
    """Loads every connector that is installed, connects one account and runs its actions."""

    def __init__(self, *, callback_url: str, sandboxes: tuple[DataCentre, ...] = ()) -> None:
        self.plugins = pluggy.PluginManager(hookspecs.PROJECT)
        self.plugins.add_hookspecs(hookspecs)
        self.plugins.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
        self.plugins.check_pending()
        self.callback_url = callback_url
        self.runtime = DefaultRuntime(HttpSettings(sandboxes=sandboxes))
        self.tokens: TokenStore = MemoryTokenStore()
        self.credential: dict[str, Any] = {}
        self.history: list[CallRecord] = []
        self._pending: dict[str, Any] = {}

    def manifests(self) -> list[dict[str, Any]]:
        return list(self.plugins.hook.connector_manifest())

    def save_and_authorize(self, connector_id: str, form: dict[str, Any]) -> str:
        """Return the URL to send the browser to."""
        [authorization] = self.plugins.hook.connector_authorization(connector_id=connector_id)
        begin = authorization.begin(form, redirect_uri=self.callback_url, run=RunContext(self.runtime))
        self.credential, self._pending = form, begin.pending
        return str(begin.url)

    def callback(self, connector_id: str, query: Mapping[str, str]) -> Connection:
        """Finish the authorization; what was pending is used once."""
        [authorization] = self.plugins.hook.connector_authorization(connector_id=connector_id)
        pending, self._pending = self._pending, {}
        run = RunContext(self.runtime)
        connection: Connection = authorization.complete(
            self.credential, tokens=self.tokens, run=run, pending=pending, query=query
        )
        self.credential = connection.credential
        return connection

    def run(
        self, connector_id: str, action_id: str, inputs: Mapping[str, Any] | bytes, deadline: float | None = None
    ) -> ActionResult:
        [handler] = self.plugins.hook.connector_action(connector_id=connector_id, action_id=action_id)
        run = RunContext(self.runtime, deadline=deadline, on_call=self.history.append)
        result: ActionResult = handler(inputs, credential=self.credential, tokens=self.tokens, run=run)
        return result

    def receive(self, connector_id: str, trigger_id: str, delivery: Delivery, secret: str) -> list[Event]:
        [trigger] = self.plugins.hook.connector_trigger(connector_id=connector_id, trigger_id=trigger_id)
        return list(trigger.receive(delivery, secrets=[secret]))
