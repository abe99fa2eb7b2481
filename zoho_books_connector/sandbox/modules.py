"""The one table of modules: where each record is read, under which key, with which scope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

CUSTOM_MODULES_GROUP = "custommodules"


@dataclass(frozen=True)
class Module:
    """One row: `path` ends in the record's id; other ids in it name parent records."""

    key: str
    path: str
    response_key: str
    list_key: str
    group: str
    id_field: str
    switch: str = ""
    """A switch whose position is the response key, or "flat" for no key at all."""

    @property
    def list_path(self) -> str:
        """Where the records are listed."""
        return self.path.rsplit("/", 1)[0]

    @property
    def record_parameter(self) -> str:
        """Name of the path parameter that holds the record's id."""
        return self.path.rsplit("{", 1)[1].rstrip("}")

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """Fields that tie a record to its parents, as the path names them."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))[:-1]


_ROWS = """
contact                  | /contacts/{contact_id}                                      | contact | contacts | contacts | contact_id
contact_person           | /contacts/{contact_id}/contactpersons/{contact_person_id}   | contact_person | contact_persons | contacts | contact_person_id
item                     | /items/{item_id}                                            | item | items | settings | item_id
estimate                 | /estimates/{estimate_id}                                    | estimate | estimates | estimates | estimate_id
sales_order              | /salesorders/{salesorder_id}                                | salesorder | salesorders | salesorders | salesorder_id
sales_receipt            | /salesreceipts/{sales_receipt_id}                           | salesreceipt | salesreceipts | invoices | sales_receipt_id
invoice                  | /invoices/{invoice_id}                                      | invoice | invoices | invoices | invoice_id
customer_debit_note      | /invoices/{invoice_id}                                      | invoice | debit_notes | invoices | invoice_id
recurring_invoice        | /recurringinvoices/{recurring_invoice_id}                   | recurring_invoice | recurring_invoices | invoices | recurring_invoice_id
retainer_invoice         | /retainerinvoices/{retainerinvoice_id}                      | retainerinvoice | retainerinvoices | invoices | retainerinvoice_id
credit_note              | /creditnotes/{creditnote_id}                                | creditnote | creditnotes | creditnotes | creditnote_id
customer_payment         | /customerpayments/{payment_id}                              | payment | customerpayments | customerpayments | payment_id
delivery_challan         | /deliverychallans/{deliverychallan_id}                      | deliverychallan | deliverychallans | deliverychallans | deliverychallan_id
expense                  | /expenses/{expense_id}                                      | expense | expenses | expenses | expense_id
employee                 | /employees/{employee_id}                                    | employee | employees | expenses | employee_id
recurring_expense        | /recurringexpenses/{recurring_expense_id}                   | recurring_expense | recurring_expenses | expenses | recurring_expense_id
purchase_order           | /purchaseorders/{purchaseorder_id}                          | purchaseorder | purchaseorders | purchaseorders | purchaseorder_id
bill                     | /bills/{bill_id}                                            | bill | bills | bills | bill_id
recurring_bill           | /recurring_bills/{recurring_bill_id}                        | recurring_bill | recurring_bills | bills | recurring_bill_id
vendor_credit            | /vendorcredits/{vendor_credit_id}                           | vendor_credit | vendorcredits | debitnotes | vendor_credit_id
vendor_payment           | /vendorpayments/{payment_id}                                | vendorpayment | vendorpayments | vendorpayments | payment_id
project                  | /projects/{project_id}                                      | project | projects | projects | project_id
project_user             | /projects/{project_id}/users/{user_id}                      | user | users | projects | user_id
project_task             | /projects/{project_id}/tasks/{task_id}                      | task | tasks | projects | task_id
time_entry               | /projects/timeentries/{time_entry_id}                       | time_entry | time_entries | projects | time_entry_id
task                     | /tasks/{task_id}                                            | task | tasks | settings | task_id
journal                  | /journals/{journal_id}                                      | journal | journals | accountants | journal_id
recurring_journal        | /recurringjournals/{recurring_journal_id}                   | journal | recurring_journals | accountants | recurring_journal_id
account                  | /chartofaccounts/{account_id}                               | chart_of_account | chartofaccounts | accountants | account_id | chart_of_account_answer
base_currency_adjustment | /basecurrencyadjustment/{base_currency_adjustment_id}       | data | base_currency_adjustments | accountants | base_currency_adjustment_id
bank_rule                | /bankaccounts/rules/{rule_id}                               | rule | rules | banking | rule_id | bank_rule_answer
bank_account             | /bankaccounts/{account_id}                                  | bankaccount | bankaccounts | banking | account_id
bank_reconciliation      | /bankaccounts/{account_id}/reconciliations/{reconciliation_id} | reconciliation | reconciliations | banking | reconciliation_id
bank_transaction         | /banktransactions/{transaction_id}                          | banktransaction | banktransactions | banking | transaction_id
fixed_asset              | /fixedassets/{fixed_asset_id}                               | fixed_asset | fixedassets | fixedasset | fixed_asset_id | fixed_asset_answer
currency                 | /settings/currencies/{currency_id}                          | currency | currencies | settings | currency_id
exchange_rate            | /settings/currencies/{currency_id}/exchangerates/{exchange_rate_id} | exchange_rate | exchange_rates | settings | exchange_rate_id
tax                      | /settings/taxes/{tax_id}                                    | tax | taxes | settings | tax_id
tax_group                | /settings/taxgroups/{tax_group_id}                          | tax_group | tax_groups | settings | tax_group_id
tax_authority            | /settings/taxauthorities/{tax_authority_id}                 | tax_authority | tax_authorities | settings | tax_authority_id
tax_exemption            | /settings/taxexemptions/{tax_exemption_id}                  | tax_exemption | tax_exemptions | settings | tax_exemption_id
user                     | /users/{user_id}                                            | user | users | settings | user_id
organization             | /organizations/{organization_id}                            | organization | organizations | settings | organization_id
credit_note_refund       | /creditnotes/{creditnote_id}/refunds/{creditnote_refund_id} | creditnote_refund | creditnote_refunds | creditnotes | creditnote_refund_id
customer_payment_refund  | /customerpayments/{payment_id}/refunds/{payment_refund_id}  | payment_refunds | payment_refunds | customerpayments | payment_refund_id
vendor_credit_refund     | /vendorcredits/{vendor_credit_id}/refunds/{vendor_credit_refund_id} | vendor_credit_refund | vendor_credit_refunds | debitnotes | vendor_credit_refund_id
vendor_payment_refund    | /vendorpayments/{payment_id}/refunds/{vendorpayment_refund_id} | vendorpayment_refund | vendorpayment_refunds | vendorpayments | vendorpayment_refund_id
custom_module            | /settings/modules/{api_name}                                | module | modules | settings | api_name
custom_module_record     | /{module_name}/{module_record_id}                           | module_record | module_records | custommodules | module_record_id
"""  # noqa: E501 - a table reads best with one row a line


def _parse(rows: str) -> dict[str, Module]:
    modules = [Module(*(cell.strip() for cell in row.split("|"))) for row in rows.strip().splitlines()]
    return {module.key: module for module in modules}


MODULES = _parse(_ROWS)
PARENT_OF = {
    "contact_id": "contact",
    "project_id": "project",
    "account_id": "bank_account",
    "currency_id": "currency",
    "creditnote_id": "credit_note",
    "vendor_credit_id": "vendor_credit",
}
"""The module behind a parent field; `payment_id` differs by path and is in `PAYMENT_PARENT`."""
PAYMENT_PARENT = {"customer_payment_refund": "customer_payment", "vendor_payment_refund": "vendor_payment"}


def parent_module(module: Module, field: str) -> str | None:
    """The module whose record a parent field names; None for a name that is not a record's id."""
    return PAYMENT_PARENT.get(module.key) if field == "payment_id" else PARENT_OF.get(field)
