"""Zoho's own upsert: a create that it makes repeatable by the value of a unique custom field.

Documented for contacts, items, invoices and sales orders: a PUT on the collection with three headers.
"""

from __future__ import annotations

from typing import Any

from zoho_books_connector.api.client import record_of
from zoho_books_connector.creating.step import Step


def upsert(step: Step) -> dict[str, Any]:
    """Create the record, or update the one that holds the value; sent again after a passing fault."""
    field = step.unique_field
    [value] = [entry["value"] for entry in step.sent["custom_fields"] if entry.get("api_name") == field]
    headers = {
        "X-Unique-Identifier-Key": field,
        "X-Unique-Identifier-Value": str(value),
        "X-Upsert": "true",
    }
    answer = step.client.put(
        step.kind.path, step.body(), scope=step.kind.update_scope, params=step.inputs.query(), headers=headers
    )
    return record_of(answer, step.kind.key)
