"""The hook implementations: each answers which callable, and imports it only when it is asked for.

pluggy passes arguments by position, so an implementation takes exactly its specification's parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoho_books_connector.hookspecs import hookimpl
from zoho_books_connector.registry import ACTIONS, CONNECTOR_ID, TRIGGER_ID

if TYPE_CHECKING:
    from zoho_books_connector.boundary import (
        ActionHandler,
        Authorization,
        FormSource,
        Migration,
        OptionsSource,
        Trigger,
    )


@hookimpl
def connector_manifest() -> dict[str, Any]:
    """Return the manifest as plain data."""
    from zoho_books_connector.manifest import load_manifest

    return load_manifest()


@hookimpl
def connector_document(connector_id: str, path: str) -> dict[str, Any] | None:
    """Return a document that the manifest names by its path."""
    if connector_id != CONNECTOR_ID:
        return None
    from zoho_books_connector.manifest import load_document

    return load_document(path)


@hookimpl
def connector_actions(connector_id: str) -> list[str] | None:
    """Return the action ids."""
    return list(ACTIONS) if connector_id == CONNECTOR_ID else None


@hookimpl
def connector_action(connector_id: str, action_id: str) -> ActionHandler | None:
    """Return the handler of an action."""
    if connector_id != CONNECTOR_ID or action_id not in ACTIONS:
        return None
    from zoho_books_connector.gate import Handler
    from zoho_books_connector.registry import load_action

    return Handler(load_action(action_id))


@hookimpl
def connector_trigger(connector_id: str, trigger_id: str) -> Trigger | None:
    """Return the webhook trigger."""
    if (connector_id, trigger_id) != (CONNECTOR_ID, TRIGGER_ID):
        return None
    from zoho_books_connector.trigger import WebhookTrigger

    return WebhookTrigger()


@hookimpl
def connector_authorization(connector_id: str) -> Authorization | None:
    """Return what connects an account."""
    if connector_id != CONNECTOR_ID:
        return None
    from zoho_books_connector.oauth.authorization import ZohoAuthorization

    return ZohoAuthorization()


@hookimpl
def connector_form(connector_id: str, form_id: str) -> FormSource | None:
    """Return the source of a form."""
    if connector_id != CONNECTOR_ID:
        return None
    from zoho_books_connector.forms.source import find_form

    return find_form(form_id)


@hookimpl
def connector_options(connector_id: str, source_id: str) -> OptionsSource | None:
    """Return the source of a picker's choices."""
    if connector_id != CONNECTOR_ID:
        return None
    from zoho_books_connector.options import SOURCES

    return SOURCES.get(source_id)


@hookimpl
def connector_migrate(connector_id: str, kind: str, version: int) -> Migration | None:
    """Return the function that lifts stored data to the next version."""
    if connector_id != CONNECTOR_ID:
        return None
    from zoho_books_connector.migrations import MIGRATIONS

    return MIGRATIONS.get((kind, version))
