"""Actions on items; their scopes belong to Zoho's ``settings`` group."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient, record_of
from zoho_books_connector.creating.create import create
from zoho_books_connector.creating.kinds import ITEM
from zoho_books_connector.models.items import CreateItem, Item, UpdateItem


@action(inputs=CreateItem, output=Item, scope="ZohoBooks.settings.CREATE")
def create_item(client: BooksClient, inputs: CreateItem) -> dict[str, Any]:
    """Create a product or service."""
    return create(client, inputs, ITEM)


@action(inputs=UpdateItem, output=Item, scope="ZohoBooks.settings.UPDATE")
def update_item(client: BooksClient, inputs: UpdateItem) -> dict[str, Any]:
    """Change a product or service."""
    answer = client.put(f"/items/{inputs.item_id}", inputs.body())
    return record_of(answer, "item")
