"""Fields of sales orders and invoices, and of their lines, that real answers hold and no published schema shows.

They were seen in public recordings of real answers and in public clients of Zoho Books.
"""

from __future__ import annotations

from zoho_books_connector.models.base import Output
from zoho_books_connector.models.outputs import Many, OutFlag, OutId, OutList, OutNumber, OutObject, OutText


class SeenLine(Output):
    """A line of either document, beside what is documented."""

    internal_name: OutText = None
    discount_account_id: OutId = None
    discount_account_name: OutText = None
    discounts: OutList = None
    account_id: OutId = None
    account_name: OutText = None
    header_id: OutId = None
    header_name: OutText = None
    pricebook_id: OutId = None
    pricing_scheme: OutText = None
    documents: OutList = None
    line_item_taxes: OutList = None
    bill_id: OutId = None
    bill_item_id: OutId = None
    stock_on_hand: OutNumber = None
    available_stock: OutNumber = None
    committed_stock: OutNumber = None
    available_for_sale_stock: OutNumber = None
    sales_rate: OutNumber = None
    purchase_rate: OutNumber = None
    salesorder_item_id: OutId = None
    cost_amount: OutNumber = None
    markup_percent: OutNumber = None
    item_code: OutObject = None
    mapped_items: OutList = None
    is_modifier_item: OutFlag = None
    image_document_id: OutId = None
    image_name: OutText = None
    image_type: OutText = None
    sku: OutText = None
    line_item_type: OutText = None
    rate_formatted: OutText = None
    item_total_formatted: OutText = None
    quantity_invoiced: OutNumber = None


class SubStatusRecord(Output):
    """A status of the organization's own, as the published schema of a sales order shows it."""

    status_id: OutId = None
    status_code: OutText = None
    display_name: OutText = None
    label_name: OutText = None
    description: OutText = None
    parent_status: OutText = None
    color_code: OutText = None


class SeenDocument(Output):
    """What both documents hold beside what is documented."""

    account_identifier: OutText = None
    custom_field_hash: OutObject = None
    shipping_charge_tax_id: OutId = None
    shipping_charge_tax_name: OutText = None
    bcy_sub_total: OutNumber = None
    transaction_rounding_type: OutText = None
    contact_category: OutText = None
    tds_calculation_type: OutText = None
    contact_persons: OutList = None
    computation_type: OutText = None
    approver_id: OutId = None
    submitted_date: OutText = None
    submitted_by: OutText = None
    created_by_name: OutText = None
    last_modified_by_id: OutId = None
    sales_channel: OutText = None
    color_code: OutText = None
    current_sub_status_id: OutId = None
    current_sub_status: OutText = None
    sub_statuses: Many[SubStatusRecord] = None
    approvers_list: OutList = None
    date_formatted: OutText = None
    adjustment_formatted: OutText = None
    shipping_charge_formatted: OutText = None
    sub_total_formatted: OutText = None
    tax_total_formatted: OutText = None
    total_formatted: OutText = None
    #: Sent by the sandbox alone.
    discount_amount_formatted: OutText = None
    source: OutText = None
    merchant_gst_no: OutText = None
    tds_override_preference: OutText = None
    is_viewed_in_mail: OutFlag = None
    mail_first_viewed_time: OutText = None
    mail_last_viewed_time: OutText = None
    status_formatted: OutText = None
