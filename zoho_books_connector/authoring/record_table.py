"""Which fields the records of each module have: from the models, or from the table ``record_fields.json``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.models.base import Output
from zoho_books_connector.models.contact_persons import ContactPerson
from zoho_books_connector.models.contacts import Contact
from zoho_books_connector.models.invoices import Invoice
from zoho_books_connector.models.items import Item
from zoho_books_connector.models.salesorders import Salesorder

#: ``id``, ``text``, ``number``, ``flag``, ``object``, ``list`` or ``any``; for an object also its fields; for a list of
#: objects theirs, in brackets.
Kind = Any
Fields = dict[str, Kind]

#: Module → what is ``documented`` and what was only ``seen`` in real answers. Written by ``published.py``.
TABLE: Final = Path(__file__).with_name("record_fields.json")

#: What only the sandbox sends, as the published answer shows nothing.
_SANDBOX: Final[dict[str, Fields]] = {"bank_reconciliation": {"reconciled_date": "text", "status": "text"}}

#: The modules whose records the actions bring too.
MODELS: Final[dict[str, type[Output]]] = {
    "contact": Contact,
    "contact_person": ContactPerson,
    "item": Item,
    "sales_order": Salesorder,
    "invoice": Invoice,
    "customer_debit_note": Invoice,
}


@cache
def table() -> dict[str, Fields]:
    """Return the fields of every module that has no model, the documented ones first."""
    rows = json.loads(TABLE.read_text("utf-8"))
    return {
        key: joined(joined(parts["documented"], parts["seen"]), _SANDBOX.get(key, {})) for key, parts in rows.items()
    }


def joined(one: Fields, other: Fields) -> Fields:
    """Return the fields of both; where they disagree on a kind, the one that says more counts, else the first."""
    fields = dict(one)
    for name, kind in other.items():
        known = fields.get(name)
        if isinstance(known, dict) and isinstance(kind, dict):
            fields[name] = joined(known, kind)
        elif isinstance(known, list) and isinstance(kind, list):
            fields[name] = [joined(known[0], kind[0])]
        elif known in (None, "object", "list") or (known == "text" and kind == "number"):
            fields[name] = kind
    return fields
