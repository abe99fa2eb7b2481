"""Records put into the books without a call: one at a time, or a whole demo of every module."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from .books import Books
from .calls import answer_of
from .choices import add_choice, has_choice, is_choice
from .contact_persons import replace_persons
from .contacts import create_contact
from .documents import INVOICES, SALES_ORDERS, create_document
from .items import create_item
from .modules import MODULES, Module, parent_module
from .record_fields import Record

STARTS: dict[str, Record] = {
    "contact": {
        "contact_name": "Seeded contact",
        "contact_type": "customer",
        "status": "active",
        "payment_terms": 0,
        "custom_fields": [],
        "addresses": [],
    },
    "item": {"name": "Seeded item", "rate": 10, "status": "active", "custom_fields": []},
}
CREATES: dict[str, Callable[[Books, Record], Record]] = {
    "contact": create_contact,
    "item": create_item,
    "sales_order": lambda books, record: create_document(books, SALES_ORDERS, _numbered(books, record), {}),
    "invoice": lambda books, record: create_document(books, INVOICES, _numbered(books, record), {}),
}
DOCUMENT_STARTS: Record = {
    "status": "draft",
    "line_items": [],
    "taxes": [],
    "custom_fields": [],
    "discount_type": "entity_level",
    "sub_total": 0,
    "total": 0,
}


def _numbered(books: Books, record: Record) -> Record:
    """Give a document a number of its own where the books give it none."""
    if books.switches.auto_numbering == "on":
        return record
    return {"salesorder_number": "SO-DEMO", "invoice_number": "INV-DEMO"} | record


def seed(books: Books, module: str, record: Record) -> Record:
    """Put a record in as it is, adding only what the books cannot do without; answers as reads do.

    Nothing is checked, so that a test can plant what no call could make.
    """
    if is_choice(module):
        return add_choice(books, module, record)
    row = MODULES[module]
    record = dict(record)
    persons = record.pop("contact_persons", []) if module == "contact" else []
    for name in row.parents:
        record.setdefault(name, _parent_id(books, row, name))
    stored = books.store(module, _start(books, module, record) | record)
    for field in ("created_time", "last_modified_time"):
        if field in record:
            stored[field] = record[field]
    if module == "contact":
        replace_persons(books, stored["contact_id"], [dict(person) for person in persons])
    return answer_of(module, books, stored)


def enter(books: Books, module: str, record: Record) -> Record:
    """Put a record in, or over the one that has its id; answers as reads do. Nothing is checked."""
    row = MODULES[module]
    before = books.find(module, record.get(row.id_field, ""))
    if before is None:
        return seed(books, module, record)
    return answer_of(module, books, books.store(module, before | record))


def discard(books: Books, module: str, identity: str) -> None:
    """Take a record out, a contact with its persons. Nothing is checked."""
    books.get(module, identity)
    if module == "contact":
        replace_persons(books, identity, [])
    books.remove(module, identity)


def seed_demo(books: Books) -> None:
    """Fill the books with realistic records of every module that is still empty."""
    for module, records in _demo_records().items():
        if is_choice(module):
            for record in records:
                if not has_choice(books, module, record):
                    add_choice(books, module, record)
        elif not books.all(module):
            for record in records:
                _seed_demo_record(books, module, _with_references(books, record))


def _seed_demo_record(books: Books, module: str, record: Record) -> None:
    """Let calls make what calls can make, so that sums and persons are right; put the rest in as it is."""
    create = CREATES.get(module)
    if create:
        create(books, record)
    else:
        seed(books, module, record)


@cache
def _demo_records() -> dict[str, list[Record]]:
    text = files(__package__).joinpath("demo_records.yaml").read_text("utf-8")
    records: dict[str, list[Record]] = yaml.safe_load(text)
    return records


def _start(books: Books, module: str, record: Record) -> Record:
    if module not in ("sales_order", "invoice"):
        return STARTS.get(module, {})
    currency = books.currency(None)
    start = DOCUMENT_STARTS | {
        "currency_id": currency["currency_id"],
        "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"],
        "date": books.today().isoformat(),
    }
    number = f"{MODULES[module].response_key}_number"
    if number not in record:
        start[number] = books.next_number(module)
    customers = books.all("contact")
    if customers:
        start |= {"customer_id": customers[0]["contact_id"], "customer_name": customers[0]["contact_name"]}
    return start


def _parent_id(books: Books, row: Module, field: str) -> str:
    parent = parent_module(row, field)
    known = books.all(parent) if parent else []
    if known and parent:
        return str(known[0][MODULES[parent].id_field])
    return "cm_sandbox" if parent is None else books.new_id()


def _with_references(books: Books, value: Any) -> Any:
    """Replace `@module` by the id of the module's first record, `@module:2` by that of its second."""
    if isinstance(value, dict):
        return {name: _with_references(books, entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_with_references(books, entry) for entry in value]
    if isinstance(value, str) and value.startswith("@"):
        key, _, position = value[1:].partition(":")
        return books.all(key)[int(position or 1) - 1][MODULES[key].id_field]
    return value
