"""A small host: finds the connector by its entry point and reaches it through the hooks alone."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, Final, Protocol, TypeVar

import pluggy

from zoho_books_connector import hookspecs
from zoho_books_connector.boundary import (
    ActionHandler,
    Authorization,
    Budget,
    FormSource,
    HttpSettings,
    Journal,
    OptionsSource,
    RunContext,
    Trigger,
)
from zoho_books_connector.errors import InputError
from zoho_books_connector.runtime import DefaultRuntime

CONNECTOR: Final = "zoho_books"

T = TypeVar("T")


class SharedBudget(Budget, Protocol):
    """A budget on a file."""

    def close(self) -> None:
        """Close the file."""


class Host:
    """One process that runs the connector: its plugin manager and its runtime."""

    def __init__(self, http: HttpSettings | None = None) -> None:
        self._plugins = pluggy.PluginManager(hookspecs.PROJECT)
        self._plugins.add_hookspecs(hookspecs)
        self._plugins.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
        self._plugins.check_pending()
        self.runtime = DefaultRuntime(http)
        self._closing = ExitStack()

    def manifest(self) -> dict[str, Any]:
        """Return the connector's manifest."""
        found: list[dict[str, Any]] = self._plugins.hook.connector_manifest()
        return _one([each for each in found if each["connector"]["id"] == CONNECTOR], "manifest")

    def action_ids(self) -> list[str]:
        """Return the ids of its actions."""
        found: list[list[str]] = self._plugins.hook.connector_actions(connector_id=CONNECTOR)
        return _one(found, "list of actions")

    def action(self, action_id: str) -> ActionHandler:
        """Return an action's handler; raises ``InputError`` for an unknown one."""
        found: list[ActionHandler] = self._plugins.hook.connector_action(connector_id=CONNECTOR, action_id=action_id)
        if not found:
            raise _unknown("action", "action", action_id, self.action_ids())
        return _one(found, f"action {action_id}")

    def authorization(self) -> Authorization:
        """Return what connects an account."""
        found: list[Authorization] = self._plugins.hook.connector_authorization(connector_id=CONNECTOR)
        return _one(found, "authorization")

    def trigger(self) -> Trigger:
        """Return the webhook trigger."""
        found: list[Trigger] = self._plugins.hook.connector_trigger(connector_id=CONNECTOR, trigger_id="webhook")
        return _one(found, "trigger")

    def form(self, form_id: str) -> FormSource:
        """Return the source of a form; raises ``InputError`` for an unknown one."""
        found: list[FormSource] = self._plugins.hook.connector_form(connector_id=CONNECTOR, form_id=form_id)
        if not found:
            raise _unknown("form", "form", form_id.removeprefix("action:"), ["credential", *self.action_ids()])
        return _one(found, f"form {form_id}")

    def document(self, path: str) -> dict[str, Any]:
        """Return a document of the connector."""
        found: list[dict[str, Any]] = self._plugins.hook.connector_document(connector_id=CONNECTOR, path=path)
        return _one(found, f"document {path}")

    def options(self, source_id: str) -> OptionsSource:
        """Return a picker's source; raises ``InputError`` for an unknown one."""
        found: list[OptionsSource] = self._plugins.hook.connector_options(connector_id=CONNECTOR, source_id=source_id)
        if not found:
            raise _unknown("source", "source of choices", source_id, self.manifest()["option_sources"])
        return _one(found, source_id)

    def run(self, **changes: Any) -> RunContext:
        """Return the context of a run on this host's runtime."""
        return RunContext(self.runtime, **changes)

    def remember(self, journal: Journal) -> None:
        """Keep a journal of the creates of every later run."""
        self._renew(self.runtime.budget, journal)

    def share(self, budget: SharedBudget) -> None:
        """Spend in every later run a budget that other processes spend, too; it is closed with the host."""
        self._closing.callback(budget.close)
        self._renew(budget, self.runtime.journal)

    def close(self) -> None:
        """Close what the runtime holds, and the budget."""
        self.runtime.close()
        self._closing.close()

    def _renew(self, budget: Budget, journal: Journal | None) -> None:
        self.runtime.close()
        self.runtime = DefaultRuntime(self.runtime.http, budget=budget, journal=journal)


def _unknown(kind: str, called: str, given: str, known: Iterable[str]) -> InputError:
    return InputError(f"unknown_{kind}", f"There is no {called} {given!r}.", f"Choose one of: {', '.join(known)}.")


def _one(answers: list[T], what: str) -> T:
    """Take exactly one answer: of two plugins for one connector neither may win silently."""
    if len(answers) != 1:
        raise RuntimeError(f"{len(answers)} plugins answered for the {what} of {CONNECTOR}; expected one")
    return answers[0]
