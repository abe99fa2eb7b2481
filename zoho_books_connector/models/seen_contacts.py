"""Fields of contacts and their persons that real answers hold and no published schema shows.

They were seen in public recordings of real answers and in public clients of Zoho Books.
"""

from __future__ import annotations

from zoho_books_connector.models.addresses import AddressRecord
from zoho_books_connector.models.base import Output
from zoho_books_connector.models.custom_fields import TagValue
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
from zoho_books_connector.models.seen_parts import LockRecord


class SeenContactPerson(Output):
    """A contact person, beside what is documented."""

    fax: OutText = None
    can_invite: OutFlag = None
    is_portal_invitation_accepted: OutFlag = None
    is_portal_mfa_enabled: OutFlag = None
    photo_url: OutText = None
    zcrm_contact_id: OutId = None
    status: OutText = None
    mobile_country_code: OutText = None
    mobile_code_formatted: OutText = None
    #: These two were sent by the sandbox alone.
    created_time: OutText = None
    last_modified_time: OutText = None


class CurrencySummaryRecord(Output):
    """What a customer owes in one currency."""

    currency_id: OutId = None
    currency_code: OutText = None
    currency_symbol: OutText = None
    price_precision: OutInteger = None
    is_base_currency: OutFlag = None
    currency_name_formatted: OutText = None
    outstanding_receivable_amount: OutNumber = None
    unused_credits_receivable_amount: OutNumber = None


class SeenTemplates(Output):
    """The templates of a contact, beside what is documented."""

    statement_template_name: OutText = None
    invoice_template_name: OutText = None
    bill_template_name: OutText = None
    estimate_template_name: OutText = None
    creditnote_template_name: OutText = None
    paymentthankyou_template_name: OutText = None
    invoice_email_template_name: OutText = None
    estimate_email_template_name: OutText = None
    creditnote_email_template_name: OutText = None
    paymentthankyou_email_template_name: OutText = None
    payment_remittance_email_template_name: OutText = None


class SeenContact(Output):
    """A contact, beside what is documented."""

    contact_tax_information: OutText = None
    first_name: OutText = None
    last_name: OutText = None
    designation: OutText = None
    department: OutText = None
    is_bcy_only_contact: OutFlag = None
    is_credit_limit_migration_completed: OutFlag = None
    language_code_formatted: OutText = None
    contact_salutation: OutText = None
    email: OutText = None
    phone: OutText = None
    mobile: OutText = None
    photo_url: OutText = None
    invited_by: OutText = None
    portal_status: OutText = None
    is_client_review_asked: OutFlag = None
    contact_relation_type: OutText = None
    owner_name: OutText = None
    source: OutText = None
    documents: OutList = None
    is_crm_customer: OutFlag = None
    zcrm_account_id: OutId = None
    zcrm_contact_id: OutId = None
    crm_owner_id: OutId = None
    payment_terms_id: OutId = None
    credit_limit_exceeded_amount: OutNumber = None
    lock_details: One[LockRecord] = None
    locked_actions: OutList = None
    lock_detail: One[LockRecord] = None
    price_precision: OutInteger = None
    exchange_rate: OutNumber = None
    can_show_customer_ob: OutFlag = None
    can_show_vendor_ob: OutFlag = None
    opening_balance_amount: OutNumber = None
    opening_balance_amount_bcy: OutNumber = None
    outstanding_ob_receivable_amount: OutNumber = None
    outstanding_ob_payable_amount: OutNumber = None
    outstanding_payable_amount: OutNumber = None
    outstanding_payable_amount_bcy: OutNumber = None
    unused_credits_payable_amount: OutNumber = None
    unused_credits_payable_amount_bcy: OutNumber = None
    unused_retainer_payments: OutNumber = None
    is_sms_enabled: OutFlag = None
    is_consent_agreed: OutFlag = None
    consent_date: OutText = None
    is_client_review_settings_enabled: OutFlag = None
    custom_field_hash: OutObject = None
    track_1099: OutFlag = None
    tax_id_type: OutText = None
    tax_id_value: OutText = None
    tax_reg_label: OutText = None
    account_id: OutId = None
    account_name: OutText = None
    contact_category: OutText = None
    sales_channel: OutText = None
    ach_supported: OutFlag = None
    portal_receipt_count: OutInteger = None
    entity_address_id: OutId = None
    addresses: Many[AddressRecord] = None
    pricebook_name: OutText = None
    associated_with_square: OutFlag = None
    cards: OutList = None
    checks: OutList = None
    upi_mandates: OutList = None
    bank_accounts: OutList = None
    vpa_list: OutList = None
    created_date: OutText = None
    created_by_name: OutText = None
    created_by_id: OutId = None
    last_modified_by_id: OutId = None
    tags: Many[TagValue] = None
    zohopeople_client_id: OutId = None
    customer_currency_summaries: Many[CurrencySummaryRecord] = None
    approvers_list: OutList = None
    submitted_date: OutText = None
    submitted_by: OutText = None
    submitted_by_name: OutText = None
    submitted_by_email: OutText = None
    submitted_by_photo_url: OutText = None
    submitter_id: OutId = None
    approver_id: OutId = None
    integration_references: OutList = None
    outstanding_receivable_amount_formatted: OutText = None
    unused_credits_receivable_amount_formatted: OutText = None
    customer_name: OutText = None
    vendor_name: OutText = None
    last_modified_by_name: OutText = None
    created_time_formatted: OutText = None
    created_date_formatted: OutText = None
    last_modified_time_formatted: OutText = None
    primary_contact_person_id: OutId = None
    label_for_company_id: OutText = None
    company_id: OutId = None
    tax_exemption_certificate: OutText = None
    vat_reg_no: OutText = None
    country_code: OutText = None
    filing_status: OutText = None
    contact_type_formatted: OutText = None
    status_formatted: OutText = None
    outstanding_receivable_amount_bcy_formatted: OutText = None
    unused_retainer_payments_formatted: OutText = None
