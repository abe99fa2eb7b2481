"""The table of lists that pickers offer.

Paths, filters and scopes are those of Zoho's OpenAPI files, but for salespersons, whose list public clients read.
"""

from __future__ import annotations

from typing import Final

from zoho_books_connector.api.modules import MODULES, Module
from zoho_books_connector.boundary import OptionsSource
from zoho_books_connector.options.custom_fields import CustomFields
from zoho_books_connector.options.listing import Listing
from zoho_books_connector.options.picker import Picker
from zoho_books_connector.options.reading import Facts, either, first, joined, percent, within, words
from zoho_books_connector.options.templates import Templates

_CONTACTS: Final = "ZohoBooks.contacts.READ"
_SETTINGS: Final = "ZohoBooks.settings.READ"
#: A document calls its contact the customer, a contact person calls it the contact.
_OF_CONTACT: Final = ("customer_id", "contact_id")


def _contacts(source_id: str, contact_type: str = "") -> Listing:
    return Listing(
        source_id,
        "/contacts",
        ("contacts",),
        "contact_id",
        first("contact_name", "company_name"),
        _CONTACTS,
        detail=joined("email", "company_name", "phone"),
        facts=Facts(
            ids=("currency_id", "primary_contact_id", "tax_id"),
            texts=(
                "contact_type", "company_name", "first_name", "last_name", "email", "phone", "mobile", "currency_code",
                "payment_terms_label", "language_code", "gst_treatment", "gst_no", "place_of_contact", "vat_treatment",
                "tax_treatment", "tax_name",
            ),
            numbers=("payment_terms", "tax_percentage"),
            flags=("is_taxable",),
        ),
        query={"filter_by": "Status.Active", "sort_column": "contact_name", "sort_order": "A"},
        only={"contact_type": contact_type} if contact_type else {},
        search="contact_name_contains",
    )  # fmt: skip


_LISTINGS: Final = (
    Listing(
        "organization",
        "/organizations",
        ("organizations",),
        "organization_id",
        first("name"),
        _SETTINGS,
        detail=joined("country", "currency_code"),
        facts=Facts(
            ids=("currency_id",),
            texts=("country", "country_code", "currency_code", "currency_symbol", "time_zone", "language_code"),
            numbers=("price_precision",),
            flags=("is_default_org",),
        ),
        paged=False,
        of_organization=False,
    ),
    _contacts("contact"),
    _contacts("customer", "customer"),
    _contacts("vendor", "vendor"),
    Listing(
        "contact_person",
        "/contacts/{parent}/contactpersons",
        ("contact_persons",),
        "contact_person_id",
        either(joined("first_name", "last_name", by=" "), first("email", "phone", "mobile")),
        _CONTACTS,
        detail=joined("email", "designation", "phone", "mobile"),
        facts=Facts(
            texts=("salutation", "first_name", "last_name", "email", "phone", "mobile", "designation", "department"),
            flags=("is_primary_contact",),
        ),
        parents=_OF_CONTACT,
    ),
    Listing(
        "address",
        "/contacts/{parent}/address",
        ("addresses",),
        "address_id",
        either(joined("address", "street2"), first("attention", "city")),
        _CONTACTS,
        detail=joined("attention", "city", "state", "zip", "country"),
        facts=Facts(
            texts=("attention", "address", "street2", "city", "state", "zip", "country", "country_code", "phone", "fax")
        ),
        paged=False,
        parents=_OF_CONTACT,
    ),
    Listing(
        "item",
        "/items",
        ("items",),
        "item_id",
        first("name"),
        _SETTINGS,
        detail=joined("sku", "rate", "unit"),
        facts=Facts(
            ids=("tax_id", "account_id", "purchase_account_id"),
            texts=("name", "sku", "unit", "description", "tax_name", "product_type", "item_type", "hsn_or_sac"),
            numbers=("rate", "purchase_rate", "tax_percentage"),
            flags=("is_taxable",),
        ),
        query={"filter_by": "Status.Active", "sort_column": "name", "sort_order": "A"},
        search="search_text",
    ),
    Listing(
        "account",
        "/chartofaccounts",
        ("chartofaccounts",),
        "account_id",
        first("account_name"),
        "ZohoBooks.accountants.READ",
        detail=joined("account_code", words("account_type"), "parent_account_name"),
        facts=Facts(ids=("parent_account_id",), texts=("account_code", "account_type", "parent_account_name")),
        query={"filter_by": "AccountType.Active", "sort_column": "account_name", "sort_order": "A"},
        search="search_text",
    ),
    Listing(
        "tax",
        "/settings/taxes",
        ("taxes",),
        "tax_id",
        first("tax_name"),
        _SETTINGS,
        detail=joined(percent("tax_percentage"), words("tax_specific_type"), words("tax_type"), "tax_authority_name"),
        facts=Facts(
            ids=("tax_authority_id",),
            texts=("tax_name", "tax_type", "tax_specific_type", "tax_authority_name"),
            numbers=("tax_percentage",),
            flags=("is_value_added", "is_default_tax"),
        ),
    ),
    Listing(
        "currency",
        "/settings/currencies",
        ("currencies",),
        "currency_id",
        first("currency_code"),
        _SETTINGS,
        detail=joined("currency_name", "currency_symbol"),
        facts=Facts(
            texts=("currency_code", "currency_name", "currency_symbol", "currency_format"),
            numbers=("price_precision", "exchange_rate"),
            flags=("is_base_currency",),
        ),
    ),
    Listing(
        "location",
        "/locations",
        ("locations",),
        "location_id",
        first("location_name"),
        _SETTINGS,
        detail=within("address", joined("city", "state", "country")),
        facts=Facts(
            ids=("parent_location_id", "tax_settings_id"),
            texts=("type", "email", "phone"),
            flags=("is_primary", "is_primary_location"),
        ),
        paged=False,
        optional=True,
    ),
    Listing(
        "project",
        "/projects",
        ("projects",),
        "project_id",
        first("project_name"),
        "ZohoBooks.projects.READ",
        detail=joined("customer_name", words("billing_type")),
        facts=Facts(ids=("customer_id",), texts=("customer_name", "billing_type", "description"), numbers=("rate",)),
        query={"filter_by": "Status.Active", "sort_column": "project_name", "sort_order": "A"},
        narrowed_by=("customer_id",),
    ),
    Listing(
        "salesperson",
        "/salespersons",
        ("data", "salespersons"),
        "salesperson_id",
        first("salesperson_name", "name"),
        _SETTINGS,
        detail=first("salesperson_email", "email"),
        facts=Facts(texts=("salesperson_name", "salesperson_email")),
        optional=True,
    ),
)


def _templates(module: Module) -> Listing:
    return Listing(
        f"template {module.key}",
        f"{module.path.rsplit('/', 1)[0]}/templates",
        ("templates",),
        "template_id",
        first("template_name"),
        module.full_scope,
        detail=words("template_type"),
        facts=Facts(texts=("template_type",), flags=("is_default",)),
        paged=False,
    )


#: The documents whose templates Zoho lists.
DOCUMENTS: Final = (
    "invoice", "sales_order", "estimate", "credit_note", "purchase_order", "retainer_invoice", "delivery_challan",
)  # fmt: skip

SOURCES: Final[dict[str, OptionsSource]] = {
    **{listing.id: Picker(listing) for listing in _LISTINGS},
    "template": Picker(Templates({document: _templates(MODULES[document]) for document in DOCUMENTS})),
    "custom_field": Picker(CustomFields()),
}
