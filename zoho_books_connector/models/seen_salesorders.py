"""Fields of sales orders that real answers hold and no published schema shows.

They were seen in public recordings of real answers and in public clients of Zoho Books.
"""

from __future__ import annotations

from zoho_books_connector.models.outputs import OutFlag, OutList, OutNumber, OutText
from zoho_books_connector.models.seen_documents import SeenDocument


class SeenSalesorder(SeenDocument):
    """A sales order, beside what is documented."""

    shipment_date_formatted: OutText = None
    order_status: OutText = None
    invoiced_status: OutText = None
    paid_status: OutText = None
    shipped_status: OutText = None
    created_by_email: OutText = None
    total_quantity: OutNumber = None
    entity_tags: OutText = None
    delivery_date: OutText = None
    refundable_amount: OutNumber = None
    has_discount: OutFlag = None
    is_manually_fulfilled: OutFlag = None
    is_dropshipped: OutFlag = None
    is_backordered: OutFlag = None
    contact_person_details: OutList = None
    invoices: OutList = None
    purchaseorders: OutList = None
    packages: OutList = None
