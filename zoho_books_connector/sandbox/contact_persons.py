"""Contact persons: kept one by one, shown inside their contact, with one primary per contact."""

from __future__ import annotations

from typing import Any

from .books import Books
from .errors import RefusedError
from .field_rules import PERSON, PERSON_IN_CONTACT, Rule, given, merge, read_fields
from .record_fields import Record, dress

TIMES = ("created_time", "last_modified_time")


def persons_of(books: Books, contact_id: object) -> list[Record]:
    """The persons of a contact, oldest first."""
    return [person for person in books.all("contact_person") if person["contact_id"] == str(contact_id)]


def person_answer(books: Books, person: Record) -> Record:
    """A person as answers show it."""
    shown = dress("contact_person", person, books.switches, companions=False)
    if books.switches.person_times == "absent":
        return {name: value for name, value in shown.items() if name not in TIMES}
    return shown


def create_person(books: Books, sent: Record) -> Record:
    """Add a person to a contact; it is primary only when it is the contact's first."""
    fields = given(_read(books, PERSON, sent))
    fields.pop("is_primary_contact", None)
    contact = books.get("contact", fields.get("contact_id", ""), 400)
    if not fields.get("first_name"):
        raise RefusedError(2, field="first_name")
    _check_email(books, fields)
    return _add(books, contact["contact_id"], fields, primary=not persons_of(books, contact["contact_id"]))


def update_person(books: Books, person_id: str, sent: Record) -> Record:
    """Change a person."""
    person = books.get("contact_person", person_id)
    fields = _read(books, PERSON, sent)
    if books.switches.person_update == "whole":
        for required in ("contact_id", "first_name"):
            if not fields.get(required):
                raise RefusedError(2, field=required)
    if fields.get("contact_id", person["contact_id"]) != person["contact_id"]:
        raise RefusedError(2, field="contact_id")
    if "first_name" in fields and not fields["first_name"]:
        raise RefusedError(2, field="first_name")
    _check_email(books, fields, person_id)
    primary = fields.pop("is_primary_contact", False)
    person = books.store("contact_person", merge(person, fields, books.switches))
    return make_primary(books, person_id) if primary else person


def make_primary(books: Books, person_id: str) -> Record:
    """Make one person the primary one of its contact."""
    chosen = books.get("contact_person", person_id)
    for person in persons_of(books, chosen["contact_id"]):
        person["is_primary_contact"] = person is chosen
    books.forget_orders()
    return chosen


def delete_person(books: Books, person_id: str) -> None:
    """Remove a person; the contact's oldest becomes primary in its place."""
    person = books.get("contact_person", person_id)
    books.remove("contact_person", person_id)
    rest = persons_of(books, person["contact_id"])
    if person["is_primary_contact"] and rest:
        rest[0]["is_primary_contact"] = True


def read_persons(books: Books, sent: list[Any], contact_id: str = "") -> list[Record]:
    """Check the persons sent inside a contact, before anything is changed."""
    read = [given(_read(books, PERSON_IN_CONTACT, entry)) for entry in sent if isinstance(entry, dict)]
    known = {person["contact_person_id"] for person in persons_of(books, contact_id)}
    for fields in read:
        if fields.get("contact_person_id", "") not in known | {""}:
            raise RefusedError(2, field="contact_person_id")
    return read


def replace_persons(books: Books, contact_id: str, read: list[Record]) -> None:
    """Let the contact have exactly these persons: those without an id are new, those left out go."""
    kept = {fields["contact_person_id"] for fields in read if "contact_person_id" in fields}
    for person in persons_of(books, contact_id):
        if person["contact_person_id"] not in kept:
            books.remove("contact_person", person["contact_person_id"])
    primary = next((n for n, fields in enumerate(read) if fields.get("is_primary_contact")), 0)
    for number, fields in enumerate(read):
        before = books.find("contact_person", fields.get("contact_person_id", "")) or {}
        _add(books, contact_id, before | fields, primary=number == primary)


def _add(books: Books, contact_id: str, fields: Record, *, primary: bool) -> Record:
    start = {"is_added_in_portal": bool(fields.get("enable_portal", False))}
    person = start | fields | {"contact_id": contact_id, "is_primary_contact": primary}
    return books.store("contact_person", person)


def _read(books: Books, rules: dict[str, Rule], sent: Record) -> Record:
    fields = read_fields(rules, sent, edition=books.edition, switches=books.switches)
    known = {*rules, "contact_id"}
    return {name: value for name, value in fields.items() if name in known}


def _check_email(books: Books, fields: Record, own_id: str = "") -> None:
    if books.switches.person_duplicate_email == "accepted" or not fields.get("email"):
        return
    for person in books.all("contact_person"):
        same = str(person.get("email", "")).casefold() == str(fields["email"]).casefold()
        if same and person["contact_person_id"] != own_id:
            raise RefusedError(1001, value=fields["email"])
