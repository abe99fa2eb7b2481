"""Fields of invoices that real answers hold and no published schema shows.

They were seen in public recordings of real answers and in public clients of Zoho Books.
"""

from __future__ import annotations

from zoho_books_connector.models.addresses import AddressRecord
from zoho_books_connector.models.base import Output
from zoho_books_connector.models.custom_fields import CustomFieldValue
from zoho_books_connector.models.outputs import (
    Many,
    One,
    OutFlag,
    OutId,
    OutInteger,
    OutList,
    OutNumber,
    OutObject,
    OutText,
)
from zoho_books_connector.models.seen_documents import SeenDocument
from zoho_books_connector.models.seen_parts import LockRecord


class InvoiceContactRecord(Output):
    """What the customer owes, as an invoice tells it."""

    customer_balance: OutNumber = None
    credit_limit: OutNumber = None
    unused_customer_credits: OutNumber = None
    is_credit_limit_migration_completed: OutFlag = None


class QrCodeRecord(Output):
    """The QR code that is printed on an invoice."""

    qr_source: OutText = None
    is_qr_enabled: OutFlag = None
    qr_value: OutText = None
    qr_description: OutText = None


class SeenInvoice(SeenDocument):
    """An invoice, beside what is documented."""

    channel_invoice_id: OutId = None
    issued_date: OutText = None
    offline_created_date_with_time: OutText = None
    customer_custom_fields: Many[CustomFieldValue] = None
    customer_custom_field_hash: OutObject = None
    email: OutText = None
    invoice_source: OutText = None
    currency_symbol: OutText = None
    currency_name_formatted: OutText = None
    unprocessed_payment_amount: OutNumber = None
    is_last_child_invoice: OutFlag = None
    payment_terms_id: OutId = None
    invoice_installments: OutList = None
    early_payment_discount_percentage: OutNumber = None
    early_payment_discount_due_days: OutInteger = None
    early_payment_discount_amount: OutNumber = None
    zcrm_potential_id: OutId = None
    zcrm_potential_name: OutText = None
    is_early_payment_discount_applicable: OutFlag = None
    lock_details: One[LockRecord] = None
    locked_actions: OutList = None
    lock_detail: One[LockRecord] = None
    is_progress_invoice: OutFlag = None
    can_show_kit_return: OutFlag = None
    is_kit_partial_return: OutFlag = None
    total_retention_amount: OutNumber = None
    retention_items: OutList = None
    retention_override_preference: OutText = None
    is_autobill_enabled: OutFlag = None
    inprocess_transaction_present: OutFlag = None
    total_taxable_amount: OutNumber = None
    discount_total: OutNumber = None
    discount_percent: OutNumber = None
    discount_applied_on_amount: OutNumber = None
    discount_account_id: OutId = None
    discount_account_name: OutText = None
    account_id: OutId = None
    account_name: OutText = None
    adjustment_account_id: OutId = None
    adjustment_account_name: OutText = None
    tax_override_preference: OutText = None
    shipping_charge_tax_type: OutText = None
    shipping_charge_tax_percentage: OutNumber = None
    shipping_charge_tax_exemption_id: OutId = None
    shipping_charge_tax_exemption_code: OutText = None
    shipping_charge_tax: OutNumber = None
    bcy_shipping_charge_tax: OutNumber = None
    shipping_charge_exclusive_of_tax: OutNumber = None
    shipping_charge_inclusive_of_tax: OutNumber = None
    shipping_charge_tax_formatted: OutText = None
    shipping_charge_exclusive_of_tax_formatted: OutText = None
    shipping_charge_inclusive_of_tax_formatted: OutText = None
    shipping_charge_account_id: OutId = None
    shipping_charge_account_name: OutText = None
    bcy_shipping_charge: OutNumber = None
    bcy_adjustment: OutNumber = None
    bcy_discount_total: OutNumber = None
    bcy_tax_total: OutNumber = None
    bcy_total: OutNumber = None
    roundoff_value: OutNumber = None
    rounding_mode: OutText = None
    bcy_rounding_mode: OutText = None
    sub_total_inclusive_of_tax: OutNumber = None
    tax_rounding: OutText = None
    shipping_charge_taxes: OutList = None
    exceptions: OutList = None
    can_send_invoice_sms: OutFlag = None
    payment_discount: OutNumber = None
    stop_reminder_until_payment_expected_date: OutFlag = None
    ach_supported: OutFlag = None
    reader_offline_payment_initiated: OutFlag = None
    documents: OutList = None
    in_process_payments: OutList = None
    deliverychallans: OutList = None
    merchant_id: OutId = None
    merchant_name: OutText = None
    ecomm_operator_id: OutId = None
    ecomm_operator_name: OutText = None
    salesorder_id: OutId = None
    salesorder_number: OutText = None
    salesorders: OutList = None
    shipping_bills: OutList = None
    contact_persons_details: OutList = None
    contact: One[InvoiceContactRecord] = None
    next_reminder_date_formatted: OutText = None
    submitter_id: OutId = None
    submitted_by_name: OutText = None
    submitted_by_email: OutText = None
    submitted_by_photo_url: OutText = None
    template_type: OutText = None
    subject_content: OutText = None
    created_date: OutText = None
    created_by_id: OutId = None
    page_width: OutText = None
    page_height: OutText = None
    orientation: OutText = None
    is_backorder: OutText = None
    estimate_id: OutId = None
    is_client_review_settings_enabled: OutFlag = None
    unused_retainer_payments: OutNumber = None
    schedule_time: OutText = None
    customer_default_billing_address: One[AddressRecord] = None
    includes_package_tracking_info: OutFlag = None
    qr_code: One[QrCodeRecord] = None
    exchange_invoices: OutList = None
    discount_amount: OutNumber = None
    due_date_formatted: OutText = None
    last_payment_date_formatted: OutText = None
    payment_expected_date_formatted: OutText = None
    balance_formatted: OutText = None
    payment_made_formatted: OutText = None
    created_date_formatted: OutText = None
    last_modified_by_name: OutText = None
    submitted_date_formatted: OutText = None
    recurring_invoice_name: OutText = None
    project_name: OutText = None
    template_type_formatted: OutText = None
    page_header: OutText = None
    tds_amount: OutNumber = None
    tax_registration_id: OutId = None
    shipping_bcy_total: OutNumber = None
    credits_applied_formatted: OutText = None
    write_off_amount_formatted: OutText = None
    tax_amount_withheld_formatted: OutText = None
    unprocessed_payment_amount_formatted: OutText = None
    late_fee: OutNumber = None
    auto_reminders_configured: OutFlag = None
    client_viewed_time_formatted: OutText = None
    reference_id: OutId = None
    no_of_copies: OutInteger = None
    show_no_of_copies: OutFlag = None
    can_generate_irn: OutFlag = None
    attachment_path: OutText = None
    tax_source: OutText = None
    entity_type: OutText = None
    credits: OutList = None
    journal_credits: OutList = None
    debit_notes: OutList = None
