"""Actions on sales orders."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient, record_of
from zoho_books_connector.models.salesorders import CreateSalesorder, Salesorder


@action(inputs=CreateSalesorder, output=Salesorder, scope="ZohoBooks.salesorders.CREATE")
def create_salesorder(client: BooksClient, inputs: CreateSalesorder) -> dict[str, Any]:
    """Create a sales order."""
    answer = client.post("/salesorders", inputs.body(), params=inputs.query())
    return record_of(answer, "salesorder")
