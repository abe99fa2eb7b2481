"""The whole plugin contract: what a host may ask a connector plugin.

Hooks bind, handlers run. A resolver hook answers *which callable*; the host then calls it with the credential, which
is therefore never a hook argument. Every plugin asked gets the arguments, so an implementation answers ``None`` (or
leaves its answer out) for a ``connector_id`` that is not its own, and the host takes exactly one answer.

Standard library and pluggy only. Types are in ``boundary/``, errors in ``errors.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pluggy

if TYPE_CHECKING:
    from zoho_books_connector.boundary import (
        ActionHandler,
        Authorization,
        FormSource,
        Migration,
        OptionsSource,
        Trigger,
    )

PROJECT: Final = "workflow_connectors"
#: Carries the contract's major version.
ENTRY_POINT_GROUP: Final = "workflow_connectors.v1"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def connector_manifest() -> dict[str, Any]:  # type: ignore[empty-body]  # a specification has no body
    """Return the manifest: identity, credential form, actions, triggers, set-up guide."""


@hookspec
def connector_document(connector_id: str, path: str) -> dict[str, Any] | None:
    """Return a document that the manifest names by its path: the schema of an input, an output or an event."""


@hookspec
def connector_actions(connector_id: str) -> list[str] | None:
    """Return the ids of the connector's actions, without reading the manifest."""


@hookspec
def connector_action(connector_id: str, action_id: str) -> ActionHandler | None:
    """Return the handler of an action."""


@hookspec
def connector_trigger(connector_id: str, trigger_id: str) -> Trigger | None:
    """Return the trigger."""


@hookspec
def connector_authorization(connector_id: str) -> Authorization | None:
    """Return what connects, checks and disconnects an account."""


@hookspec
def connector_form(connector_id: str, form_id: str) -> FormSource | None:
    """Return the source of a form. ``form_id`` is ``credential``, or ``action:<action_id>`` for an action's inputs."""


@hookspec
def connector_options(connector_id: str, source_id: str) -> OptionsSource | None:
    """Return the source of a picker's choices."""


@hookspec
def connector_migrate(connector_id: str, kind: str, version: int) -> Migration | None:
    """Return the function that lifts stored data from ``version`` to the next one.

    ``kind`` is ``credential``, or ``action:<action_id>`` for an action's stored inputs. ``None``: nothing to lift.
    """
