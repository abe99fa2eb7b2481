"""What the fields of answers mean, where their names do not say it: one text for a name, wherever it stands.

Country editions come from the inputs, where a field of the same name says which editions know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from zoho_books_connector.models.base import part_of
from zoho_books_connector.registry import ACTIONS, load_action

_DAY: Final = "A day, yyyy-mm-dd."
_MOMENT: Final = "Date, time and offset, such as 2026-12-01T12:00:06+0000."

#: Name → text.
TEXTS: Final[dict[str, str]] = {
    "account_id": "Id of the account in the chart of accounts.",
    "account_identifier": "Account number that the payment names.",
    "ach_payment_initiated": "Whether a bank transfer in the US has begun.",
    "addresses": "The further addresses; billing and shipping stand on their own.",
    "adjustment": "Added to the total; negative where something was taken off.",
    "api_name": 'Such as "cf_region".',
    "approvers_list": "Who has to approve the record, and what they decided.",
    "attention": "The person or department it is addressed to.",
    "balance": "What is still to be paid.",
    "bcy_rate": "Price of one unit in the base currency.",
    "begin_time": "Time of day, hh:mm.",
    "client_viewed_time": "When the customer looked at it.",
    "color_code": "Colour of the status, such as #ffffff.",
    "contact_persons_associated": "Who gets the document, and how.",
    "contact_salutation": "Of the primary contact person.",
    "contact_type": "customer or vendor.",
    "created_by_id": "Id of the user.",
    "created_time": _MOMENT,
    "credit_limit": "Up to which amount the customer may owe.",
    "crm_owner_id": "Id of the owner in Zoho CRM.",
    "currency_code": "Three letters, such as USD.",
    "current_sub_status": "The organization's own status, or status.",
    "custom_field_hash": "Custom fields by API name; with _unformatted behind it, the value as stored.",
    "custom_fields": "With a value, or without one.",
    "customer_custom_field_hash": "Custom fields of the customer by API name.",
    "customer_default_billing_address": "The customer's own, whatever the document says.",
    "customer_id": "Contact id of the customer.",
    "customer_sub_type": "business or individual.",
    "date": _DAY,
    "department": "Department within the company.",
    "designation": "Position within the company.",
    "discount": '"10%" is text, an amount a number.',
    "discount_applied_on_amount": "Amount that the discount was computed from.",
    "discount_type": "entity_level for the whole document, item_level for each line.",
    "documents": "Attached files.",
    "due_in_days": "In words.",
    "effective_date": _DAY,
    "email": "E-mail address.",
    "entity_address_id": "Id of the billing address.",
    "exchange_rate": "From the document's to the base currency.",
    "has_transaction": "Whether documents or payments exist.",
    "index": "Number of the custom field, from 1.",
    "integration_references": "What other applications call the record.",
    "invoice_url": "Page on which the customer sees and pays it.",
    "is_bcy_only_contact": "Whether only documents in the base currency exist.",
    "is_discount_before_tax": "Whether tax is computed after the discount.",
    "is_inclusive_tax": "Whether the rates of the lines include tax.",
    "is_portal_enabled": "Whether the client portal may be used.",
    "is_pre_gst": "Whether it dates from before the GST.",
    "is_taxable": "Whether tax applies.",
    "item_order": "Position of the line; lower ones come first.",
    "item_total": "Quantity times rate, less the discount.",
    "item_type": "sales, purchases, sales_and_purchases or inventory.",
    "language_code": "Language of the client portal, such as en.",
    "last_modified_by_id": "Id of the user.",
    "last_modified_time": _MOMENT,
    "latitude": "In degrees.",
    "line_item_category": "line_item, header or subtotal.",
    "line_item_id": "Id of the line within the document.",
    "lock_detail": "Whether the record is locked against changes.",
    "lock_details": "Whether the record is locked against changes.",
    "log_time": "Time spent, hh:mm.",
    "longitude": "In degrees.",
    "merchant_id": "Contact id of the merchant.",
    "orientation": "portrait or landscape.",
    "outstanding_payable_amount": "What is owed to the vendor.",
    "outstanding_receivable_amount": "What the customer owes.",
    "owner_id": "Id of the user who looks after it.",
    "page_height": "Height of the PDF's page, with its unit.",
    "page_width": "Width of the PDF's page, with its unit.",
    "payment_made": "What has been paid.",
    "payment_terms": "Days until payment is due.",
    "payment_terms_label": 'As documents show it, such as "Net 15".',
    "place_of_contact": "State code in India, emirate or country code in the GCC.",
    "place_of_supply": "State code in India, emirate or country code in the GCC.",
    "price_precision": "Number of decimals.",
    "pricebook_id": "Id of the price list.",
    "pricebook_name": "Name of the price list.",
    "primary_contact_id": "Id of the primary contact person.",
    "product_type": "Such as goods or service.",
    "purchase_rate": "Purchase price of one unit.",
    "rate": "Price of one unit, or a rate.",
    "reference_number": "Free text, such as the customer's order number.",
    "reminders_sent": "How many.",
    "reorder_level": "Stock at which to order again.",
    "roundoff_value": "What rounding added or took off.",
    "shipping_charge": "Added to the total.",
    "sku": "Stock keeping unit.",
    "source": "Where the record was entered.",
    "status": "In Zoho's words, such as draft, sent, open, paid, void, active or inactive; more may come.",
    "sub_statuses": "The organization's own statuses.",
    "sub_total": "Sum of the lines before tax.",
    "tags": "Reporting tags.",
    "tax_id": "Id of the tax or tax group.",
    "tax_percentage": "In percent.",
    "tax_type": "tax or tax_group.",
    "tds_tax_id": "Tax deducted at source.",
    "template_id": "Id of the PDF template.",
    "total": "With tax, shipping, discount and adjustment.",
    "track_1099": "Whether payments are reported on form 1099.",
    "transaction_rounding_type": "How totals are rounded.",
    "unit": 'Such as "kg" or "pcs".',
    "unused_credits_receivable_amount": "Credits of the customer that no invoice has used.",
    "upi_mandates": "Standing permissions for UPI payments.",
    "value": "Text, number, true or false, or a list.",
    "vendor_id": "Contact id of the vendor.",
    "vpa_list": "Addresses for UPI payments.",
    "write_off_amount": "What will not be paid any more.",
    "zcrm_account_id": "Id of the account in Zoho CRM.",
    "zcrm_contact_id": "Id of the contact in Zoho CRM.",
    "zcrm_potential_id": "Id of the deal in Zoho CRM.",
    "zcrm_potential_name": "Name of the deal in Zoho CRM.",
    "zip": "ZIP or postal code.",
    "zohopeople_client_id": "Id of the client in Zoho People.",
}

#: How a name ends → text.
_ENDINGS: Final = (
    ("_formatted", "As Zoho Books shows it to people."),
    ("_bcy", "In the base currency."),
    ("_date", _DAY),
    ("_viewed_time", _MOMENT),
    ("_percentage", "In percent."),
    ("_percent", "In percent."),
)
_BEGINNINGS: Final = (("bcy_", "In the base currency."), ("fcy_", "In the foreign currency."))
#: Inputs know it in some editions only, but every address of an answer has one.
_EVERYWHERE: Final = frozenset({"country_code"})


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an answer with a text and the editions of every field that needs them."""
    out = dict(schema)
    if "properties" in out:
        out["properties"] = {name: described(_field(name, child)) for name, child in out["properties"].items()}
    if "items" in out:
        out["items"] = described(out["items"])
    return out


def _field(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    text, editions = schema.get("description") or text_of(name), editions_by_name().get(name)
    head = {"title": schema["title"]} | ({"description": text} if text else {})
    rest = {word: value for word, value in schema.items() if word not in head}
    return head | rest | ({"x-editions": list(editions)} if editions else {})


def text_of(name: str) -> str:
    """Return what a field means; empty where its title says it."""
    if name in TEXTS:
        return TEXTS[name]
    if ending := next((text for ending, text in _ENDINGS if name.endswith(ending)), ""):
        return ending
    return next((text for beginning, text in _BEGINNINGS if name.startswith(beginning)), "")


@cache
def editions_by_name() -> dict[str, tuple[str, ...]]:
    """Return the editions of every name that some input declares for them, and none without."""
    found: dict[str, set[str]] = {}
    everywhere = set(_EVERYWHERE)
    for name, editions in _inputs():
        found.setdefault(name, set()).update(editions)
        everywhere |= set() if editions else {name}
    return {name: tuple(sorted(each)) for name, each in found.items() if name not in everywhere}


def _inputs() -> Iterator[tuple[str, tuple[str, ...]]]:
    for action_id in ACTIONS:
        yield from _fields(load_action(action_id).inputs)


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, info in model.model_fields.items():
        marks = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        editions = marks.get("x-editions", [])
        yield name, tuple(str(each) for each in editions) if isinstance(editions, list) else ()
        if inner := part_of(info):
            yield from _fields(inner)
