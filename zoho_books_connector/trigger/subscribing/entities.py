"""What Zoho's settings API calls the modules of events, singular and plural, and which of the two it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

#: Module of an event → its names at Zoho. The singular was seen for contacts, items, estimates, sales orders, invoices
#: and customer payments; Zoho documents invoice, bill and contact. The rest follows the keys of its records.
ENTITIES: Final[Mapping[str, tuple[str, str]]] = {
    "contact": ("contact", "contacts"),
    "item": ("item", "items"),
    "estimate": ("estimate", "estimates"),
    "sales_order": ("salesorder", "salesorders"),
    "sales_receipt": ("salesreceipt", "salesreceipts"),
    "invoice": ("invoice", "invoices"),
    "customer_debit_note": ("debit_note", "debit_notes"),
    "recurring_invoice": ("recurring_invoice", "recurring_invoices"),
    "retainer_invoice": ("retainerinvoice", "retainerinvoices"),
    "credit_note": ("creditnote", "creditnotes"),
    "customer_payment": ("customer_payment", "customerpayments"),
    "delivery_challan": ("deliverychallan", "deliverychallans"),
    "expense": ("expense", "expenses"),
    "recurring_expense": ("recurring_expense", "recurring_expenses"),
    "purchase_order": ("purchaseorder", "purchaseorders"),
    "bill": ("bill", "bills"),
    "recurring_bill": ("recurring_bill", "recurring_bills"),
    "vendor_credit": ("vendor_credit", "vendorcredits"),
    "vendor_payment": ("vendor_payment", "vendorpayments"),
    "bank_transaction": ("banktransaction", "banktransactions"),
    "journal": ("journal", "journals"),
    "account": ("chart_of_account", "chartofaccounts"),
    "project": ("project", "projects"),
    "time_entry": ("time_entry", "time_entries"),
    "task": ("task", "tasks"),
}
#: Where the plural stands.
_PLURAL: Final = 1
_FORMS: Final = {name: form for names in ENTITIES.values() for form, name in enumerate(names)}


class EntityNames:
    """Which form an organization's API takes: learnt from what it shows or took, and kept with the runtime."""

    def __init__(self) -> None:
        self._form: int | None = None

    def learn(self, shown: Iterable[object]) -> None:
        """Take the form of names that Zoho shows in its lists, or has just taken."""
        forms = {_FORMS[name] for name in map(str, shown) if name in _FORMS}
        if len(forms) == 1:
            self._form = forms.pop()

    def to_try(self, module: str) -> tuple[str, ...]:
        """Return the names to send, the likelier one first; the other is for when Zoho does not know that."""
        names = ENTITIES[module]
        return names[::-1] if self._form == _PLURAL else names
