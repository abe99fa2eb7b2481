"""The modules of Zoho Books, by the root key of their payloads and the field of their id; one table.

Root keys and id fields are those of Zoho's OpenAPI files for reading one record; that webhooks use the same keys was
seen for contacts, items, sales orders and invoices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Module:
    """A kind of record. Where two modules share a root key, the first is meant unless the query names the other."""

    key: str
    root: str
    id_field: str


MODULES: Final = (
    Module("contact", "contact", "contact_id"),
    Module("contact_person", "contact_person", "contact_person_id"),
    Module("item", "item", "item_id"),
    Module("estimate", "estimate", "estimate_id"),
    Module("sales_order", "salesorder", "salesorder_id"),
    Module("sales_receipt", "salesreceipt", "sales_receipt_id"),
    Module("invoice", "invoice", "invoice_id"),
    Module("customer_debit_note", "invoice", "invoice_id"),
    Module("recurring_invoice", "recurring_invoice", "recurring_invoice_id"),
    Module("retainer_invoice", "retainerinvoice", "retainerinvoice_id"),
    Module("credit_note", "creditnote", "creditnote_id"),
    Module("customer_payment", "payment", "payment_id"),
    Module("delivery_challan", "deliverychallan", "deliverychallan_id"),
    Module("expense", "expense", "expense_id"),
    Module("employee", "employee", "employee_id"),
    Module("recurring_expense", "recurring_expense", "recurring_expense_id"),
    Module("purchase_order", "purchaseorder", "purchaseorder_id"),
    Module("bill", "bill", "bill_id"),
    Module("recurring_bill", "recurring_bill", "recurring_bill_id"),
    Module("vendor_credit", "vendor_credit", "vendor_credit_id"),
    Module("vendor_payment", "vendorpayment", "payment_id"),
    Module("project", "project", "project_id"),
    Module("user", "user", "user_id"),
    Module("project_user", "user", "user_id"),
    Module("task", "task", "task_id"),
    Module("project_task", "task", "task_id"),
    Module("time_entry", "time_entry", "time_entry_id"),
    Module("journal", "journal", "journal_id"),
    Module("recurring_journal", "journal", "recurring_journal_id"),
    Module("account", "chart_of_account", "account_id"),
    Module("base_currency_adjustment", "base_currency_adjustment", "base_currency_adjustment_id"),
    Module("bank_account", "bankaccount", "account_id"),
    Module("bank_rule", "rule", "rule_id"),
    Module("bank_transaction", "banktransaction", "transaction_id"),
    Module("fixed_asset", "fixed_asset", "fixed_asset_id"),
    Module("currency", "currency", "currency_id"),
    Module("tax", "tax", "tax_id"),
    Module("tax_group", "tax_group", "tax_group_id"),
    Module("tax_authority", "tax_authority", "tax_authority_id"),
    Module("tax_exemption", "tax_exemption", "tax_exemption_id"),
)

#: Id fields that tell what a record is; the others stand in records of many modules.
TELLING_IDS: Final = frozenset(module.id_field for module in MODULES) - {
    "account_id",
    "currency_id",
    "tax_id",
    "tax_exemption_id",
    "tax_authority_id",
}


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


#: A key wins over another module's root, and an earlier module over a later one.
_BY_NAME: Final = {_bare(module.root): module for module in reversed(MODULES)} | {
    _bare(module.key): module for module in MODULES
}
#: What people call the two kinds of contact when they name an event.
_CONTACTS: Final = ("customer", "vendor")


def find_module(name: str) -> Module | None:
    """Return the module that ``name`` means: its key or its root, with or without underscores."""
    return _BY_NAME.get("contact" if name.lower() in _CONTACTS else _bare(name))


def module_of_record(record: Mapping[str, Any]) -> Module | None:
    """Return the module of a record without a root key, when exactly one module's id is in it."""
    fields = TELLING_IDS & record.keys()
    found = [module for module in MODULES if module.id_field in fields]
    return found[0] if len(fields) == 1 and len({module.root for module in found}) == 1 else None
