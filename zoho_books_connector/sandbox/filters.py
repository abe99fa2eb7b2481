"""Which filters and sort columns each module's list has."""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Filters:
    """The filters of one module; what is not named here is ignored."""

    text: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    date: frozenset[str] = frozenset()
    search: tuple[str, ...] = ()
    sort: frozenset[str] = frozenset()
    default_sort: tuple[str, str] = ("created_time", "D")
    statuses: frozenset[str] | None = None
    modified: bool = False
    """Whether the parameter `last_modified_time` is documented."""
    account_types: bool = False
    """Whether `filter_by` is about types of accounts."""


ACCOUNT_TYPES = {
    "Asset": _words("other_asset other_current_asset cash bank fixed_asset accounts_receivable stock"),
    "Liability": _words("other_current_liability credit_card long_term_liability other_liability accounts_payable"),
    "Equity": _words("equity"),
    "Income": _words("income other_income"),
    "Expense": _words("expense cost_of_goods_sold other_expense"),
}


FILTERS: dict[str, Filters] = {
    "contact_person": Filters(default_sort=("created_time", "A")),
    "contact": Filters(
        text=_words("contact_name company_name first_name last_name address email phone"),
        exact=_words("contact_type zcrm_contact_id zcrm_account_id zcrm_vendor_id"),
        search=("contact_name", "notes"),
        sort=_words(
            "contact_name first_name last_name email outstanding_receivable_amount created_time last_modified_time"
        ),
        default_sort=("contact_name", "A"),
        statuses=_words("all active inactive duplicate portalenabled portaldisabled creditlimitexceed crm"),
    ),
    "item": Filters(
        text=_words("name description"),
        exact=_words("tax_id tax_name account_id is_taxable sat_item_key_code unitkey_code sku"),
        number=_words("rate"),
        search=("name", "description", "sku"),
        sort=_words("name rate tax_name created_time"),
        default_sort=("name", "A"),
        statuses=_words("all active inactive"),
    ),
    "account": Filters(
        text=_words("account_name account_code"),
        exact=_words("account_id"),
        search=("account_name", "account_code"),
        sort=_words("account_name account_type account_code"),
        default_sort=("account_name", "A"),
        account_types=True,
    ),
    "project": Filters(
        exact=_words("customer_id"),
        sort=_words("project_name customer_name rate created_time"),
        statuses=_words("all active inactive"),
    ),
    "invoice": Filters(
        text=_words("invoice_number item_name item_description custom_field"),
        exact=_words("reference_number customer_name customer_id item_id email recurring_invoice_id"),
        number=_words("total balance"),
        date=_words("date due_date created_date"),
        search=("invoice_number", "reference_number", "customer_name"),
        sort=_words("customer_name invoice_number date due_date total balance created_time"),
        modified=True,
    ),
    "sales_order": Filters(
        text=_words("salesorder_number reference_number customer_name item_name item_description"),
        exact=_words("item_id customer_id salesperson_id email zcrm_potential_id"),
        number=_words("total"),
        date=_words("date shipment_date created_date"),
        search=("salesorder_number", "reference_number", "customer_name"),
        sort=_words(
            "customer_name salesorder_number reference_number shipment_date total date created_time last_modified_time"
        ),
        modified=True,
    ),
    "bill": Filters(
        sort=_words("vendor_name bill_number date due_date total balance created_time last_modified_time"),
        modified=True,
    ),
    "credit_note": Filters(
        sort=_words("customer_name creditnote_number balance total date created_time last_modified_time"),
        modified=True,
    ),
    "estimate": Filters(
        sort=_words("customer_name estimate_number date total created_time last_modified_time"),
        modified=True,
    ),
    "purchase_order": Filters(
        sort=_words("vendor_name purchaseorder_number date delivery_date total created_time last_modified_time"),
        modified=True,
    ),
    "expense": Filters(
        sort=_words("date account_name total bcy_total reference_number customer_name created_time"),
    ),
    "vendor_payment": Filters(
        sort=_words("vendor_name date reference_number amount balance created_time"),
        modified=True,
    ),
    "journal": Filters(
        sort=_words("journal_date entry_number reference_number total last_modified_time"),
        default_sort=("journal_date", "D"),
        modified=True,
    ),
}
