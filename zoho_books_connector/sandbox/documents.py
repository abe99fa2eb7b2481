"""Sales orders and invoices: numbers, dates, addresses and sums around their lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .addresses import address_answer, find_address
from .books import Books
from .contact_persons import persons_of
from .custom_fields import read_custom_fields
from .errors import RefusedError
from .field_rules import DOCUMENT, given, merge, read_fields
from .lines import read_lines, sums_of, taxes_of, with_sums
from .modules import MODULES
from .record_fields import Record, dress
from .totals import Terms, add_up


@dataclass(frozen=True)
class DocumentKind:
    """What tells one kind of document from another."""

    module: str
    number_field: str
    sent_status: str
    needs_lines: bool
    has_due_date: bool


SALES_ORDERS = DocumentKind("sales_order", "salesorder_number", "open", needs_lines=False, has_due_date=False)
INVOICES = DocumentKind("invoice", "invoice_number", "sent", needs_lines=True, has_due_date=True)
FLAG = "ignore_auto_number_generation"
ADDRESSES = {"billing_address_id": "billing_address", "shipping_address_id": "shipping_address"}
DEFAULTS: Record = {
    "discount_type": "entity_level",
    "is_discount_before_tax": True,
    "is_inclusive_tax": False,
    "custom_fields": [],
    "tags": [],
    "line_items": [],
}
DERIVED = {"payment_terms": ("payment_terms_label", "due_date"), "date": ("due_date",)}
"""What is worked out anew when a field is sent."""
CHANNELS = {"is_email_enabled": True, "is_sms_enabled": False, "is_whatsapp_enabled": False}
PERSON_COLUMNS = ("contact_person_id", "first_name", "last_name", "phone", "mobile")


def create_document(books: Books, kind: DocumentKind, sent: Record, query: Record) -> Record:
    """Add a document; `query` holds the flags that count only there."""
    fields = given(_read(books, kind, sent))
    customer = _customer(books, fields)
    number = _number(books, kind, fields.pop(kind.number_field, ""), query)
    is_sent = kind.has_due_date and "true" in (
        str(flag).lower() for flag in (query.get("send"), fields.pop("send", ""))
    )
    start = {
        kind.number_field: number,
        "status": kind.sent_status if is_sent else "draft",
        "is_emailed": is_sent,
        "date": books.today().isoformat(),
        **DEFAULTS,
    }
    return books.store(kind.module, _completed(books, kind, start | fields, customer, []))


def update_document(books: Books, kind: DocumentKind, document_id: str, sent: Record, query: Record) -> Record:
    """Change what was sent of a document; lines, when sent, replace the stored ones."""
    document = books.get(kind.module, document_id)
    changes = _read(books, kind, sent)
    changes.pop("send", None)
    number = changes.pop(kind.number_field, None)
    if number and number != document[kind.number_field]:
        changes[kind.number_field] = _number(books, kind, number, query)
    lines_before = document["line_items"]
    for field, derived in DERIVED.items():
        if field in changes:
            document = {name: value for name, value in document.items() if name not in derived}
    merged = {**DEFAULTS, **merge(document, changes, books.switches)}
    merged.setdefault("date", books.today().isoformat())
    customer = _customer(books, merged)
    return books.store(kind.module, _completed(books, kind, merged, customer, lines_before))


def set_document_status(books: Books, kind: DocumentKind, document_id: str, status: str) -> Record:
    """Move a document to another status."""
    return books.store(kind.module, books.get(kind.module, document_id) | {"status": status})


def document_answer(books: Books, kind: DocumentKind, document: Record) -> Record:
    """A document as answers show it."""
    lines = [dress(f"{kind.module}_line", line, books.switches, companions=False) for line in document["line_items"]]
    return dress(kind.module, document | {"line_items": lines}, books.switches, document["currency_symbol"])


def _read(books: Books, kind: DocumentKind, sent: Record) -> Record:
    return read_fields(DOCUMENT, sent, edition=books.edition, switches=books.switches, module=kind.module)


def _customer(books: Books, fields: Record) -> Record:
    customer = books.find("contact", fields.get("customer_id", ""))
    if customer is None:
        raise RefusedError(1002, 400, what="The customer")
    return customer


def _number(books: Books, kind: DocumentKind, sent: str, query: Record) -> str:
    automatic = books.switches.auto_numbering == "on" and str(query.get(FLAG)).lower() != "true"
    if automatic and sent:
        raise RefusedError(4097, value=sent)
    if automatic:
        return books.next_number(kind.module)
    if not sent:
        raise RefusedError(4, field=kind.number_field)
    if any(document[kind.number_field] == sent for document in books.all(kind.module)):
        raise RefusedError(1001, value=sent)
    return str(sent)


def _completed(
    books: Books, kind: DocumentKind, fields: Record, customer: Record, lines_before: list[Record]
) -> Record:
    """Work out everything a document shows that was not sent."""
    sent_lines = fields.get("line_items", [])
    if not sent_lines and (kind.needs_lines or books.switches.order_without_lines == "refused"):
        raise RefusedError(2, field="line_items")
    lines = read_lines(books, sent_lines, lines_before)
    currency = books.currency(fields.get("currency_id") or customer.get("currency_id"))
    document = fields | _party(books, fields, customer) | _money(fields, lines, currency)
    if fields.get("custom_fields"):
        own_id = str(fields.get(MODULES[kind.module].id_field, ""))
        values = read_custom_fields(books, kind.module, fields["custom_fields"], own_id)
        document["custom_fields"] = values
    if kind.has_due_date:
        document |= _due(fields, customer) | {"balance": document["total"], "payment_made": 0}
    return document


def _party(books: Books, fields: Record, customer: Record) -> Record:
    """The customer's name, persons and addresses."""
    party: Record = {"customer_id": customer["contact_id"], "customer_name": customer["contact_name"]}
    for id_field, field in ADDRESSES.items():
        address = customer.get(field, {})
        if fields.get(id_field):
            address = find_address(customer, fields[id_field])
        party[field] = address_answer(address)
    wanted = [str(identity) for identity in fields.get("contact_persons", [])]
    associated = [entry for entry in fields.get("contact_persons_associated", []) if isinstance(entry, dict)]
    preferences = {str(entry.get("contact_person_id")): entry for entry in associated}
    persons = {person["contact_person_id"]: person for person in persons_of(books, customer["contact_id"])}
    named = list(dict.fromkeys([*wanted, *preferences]))
    if not set(named) <= set(persons):
        raise RefusedError(2, field="contact_persons")
    party["contact_persons_associated"] = [
        _associated(persons[identity], preferences.get(identity, {})) for identity in named
    ]
    return party


def _associated(person: Record, entry: Record) -> Record:
    name = f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()
    sent = entry.get("communication_preference")
    chosen = CHANNELS | (sent if isinstance(sent, dict) else {})
    return {
        **{column: person.get(column, "") for column in PERSON_COLUMNS},
        "contact_person_name": name,
        "contact_person_email": person.get("email", ""),
        "communication_preference": chosen,
    }


def _money(fields: Record, lines: list[Record], currency: Record) -> Record:
    item_level = fields["discount_type"] == "item_level"
    terms = Terms(
        discount=str(fields.get("discount", "")),
        item_level=item_level,
        discount_before_tax=bool(fields.get("is_discount_before_tax", True)),
        inclusive_tax=bool(fields.get("is_inclusive_tax", False)),
        shipping=_amount(fields.get("shipping_charge")),
        adjustment=_amount(fields.get("adjustment")),
        precision=int(currency["price_precision"]),
    )
    totals = add_up(sums_of(lines), terms)
    return {
        "currency_id": currency["currency_id"],
        "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"],
        "exchange_rate": fields.get("exchange_rate", 1),
        "price_precision": currency["price_precision"],
        "line_items": with_sums(lines, totals),
        "taxes": taxes_of(lines, totals),
        "discount": fields.get("discount", 0),
        "discount_amount": totals.discount,
        "discount_applied_on_amount": totals.sub_total,
        "shipping_charge": terms.shipping,
        "adjustment": terms.adjustment,
        "sub_total": totals.sub_total,
        "tax_total": totals.tax_total,
        "total": totals.total,
    }


def _due(fields: Record, customer: Record) -> Record:
    """Payment terms, from the customer unless sent, and the due date they give unless one was sent."""
    days: Any = fields.get("payment_terms", customer.get("payment_terms", 0))
    label = fields.get("payment_terms_label") or (f"Net {days}" if days else "Due on Receipt")
    try:
        counted = date.fromisoformat(fields["date"]) + timedelta(days=max(0, int(days)))
    except OverflowError:
        raise RefusedError(2, field="payment_terms") from None
    return {
        "payment_terms": days,
        "payment_terms_label": label,
        "due_date": fields.get("due_date") or counted.isoformat(),
    }


def _amount(value: Any) -> Decimal:
    return Decimal(str(value or 0))
