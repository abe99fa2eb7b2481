"""The order in which a person fills a form: what is required, what it is about, money, and the rest."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

#: Fields that open a form, in this order.
_FIRST: Final = (
    # what it is about
    "module",
    "record_id",
    "contact_id",
    "contact_person_id",
    "customer_id",
    "item_id",
    "contact_name",
    "contact_type",
    "customer_sub_type",
    "company_name",
    "website",
    "attention",
    "address",
    "street2",
    "city",
    "state",
    "zip",
    "country",
    "salutation",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "designation",
    "department",
    "name",
    "quantity",
    "rate",
    "sku",
    "unit",
    "item_type",
    "product_type",
    "billing_address",
    "shipping_address",
    "line_items",
    "invoice_number",
    "salesorder_number",
    "reference_number",
    "date",
    "due_date",
    "shipment_date",
    "payment_terms",
    "payment_terms_label",
    # money
    "description",
    "discount",
    "discount_type",
    "is_discount_before_tax",
    "is_taxable",
    "tax_id",
    "is_inclusive_tax",
    "account_id",
    "shipping_charge",
    "adjustment",
    "adjustment_description",
    "currency_id",
    "purchase_rate",
    "purchase_description",
    "purchase_account_id",
    "vendor_id",
    "inventory_account_id",
    # tax by country
    "gst_treatment",
    "gst_no",
    "place_of_supply",
    "place_of_contact",
    "vat_treatment",
    "vat_reg_no",
    "tax_treatment",
    "tax_reg_no",
    "tax_regime",
    # who and where
    "send",
    "contact_persons_mode",
    "contact_persons",
    "salesperson_id",
    "salesperson_name",
    "billing_address_id",
    "shipping_address_id",
    "location_id",
    "delivery_method",
)
#: Fields that say which one is meant, before what is required of it.
_NAMING: Final = frozenset({"customfield_id", "api_name"})
#: Fields that close a form.
_LAST: Final = ("notes", "terms", "tags", "custom_fields", "item_custom_fields")

_RANK: Final = {name: at for at, name in enumerate(_FIRST)}
_CLOSING: Final = {name: at for at, name in enumerate(_LAST)}


def in_order(names: Collection[str], required: Collection[str]) -> list[str]:
    """Return the names as a form shows them; those that no list names stay as the schema has them."""

    def place(name: str) -> tuple[bool, bool, int, int]:
        return name not in _NAMING, name not in required, _RANK.get(name, len(_RANK)), _CLOSING.get(name, -1)

    return sorted(names, key=place)
