"""Line items of a document: defaults from the item, tax by id, ids kept on update."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .books import Books
from .errors import RefusedError
from .field_rules import LINE, given, read_fields
from .record_fields import Record
from .totals import ZERO, Line, Totals

FROM_ITEM = ("name", "description", "rate", "unit", "product_type", "hsn_or_sac", "tax_id")
HEADINGS = ("header", "subtotal")
TAX_FIELDS = ("tax_name", "tax_type", "tax_percentage")


def read_lines(books: Books, sent: list[Any], before: list[Record]) -> list[Record]:
    """Complete the lines that were sent; one with a known `line_item_id` keeps its id, others are new."""
    known = {line["line_item_id"] for line in before}
    return [_read_line(books, line, number, known) for number, line in enumerate(sent)]


def sums_of(lines: list[Record]) -> list[Line]:
    """What of the lines counts for the totals."""
    return [
        Line(
            rate=_decimal(line["rate"]),
            quantity=_decimal(line["quantity"]),
            discount=str(line.get("discount", "")),
            tax_percentage=_decimal(line.get("tax_percentage", 0)),
        )
        for line in lines
    ]


def with_sums(lines: list[Record], totals: Totals) -> list[Record]:
    """The lines with what the totals say about each."""
    sums = zip(lines, totals.item_totals, totals.line_discounts, strict=True)
    return [
        line | {"item_total": total, "discount_amount": discount, "bcy_rate": line["rate"]}
        for line, total, discount in sums
    ]


def taxes_of(lines: list[Record], totals: Totals) -> list[Record]:
    """The taxes of a document, one entry per tax."""
    taxes: dict[str, Record] = {}
    for line, amount in zip(lines, totals.line_taxes, strict=True):
        if line.get("tax_id"):
            name = f"{line['tax_name']} ({line['tax_percentage']}%)"
            start = {"tax_id": line["tax_id"], "tax_name": name, "tax_amount": ZERO}
            tax = taxes.setdefault(line["tax_id"], start)
            tax["tax_amount"] += amount
    return list(taxes.values())


def _read_line(books: Books, sent: Any, number: int, known: set[str]) -> Record:
    if not isinstance(sent, dict):
        raise RefusedError(2, field="line_items")
    read = given(read_fields(LINE, sent, edition=books.edition, switches=books.switches))
    item = _item(books, read)
    defaults = {name: item[name] for name in FROM_ITEM if name in item}
    sent_id = str(read.pop("line_item_id", ""))
    line = {
        "line_item_id": sent_id if sent_id in known else books.new_id(),
        "item_order": number + 1,
        "quantity": 1,
        "rate": 0,
        "line_item_category": "line_item",
        **defaults,
        **read,
        **_tax(books, str(read.get("tax_id", defaults.get("tax_id", "")))),
    }
    if line["line_item_category"] in HEADINGS:
        line |= {"quantity": 0, "rate": 0}
    return line


def _item(books: Books, line: Record) -> Record:
    if "item_id" in line:
        item = books.find("item", line["item_id"])
        if item is None:
            raise RefusedError(2006, books.switches.missing_item_status)
        line["item_id"] = item["item_id"]
        return item
    if line.get("line_item_category") in HEADINGS:
        return {}
    if books.switches.lines_without_item == "refused" or not line.get("name"):
        raise RefusedError(2, field="item_id")
    return {}


def _tax(books: Books, tax_id: str) -> Record:
    if not tax_id:
        return {}
    tax = books.find("tax", tax_id)
    if tax is None:
        raise RefusedError(2, field="tax_id")
    return {"tax_id": tax_id} | {name: tax.get(name, "") for name in TAX_FIELDS}


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
