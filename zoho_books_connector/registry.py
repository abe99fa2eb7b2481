"""Which actions, triggers and option sources exist, by name, without importing any of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from zoho_books_connector.actions import Action

CONNECTOR_ID: Final = "zoho_books"
TRIGGER_ID: Final = "webhook"

#: Action id (also the function's name) → module under ``zoho_books_connector.actions``.
ACTIONS: Final[dict[str, str]] = {
    "create_contact": "contacts",
    "update_contact": "contacts",
    "create_item": "items",
    "update_item": "items",
    "create_contact_person": "contact_persons",
    "update_contact_person": "contact_persons",
    "create_salesorder": "salesorders",
    "create_invoice": "invoices",
    "get_record": "records",
    "get_contact_addresses": "contacts",
    "get_contact_persons": "contact_persons",
}


def load_action(action_id: str) -> Action:
    """Import and return an action; raises ``KeyError`` for an unknown id."""
    module = import_module(f"zoho_books_connector.actions.{ACTIONS[action_id]}")
    return cast("Action", getattr(module, action_id))
