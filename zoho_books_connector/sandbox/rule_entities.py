"""The modules workflow rules cover, and the names Zoho's settings API has for them."""

from __future__ import annotations

from .errors import RefusedError
from .modules import MODULES
from .switches import Switches

COVERED = (
    "contact",
    "item",
    "estimate",
    "sales_order",
    "sales_receipt",
    "invoice",
    "recurring_invoice",
    "retainer_invoice",
    "credit_note",
    "customer_payment",
    "delivery_challan",
    "expense",
    "recurring_expense",
    "purchase_order",
    "bill",
    "recurring_bill",
    "vendor_credit",
    "vendor_payment",
    "project",
    "time_entry",
    "task",
    "journal",
    "account",
    "bank_transaction",
)
"""Of the modules the help lists, those the sandbox has; inventory adjustments and batches of payments it has not."""
PAYMENTS = ("customer_payment", "vendor_payment")
"""Their rules name the whole module, though a customer payment comes under `payment`."""

SINGULAR = {key if key in PAYMENTS else MODULES[key].response_key: key for key in COVERED}
PLURAL = {MODULES[key].list_key: key for key in COVERED}


def module_of(entity: object, switches: Switches) -> str:
    """The module an entity's name stands for; raises for a name that the switch does not know."""
    names = SINGULAR if switches.rule_entity == "singular" else PLURAL
    module = names.get(str(entity))
    if module is None:
        raise RefusedError(2, field="entity")
    return module
