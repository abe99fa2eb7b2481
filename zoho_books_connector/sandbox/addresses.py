"""Addresses of a contact: billing, shipping, and further ones, each with its id."""

from __future__ import annotations

from .books import Books
from .errors import RefusedError
from .field_rules import ADDRESS, given, read_fields
from .record_fields import Record

MAIN = ("billing_address", "shipping_address")
NOT_FOUND = "The address"


def read_address(books: Books, sent: Record, identity: str | None = None) -> Record:
    """Check an address and give it an id unless it has one already."""
    fields = read_fields(ADDRESS, sent, edition=books.edition, switches=books.switches)
    known = {name: str(value) for name, value in given(fields).items() if name in ADDRESS}
    return {"address_id": identity or books.new_id(), **known}


def address_answer(address: Record) -> Record:
    """An address as answers show it, with every field."""
    return {name: address.get(name, "") for name in ("address_id", *ADDRESS)}


def addresses_of(contact: Record) -> list[Record]:
    """Every address of a contact that was ever filled in."""
    return [contact[name] for name in MAIN if contact.get(name)] + list(contact.get("addresses", []))


def find_address(contact: Record, address_id: object) -> Record:
    """An address of a contact by its id."""
    for address in addresses_of(contact):
        if address["address_id"] == str(address_id):
            return address
    raise RefusedError(1002, what=NOT_FOUND)


def add_address(books: Books, contact_id: str, sent: Record) -> Record:
    """Add a further address."""
    contact = books.get("contact", contact_id)
    address = read_address(books, sent)
    books.store("contact", contact | {"addresses": [*contact.get("addresses", []), address]})
    return address


def update_address(books: Books, contact_id: str, address_id: str, sent: Record) -> Record:
    """Change what was sent of an address."""
    contact = books.get("contact", contact_id)
    address = find_address(contact, address_id)
    changed = read_address(books, address | sent, address["address_id"])
    _swap(books, contact, address, changed)
    return changed


def delete_address(books: Books, contact_id: str, address_id: str) -> None:
    """Remove an address."""
    contact = books.get("contact", contact_id)
    _swap(books, contact, find_address(contact, address_id), None)


def _swap(books: Books, contact: Record, old: Record, new: Record | None) -> None:
    changed = dict(contact)
    for name in MAIN:
        if contact.get(name) is old:
            changed.pop(name)
            changed |= {name: new} if new else {}
    further = [new if address is old else address for address in contact.get("addresses", [])]
    changed["addresses"] = [address for address in further if address]
    books.store("contact", changed)
