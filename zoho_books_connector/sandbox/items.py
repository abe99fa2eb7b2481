"""Items: what is sold or bought, with unique names and SKUs."""

from __future__ import annotations

from .books import Books
from .custom_fields import read_custom_fields
from .errors import RefusedError
from .field_rules import ITEM, given, merge, read_fields
from .record_fields import Record, dress

REQUIRED = ("name", "rate")
FIXED_ONCE_USED = ("item_type", "product_type")
DOCUMENTS = ("sales_order", "invoice")


def create_item(books: Books, sent: Record) -> Record:
    """Add an item."""
    fields = given(_read(books, sent))
    _require(fields)
    _check(books, fields)
    start = {"status": "active", "item_type": "sales", "product_type": "goods", "is_taxable": True}
    return books.store("item", start | _completed(books, fields, ""))


def update_item(books: Books, item_id: str, sent: Record) -> Record:
    """Change what was sent of an item."""
    item = books.get("item", item_id)
    fields = _read(books, sent)
    if books.switches.item_update == "whole":
        _require(fields)
    for name in REQUIRED:
        if name in fields and fields[name] in (None, ""):
            raise RefusedError(2, field=name)
    _check(books, fields, item_id)
    fixed = [name for name in FIXED_ONCE_USED if fields.get(name, item.get(name)) != item.get(name)]
    if fixed and is_used(books, item_id):
        raise RefusedError(2076)
    return books.store("item", merge(item, _completed(books, fields, item_id), books.switches))


def delete_item(books: Books, item_id: str) -> None:
    """Remove an item unless documents use it."""
    books.get("item", item_id)
    if is_used(books, item_id):
        raise RefusedError(2049)
    books.remove("item", item_id)


def set_item_status(books: Books, item_id: str, status: str) -> Record:
    """Make an item active or inactive."""
    return books.store("item", books.get("item", item_id) | {"status": status})


def is_used(books: Books, item_id: str) -> bool:
    """Whether a line of a document is about the item."""
    lines = (line for key in DOCUMENTS for record in books.all(key) for line in record["line_items"])
    return any(line.get("item_id") == item_id for line in lines)


def item_answer(books: Books, item: Record) -> Record:
    """An item as answers show it, with the tax it names."""
    tax = books.find("tax", item.get("tax_id", "")) or {}
    shown = {name: tax[name] for name in ("tax_name", "tax_percentage", "tax_type") if name in tax}
    return dress("item", {"custom_fields": []} | shown | item, books.switches, books.symbol)


def _read(books: Books, sent: Record) -> Record:
    return read_fields(ITEM, sent, edition=books.edition, switches=books.switches, module="item")


def _require(fields: Record) -> None:
    for name in REQUIRED:
        if fields.get(name) in (None, ""):
            raise RefusedError(2, field=name)


def _check(books: Books, fields: Record, own_id: str = "") -> None:
    for name, code in (("name", books.switches.item_duplicate_code), ("sku", 1001)):
        value = fields.get(name)
        for item in books.all("item") if value else []:
            if item["item_id"] != own_id and str(item.get(name, "")).casefold() == str(value).casefold():
                raise RefusedError(code, 400, f'An item with the {name} "{value}" already exists.')
    if fields.get("tax_id") and books.find("tax", fields["tax_id"]) is None:
        raise RefusedError(2, field="tax_id")


def _completed(books: Books, fields: Record, own_id: str) -> Record:
    if not fields.get("custom_fields"):
        return fields
    values = read_custom_fields(books, "item", fields["custom_fields"], own_id)
    return fields | {"custom_fields": values}
