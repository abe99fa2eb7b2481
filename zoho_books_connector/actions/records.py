"""Reads one record of any module."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.api.modules import record_of
from zoho_books_connector.errors import UnexpectedResponseError
from zoho_books_connector.models.records import GetRecord, Record


@action(inputs=GetRecord, output=Record, scope="")
def get_record(client: BooksClient, inputs: GetRecord) -> dict[str, Any]:
    """Read a record by its id; the scope that it needs is its module's."""
    module = inputs.row
    answer = client.get(inputs.path(), params=inputs.query(), scope=module.full_scope)
    record = record_of(module, answer)
    if not record:
        raise UnexpectedResponseError(
            "record_missing",
            f"Zoho reported success but sent no {module.title.lower()}.",
            "Try again; when it persists, report it with the details.",
            params={"key": module.key},
        )
    return {"module": module.key, "id": inputs.record_id, "record": record}
