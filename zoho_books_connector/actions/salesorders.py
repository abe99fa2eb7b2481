"""Actions on sales orders."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.creating.create import create
from zoho_books_connector.creating.kinds import SALES_ORDER
from zoho_books_connector.models.salesorders import CreateSalesorder, Salesorder


@action(inputs=CreateSalesorder, output=Salesorder, scope="ZohoBooks.salesorders.CREATE")
def create_salesorder(client: BooksClient, inputs: CreateSalesorder) -> dict[str, Any]:
    """Create a sales order."""
    return create(client, inputs, SALES_ORDER)
