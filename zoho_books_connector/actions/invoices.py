"""Actions on invoices."""

from __future__ import annotations

from typing import Any

from zoho_books_connector.actions import action
from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.creating.create import create
from zoho_books_connector.creating.kinds import INVOICE
from zoho_books_connector.models.invoices import CreateInvoice, Invoice


@action(inputs=CreateInvoice, output=Invoice, scope="ZohoBooks.invoices.CREATE")
def create_invoice(client: BooksClient, inputs: CreateInvoice) -> dict[str, Any]:
    """Create an invoice, a draft unless it is sent."""
    return create(client, inputs, INVOICE)
