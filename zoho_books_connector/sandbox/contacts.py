"""Contacts: customers and vendors with unique names, persons, and addresses."""

from __future__ import annotations

from typing import Any

from .addresses import address_answer, read_address
from .books import Books
from .contact_persons import person_answer, persons_of, read_persons, replace_persons
from .custom_fields import read_custom_fields
from .errors import RefusedError
from .field_rules import CONTACT, given, merge, read_fields
from .record_fields import Record, dress

ADDRESS_FIELDS = ("billing_address", "shipping_address")
FROM_PRIMARY = ("first_name", "last_name", "email", "phone", "mobile")
GST_LENGTH = 15
CREATE_ONLY = ("language_code", "is_portal_enabled", "tds_tax_id")
DOCUMENTS = ("sales_order", "invoice")


def create_contact(books: Books, sent: Record) -> Record:
    """Add a contact with its persons and addresses."""
    fields = _read(books, sent)
    _check(books, fields | {"contact_name": fields.get("contact_name")})
    fields = given(fields)
    persons = read_persons(books, fields.pop("contact_persons", []))
    start = {
        "contact_type": "customer",
        "status": "active",
        "payment_terms": 0,
        "payment_terms_label": "Due on Receipt",
        "is_taxable": True,
        "outstanding_receivable_amount": 0,
        "unused_credits_receivable_amount": 0,
        "custom_fields": [],
        "addresses": [],
    }
    contact = books.store("contact", start | _completed(books, fields, {}))
    replace_persons(books, contact["contact_id"], persons)
    return contact


def update_contact(books: Books, contact_id: str, sent: Record) -> Record:
    """Change what was sent of a contact; persons, when sent, replace the stored ones."""
    contact = books.get("contact", contact_id)
    fields = {name: value for name, value in _read(books, sent).items() if name not in CREATE_ONLY}
    if fields.get("contact_type") is None:
        fields.pop("contact_type", None)
    _check(books, fields, contact_id)
    persons = fields.pop("contact_persons", None)
    read = None if persons is None else read_persons(books, persons or [], contact_id)
    changes = _completed(books, fields, contact)
    contact = books.store("contact", merge(contact, changes, books.switches))
    if read is not None:
        replace_persons(books, contact_id, read)
    return contact


def delete_contact(books: Books, contact_id: str) -> None:
    """Remove a contact with its persons, unless documents name it."""
    books.get("contact", contact_id)
    if has_transactions(books, contact_id):
        raise RefusedError(3000)
    replace_persons(books, contact_id, [])
    books.remove("contact", contact_id)


def has_transactions(books: Books, contact_id: str) -> bool:
    """Whether a document names the contact."""
    return any(record.get("customer_id") == contact_id for key in DOCUMENTS for record in books.all(key))


def set_contact_status(books: Books, contact_id: str, status: str) -> Record:
    """Make a contact active or inactive."""
    return books.store("contact", books.get("contact", contact_id) | {"status": status})


def contact_answer(books: Books, contact: Record) -> Record:
    """A contact as answers show it, with its persons and addresses."""
    persons = [person_answer(books, person) for person in persons_of(books, contact["contact_id"])]
    primary: Record = next((person for person in persons if person["is_primary_contact"]), {})
    currency = books.currency(contact.get("currency_id"))
    shown: Record = {name: value for name, value in contact.items() if name != "addresses"}
    for name in ADDRESS_FIELDS:
        shown[name] = address_answer(contact.get(name, {}))
    shown |= {name: primary.get(name, "") for name in FROM_PRIMARY}
    shown |= {
        "primary_contact_id": primary.get("contact_person_id", ""),
        "contact_persons": persons,
        "currency_id": currency["currency_id"],
        "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"],
        "has_transaction": has_transactions(books, contact["contact_id"]),
    }
    return dress("contact", shown, books.switches, currency["currency_symbol"])


def _read(books: Books, sent: Record) -> Record:
    return read_fields(CONTACT, sent, edition=books.edition, switches=books.switches, module="contact")


def _check(books: Books, fields: Record, own_id: str = "") -> None:
    if "contact_name" in fields:
        _check_name(books, fields["contact_name"], own_id)
    if fields.get("currency_id"):
        books.currency(fields["currency_id"])
    if fields.get("gst_no") and len(fields["gst_no"]) != GST_LENGTH:
        raise RefusedError(4001)
    if fields.get("tax_id") and books.find("tax", fields["tax_id"]) is None:
        raise RefusedError(2, field="tax_id")


def _check_name(books: Books, name: Any, own_id: str) -> None:
    if not isinstance(name, str) or not name.strip():
        raise RefusedError(3013)
    if books.switches.contact_names == "repeatable":
        return
    for contact in books.all("contact"):
        if contact["contact_id"] != own_id and contact["contact_name"].casefold() == name.casefold():
            raise RefusedError(3062, value=name)


def _completed(books: Books, fields: Record, before: Record) -> Record:
    """Give addresses their ids and custom fields their definitions."""
    completed = dict(fields)
    for name in ADDRESS_FIELDS:
        if completed.get(name):
            identity = before.get(name, {}).get("address_id")
            completed[name] = read_address(books, completed[name], identity)
    if completed.get("custom_fields"):
        completed["custom_fields"] = read_custom_fields(
            books, "contact", completed["custom_fields"], before.get("contact_id", "")
        )
    if "payment_terms" in given(fields) and not fields.get("payment_terms_label"):
        days = fields["payment_terms"]
        completed["payment_terms_label"] = f"Net {days}" if days else "Due on Receipt"
    return completed
