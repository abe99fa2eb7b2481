"""Every kind of record that Get Records by Id can read: its path, the key of its answer, and the scope it needs.

Paths and scopes follow Zoho's published OpenAPI files; ``confirmed`` marks keys that were seen in real answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Keys of every answer that belong to no record.
ENVELOPE: Final = frozenset({"code", "message", "page_context"})
#: The field of the inputs that holds the id of the record itself.
RECORD_ID: Final = "record_id"


@dataclass(frozen=True)
class Module:
    """One kind of record. Names in braces in ``path`` are fields of the inputs."""

    key: str
    title: str
    path: str
    #: Tried in this order.
    response_keys: tuple[str, ...]
    #: Without the prefix that all scopes of Zoho Books share.
    scope: str
    #: Optional query parameters that leave the answer JSON.
    query: tuple[str, ...] = ()
    #: Whether the response key was seen in a real answer.
    confirmed: bool = False

    @property
    def full_scope(self) -> str:
        """The scope as a token carries it."""
        return f"ZohoBooks.{self.scope}"

    @property
    def needs(self) -> tuple[str, ...]:
        """The fields of the inputs that the path is made of."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def parents(self) -> tuple[str, ...]:
        """Those of them that name another record."""
        return tuple(name for name in self.needs if name != RECORD_ID)

    def path_for(self, values: Mapping[str, str]) -> str:
        """Return the path, given its parts percent-encoded."""
        return self.path.format_map(values)


_INVOICES: Final = "invoices.READ"
_SETTINGS: Final = "settings.READ"
_ACCOUNTS: Final = "accountants.READ"
_PROJECTS: Final = "projects.READ"
_BANKING: Final = "banking.READ"

_ROWS: Final = (
    Module("contact", "Contact", "/contacts/{record_id}", ("contact",), "contacts.READ", confirmed=True),
    Module(
        "contact_person",
        "Contact person",
        "/contacts/{contact_id}/contactpersons/{record_id}",
        ("contact_person",),
        "contacts.READ",
    ),
    Module("item", "Item", "/items/{record_id}", ("item",), _SETTINGS, confirmed=True),
    Module("estimate", "Estimate", "/estimates/{record_id}", ("estimate",), "estimates.READ", confirmed=True),
    Module("sales_order", "Sales order", "/salesorders/{record_id}", ("salesorder",), "salesorders.READ"),
    Module("sales_receipt", "Sales receipt", "/salesreceipts/{record_id}", ("salesreceipt",), _INVOICES),
    Module("invoice", "Invoice", "/invoices/{record_id}", ("invoice",), _INVOICES, confirmed=True),
    Module("customer_debit_note", "Customer debit note", "/invoices/{record_id}", ("invoice",), _INVOICES),
    Module(
        "recurring_invoice",
        "Recurring invoice",
        "/recurringinvoices/{record_id}",
        ("recurring_invoice",),
        _INVOICES,
    ),
    Module("retainer_invoice", "Retainer invoice", "/retainerinvoices/{record_id}", ("retainerinvoice",), _INVOICES),
    Module(
        "credit_note", "Credit note", "/creditnotes/{record_id}", ("creditnote",), "creditnotes.READ", confirmed=True
    ),
    Module(
        "credit_note_refund",
        "Refund of a credit note",
        "/creditnotes/{credit_note_id}/refunds/{record_id}",
        ("creditnote_refund",),
        "creditnotes.READ",
    ),
    Module(
        "customer_payment",
        "Customer payment",
        "/customerpayments/{record_id}",
        ("payment",),
        "customerpayments.READ",
        confirmed=True,
    ),
    Module(
        "customer_payment_refund",
        "Refund of a customer payment",
        "/customerpayments/{customer_payment_id}/refunds/{record_id}",
        ("payment_refunds", "payment_refund"),
        "customerpayments.READ",
    ),
    Module(
        "delivery_challan",
        "Delivery challan",
        "/deliverychallans/{record_id}",
        ("deliverychallan",),
        "deliverychallans.READ",
    ),
    Module("expense", "Expense", "/expenses/{record_id}", ("expense",), "expenses.READ", confirmed=True),
    Module("employee", "Employee", "/employees/{record_id}", ("employee",), "expenses.READ"),
    Module(
        "recurring_expense",
        "Recurring expense",
        "/recurringexpenses/{record_id}",
        ("recurring_expense",),
        "expenses.READ",
    ),
    Module(
        "purchase_order",
        "Purchase order",
        "/purchaseorders/{record_id}",
        ("purchaseorder",),
        "purchaseorders.READ",
        confirmed=True,
    ),
    Module("bill", "Bill", "/bills/{record_id}", ("bill",), "bills.READ", confirmed=True),
    Module("recurring_bill", "Recurring bill", "/recurring_bills/{record_id}", ("recurring_bill",), "bills.READ"),
    Module("vendor_credit", "Vendor credit", "/vendorcredits/{record_id}", ("vendor_credit",), "debitnotes.READ"),
    Module(
        "vendor_credit_refund",
        "Refund of a vendor credit",
        "/vendorcredits/{vendor_credit_id}/refunds/{record_id}",
        ("vendor_credit_refund",),
        "debitnotes.READ",
    ),
    Module(
        "vendor_payment",
        "Vendor payment",
        "/vendorpayments/{record_id}",
        ("vendorpayment",),
        "vendorpayments.READ",
        query=("fetchTaxInfo", "fetchstatementlineinfo", "is_bill_payment_id"),
        confirmed=True,
    ),
    Module(
        "vendor_payment_refund",
        "Refund of a vendor payment",
        "/vendorpayments/{vendor_payment_id}/refunds/{record_id}",
        ("vendorpayment_refund",),
        "vendorpayments.READ",
    ),
    Module("project", "Project", "/projects/{record_id}", ("project",), _PROJECTS),
    Module("project_user", "User of a project", "/projects/{project_id}/users/{record_id}", ("user",), _PROJECTS),
    Module("project_task", "Task of a project", "/projects/{project_id}/tasks/{record_id}", ("task",), _PROJECTS),
    Module("time_entry", "Time entry", "/projects/timeentries/{record_id}", ("time_entry",), _PROJECTS),
    Module("task", "Task", "/tasks/{record_id}", ("task",), _SETTINGS),
    Module("journal", "Journal", "/journals/{record_id}", ("journal",), _ACCOUNTS, confirmed=True),
    Module(
        "recurring_journal",
        "Recurring journal",
        "/recurringjournals/{record_id}",
        ("journal", "recurring_journal"),
        _ACCOUNTS,
    ),
    Module(
        "account",
        "Account of the chart of accounts",
        "/chartofaccounts/{record_id}",
        ("chart_of_account",),
        _ACCOUNTS,
        confirmed=True,
    ),
    Module(
        "base_currency_adjustment",
        "Base currency adjustment",
        "/basecurrencyadjustment/{record_id}",
        ("data", "base_currency_adjustment"),
        _ACCOUNTS,
    ),
    Module("bank_account", "Bank account", "/bankaccounts/{record_id}", ("bankaccount",), _BANKING, confirmed=True),
    Module("bank_rule", "Bank rule", "/bankaccounts/rules/{record_id}", ("rule",), _BANKING),
    Module("bank_transaction", "Bank transaction", "/banktransactions/{record_id}", ("banktransaction",), _BANKING),
    Module(
        "bank_reconciliation",
        "Reconciliation of a bank account",
        "/bankaccounts/{bank_account_id}/reconciliations/{record_id}",
        ("reconciliation",),
        _BANKING,
    ),
    Module(
        "fixed_asset",
        "Fixed asset",
        "/fixedassets/{record_id}",
        # The second is how the published schema spells it.
        ("fixed_asset", "fissed-asset"),
        "fixedasset.READ",
    ),
    Module("currency", "Currency", "/settings/currencies/{record_id}", ("currency",), _SETTINGS),
    Module(
        "exchange_rate",
        "Exchange rate of a currency",
        "/settings/currencies/{currency_id}/exchangerates/{record_id}",
        ("exchange_rate",),
        _SETTINGS,
    ),
    Module("tax", "Tax", "/settings/taxes/{record_id}", ("tax",), _SETTINGS),
    Module("tax_group", "Tax group", "/settings/taxgroups/{record_id}", ("tax_group",), _SETTINGS),
    Module("tax_authority", "Tax authority", "/settings/taxauthorities/{record_id}", ("tax_authority",), _SETTINGS),
    Module("tax_exemption", "Tax exemption", "/settings/taxexemptions/{record_id}", ("tax_exemption",), _SETTINGS),
    Module("user", "User", "/users/{record_id}", ("user",), _SETTINGS),
    Module("organization", "Organization", "/organizations/{record_id}", ("organization",), _SETTINGS),
    Module(
        "custom_module_record",
        "Record of a custom module",
        "/{module_api_name}/{record_id}",
        ("module_record",),
        "custommodules.ALL",
    ),
    Module("custom_module", "Custom module", "/settings/modules/{module_api_name}", ("module",), _SETTINGS),
)

MODULES: Final[dict[str, Module]] = {row.key: row for row in _ROWS}


def record_of(module: Module, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of an answer.

    By the module's key; else the only property that is neither ``code``, ``message`` nor ``page_context``, where it
    is an object; else, as some answers are flat, all that is left. A list of one stands for its object.
    """
    rest = {key: value for key, value in payload.items() if key not in ENVELOPE}
    found = [rest[key] for key in module.response_keys if key in rest]
    found += rest.values() if len(rest) == 1 else ()
    return next((record for candidate in found if (record := only_record(candidate)) is not None), rest)


def only_record(value: object) -> dict[str, Any] | None:
    """Return the object that Zoho answered, bare or as a list of one; ``None`` for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else None
