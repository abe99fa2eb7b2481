"""Where each module is listed, and what its list can do: one table.

Paths, keys, and what is documented are those of Zoho's published OpenAPI files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.api import modules as api
from zoho_books_connector.errors import UnexpectedResponseError
from zoho_books_connector.trigger.catching_up.ways import WayName
from zoho_books_connector.trigger.modules import Module, find_module


@dataclass(frozen=True)
class ListedModule:
    """The list of one module."""

    key: str
    path: str
    #: The keys of the answer under which the rows may stand.
    row_keys: tuple[str, ...]
    #: Which way of reading to try first.
    way: WayName = "newest"
    #: Whether ``last_modified_time`` is documented as a filter, or was seen to be one, that brings what changed later.
    filters: bool = False
    #: A documented column whose value no change of a record moves.
    lasting_column: str | None = None
    #: Parameters that make the list show records of every status.
    always: Mapping[str, str] = field(default_factory=dict)

    @property
    def api(self) -> api.Module:
        """How one record is read by its id, and the scope that both need."""
        return api.MODULES[self.key]

    @property
    def module(self) -> Module:
        """The module as events name it."""
        found = find_module(self.key)
        assert found is not None  # noqa: S101 - a test compares the tables
        return found

    def rows_in(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of an answer; raises ``UnexpectedResponseError`` when it holds no list."""
        named = [answer[key] for key in self.row_keys if isinstance(answer.get(key), list)]
        rest = [value for key, value in answer.items() if key not in api.ENVELOPE and isinstance(value, list)]
        if not named and len(rest) != 1:
            raise UnexpectedResponseError(
                "list_missing",
                f"Zoho reported success but sent no list of {self.row_keys[0]!r}.",
                "Try again; when it persists, report it with the details.",
                params={"key": self.row_keys[0]},
            )
        return [row for row in (named or rest)[0] if isinstance(row, dict)]


def _filtered(key: str, path: str, *row_keys: str, lasting: str | None = "created_time", **always: str) -> ListedModule:
    """Return a module whose filter by change is documented or was seen; whether it sorts by change, its answer shows.

    The OpenAPI files name that column in the prose of some lists, in the schema of others, and nowhere for the rest.
    """
    return ListedModule(key, path, row_keys, "changed", filters=True, lasting_column=lasting, always=always)


def _unfiltered(
    key: str, path: str, *row_keys: str, lasting: str | None = "created_time", **always: str
) -> ListedModule:
    """Return a module of whose filter by change nothing is known; an unknown one may be ignored, or mean another thing.

    So it is not sent.
    """
    return ListedModule(key, path, row_keys, lasting_column=lasting, always=always)


_ROWS: Final = (
    # Filter seen in a public client, for contacts, items, expenses and customer payments.
    _filtered("contact", "/contacts", "contacts", filter_by="Status.All"),
    _filtered("item", "/items", "items", lasting=None, filter_by="Status.All"),
    _filtered("estimate", "/estimates", "estimates"),
    _filtered("sales_order", "/salesorders", "salesorders"),
    _unfiltered("sales_receipt", "/salesreceipts", "salesreceipts"),
    _filtered("invoice", "/invoices", "invoices"),
    _filtered("customer_debit_note", "/invoices", "debit_notes", "invoices", filter_by="Type.DebitNote"),
    _unfiltered("recurring_invoice", "/recurringinvoices", "recurring_invoices"),
    _unfiltered("retainer_invoice", "/retainerinvoices", "retainerinvoices"),
    _filtered("credit_note", "/creditnotes", "creditnotes"),
    _filtered("customer_payment", "/customerpayments", "customerpayments", "customer_payments"),
    _unfiltered("delivery_challan", "/deliverychallans", "deliverychallans"),
    _filtered("expense", "/expenses", "expenses"),
    _unfiltered("recurring_expense", "/recurringexpenses", "recurring_expenses"),
    _filtered("purchase_order", "/purchaseorders", "purchaseorders"),
    _filtered("bill", "/bills", "bills"),
    _filtered("recurring_bill", "/recurringbills", "recurringbills", "recurring_bills", lasting=None),
    _filtered("vendor_credit", "/vendorcredits", "vendorcredits", "vendor_credits"),
    _filtered("vendor_payment", "/vendorpayments", "vendorpayments", lasting=None),
    _unfiltered("bank_transaction", "/banktransactions", "banktransactions", lasting=None),
    # Its filter is documented, and was seen to bring only what changed in exactly that second.
    _unfiltered("journal", "/journals", "journals", lasting=None),
    _filtered("account", "/chartofaccounts", "chartofaccounts", lasting=None, filter_by="AccountType.All"),
    _unfiltered("project", "/projects", "projects", filter_by="Status.All"),
    _unfiltered("time_entry", "/projects/timeentries", "time_entries", lasting=None),
    _unfiltered("task", "/tasks", "tasks"),
)

LISTS: Final[Mapping[str, ListedModule]] = {row.key: row for row in _ROWS}
