"""The five creating actions: where they go, what finds their records again, and what strangers may have beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Record = dict[str, Any]


@dataclass(frozen=True)
class Creating:
    """One creating action at the sandbox; patterns are searched in the path of a request."""

    module: str
    path: str
    listed: str
    read: str
    #: The natural keys that its inputs can have.
    handles: tuple[str, ...]
    id_field: str

    @property
    def create_pattern(self) -> str:
        """What finds the create among the requests."""
        return f"/books/v3{self.path}$"


_DOCUMENT_HANDLES: Final = ("reference", "number", "derived", "none")
ACTIONS: Final[Mapping[str, Creating]] = {
    "create_contact": Creating(
        "contact", "/contacts", "/v3/contacts$", r"/v3/contacts/\d+$", ("name", "unique"), "contact_id"
    ),
    "create_item": Creating("item", "/items", "/v3/items$", r"/v3/items/\d+$", ("name", "sku", "unique"), "item_id"),
    "create_contact_person": Creating(
        "contact_person",
        "/contacts/contactpersons",
        r"/contacts/\d+/contactpersons$",
        r"/contactpersons/\d+$",
        ("email", "none"),
        "contact_person_id",
    ),
    "create_salesorder": Creating(
        "sales_order",
        "/salesorders",
        "/v3/salesorders$",
        r"/v3/salesorders/\d+$",
        (*_DOCUMENT_HANDLES, "unique"),
        "salesorder_id",
    ),
    "create_invoice": Creating(
        "invoice", "/invoices", "/v3/invoices$", r"/v3/invoices/\d+$", (*_DOCUMENT_HANDLES, "unique"), "invoice_id"
    ),
}
DOCUMENTS: Final = {"create_salesorder": "salesorder_number", "create_invoice": "invoice_number"}
_UNIQUE: Final = {"unique_field": "cf_external_id", "custom_fields": [{"api_name": "cf_external_id", "value": "X-1"}]}


def inputs_of(action: str, handle: str, customer: str, item: str) -> Record:
    """Return the inputs of a create whose record can be found by ``handle``."""
    inputs = _plain(action, customer, item) | (_UNIQUE if handle == "unique" else {})
    if action in DOCUMENTS and handle == "reference":
        return inputs | {"reference_number": "PO-7"}
    if action in DOCUMENTS and handle == "number":
        return inputs | {DOCUMENTS[action]: "A-7", "ignore_auto_number_generation": True}
    if handle == "sku":
        return inputs | {"sku": "SKU-7"}
    return inputs | ({"email": "ada@x.example"} if handle == "email" else {})


def _plain(action: str, customer: str, item: str) -> Record:
    if action == "create_contact":
        person = {"first_name": "Ada", "email": "ada@x.example"}
        return {
            "contact_name": "Ada and Sons",
            "contact_type": "customer",
            "notes": "late",
            "contact_persons": [person],
        }
    if action == "create_item":
        return {"name": "Flour", "rate": 12.5, "description": "25 kg"}
    if action == "create_contact_person":
        return {"contact_id": customer, "first_name": "Ada", "last_name": "Byron"}
    return {"customer_id": customer, "date": "2026-09-20", "line_items": [{"item_id": item, "quantity": 3, "rate": 10}]}


#: What a stranger's record of the same natural key has otherwise; a document has the same total.
_OTHERWISE: Final[Mapping[str, Record]] = {
    "create_contact": {"contact_type": "vendor", "contact_persons": [{"first_name": "Bob"}]},
    "create_item": {"rate": 13, "description": "5 kg"},
    "create_contact_person": {"first_name": "Bob"},
    "create_salesorder": {},
    "create_invoice": {},
}


def foreign_body(action: str, inputs: Record, *, alike: bool) -> Record:
    """Return what another app would send for a record of the same natural key, alike in everything or not."""
    body = {name: value for name, value in inputs.items() if name not in ("unique_field", "custom_fields")}
    if alike:
        return body
    lines = {"line_items": [{**line, "quantity": 1, "rate": 30} for line in body.get("line_items", [])]}
    return body | _OTHERWISE[action] | (lines if "line_items" in body else {})
