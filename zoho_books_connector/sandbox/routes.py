"""Every call the Books API carries out: method, path, scope, and the function behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from typing import NoReturn

from . import addresses, contact_persons, contacts, documents, items
from .books import Books
from .documents import INVOICES, SALES_ORDERS, DocumentKind
from .errors import RefusedError
from .listing import page_of, select
from .messages import Request
from .modules import MODULES, Module
from .record_fields import Record, dress, list_row


@dataclass(frozen=True)
class Call:
    """One authorized call to the books of one organization."""

    books: Books
    request: Request
    ids: dict[str, str]

    @cached_property
    def body(self) -> Record:
        """The object that was sent, as JSON or in a form's `JSONString`; raises 1038 for anything else."""
        request = self.request
        text = request.form.get("JSONString", "") if request.form else request.body.decode("utf-8", "replace")
        try:
            sent = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        except ValueError:
            raise RefusedError(1038) from None
        if not isinstance(sent, dict):
            raise RefusedError(1038)
        return sent

    @property
    def query(self) -> dict[str, str]:
        """Query parameters."""
        return self.request.query


@dataclass(frozen=True)
class Answer:
    """What a call is answered with, beside the code 0."""

    message: str = "success"
    content: Record = field(default_factory=dict)
    status: int = 200
    location: str = ""


@dataclass(frozen=True)
class Route:
    """One call; `{…}` in the path stands for an id."""

    method: str
    path: str
    group: str
    carry_out: Callable[[Call], Answer]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression; custom modules have names of their own."""
        named = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        return re.compile(named.replace("(?P<module_name>[^/]+)", r"(?P<module_name>cm_\w+)") + "/?$")


AnswerOf = Callable[[Books, Record], Record]
ANSWERS: dict[str, AnswerOf] = {
    "contact": contacts.contact_answer,
    "contact_person": contact_persons.person_answer,
    "item": items.item_answer,
    "sales_order": lambda books, record: documents.document_answer(books, SALES_ORDERS, record),
    "invoice": lambda books, record: documents.document_answer(books, INVOICES, record),
}


def answer_of(module: str, books: Books, record: Record) -> Record:
    """A record of any module as answers show it."""
    if module in ANSWERS:
        return ANSWERS[module](books, record)
    return dress(module, record, books.switches, books.symbol)


def wrapped(module: Module, books: Books, shown: Record) -> Record:
    """A record under its response key, or as a list or flat where a switch says so."""
    switches = books.switches
    if module.switch:
        key = str(getattr(switches, module.switch))
        return shown if key == "flat" else {key: shown}
    as_list = {"contact_person": switches.contact_person_answer, "sales_order": switches.sales_order_answer}
    return {module.response_key: [shown] if as_list.get(module.key) == "list" else shown}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _created(module: str, create: Callable[[Call], Record], message: str) -> Callable[[Call], Answer]:
    def carry_out(call: Call) -> Answer:
        record = create(call)
        row = MODULES[module]
        content = wrapped(row, call.books, answer_of(module, call.books, record))
        resource = row.list_path.strip("/").split("/")[0]
        return Answer(message, content, 201, f"/api/v3/{resource}/{record[row.id_field]}")

    return carry_out


def _changed(module: str, change: Callable[[Call], Record], message: str) -> Callable[[Call], Answer]:
    def carry_out(call: Call) -> Answer:
        record = change(call)
        return Answer(message, wrapped(MODULES[module], call.books, answer_of(module, call.books, record)))

    return carry_out


def _done(act: Callable[[Call], object], message: str) -> Callable[[Call], Answer]:
    def carry_out(call: Call) -> Answer:
        act(call)
        return Answer(message)

    return carry_out


def _address(change: Callable[[Call], Record], message: str) -> Callable[[Call], Answer]:
    return lambda call: Answer(message, {"address_info": addresses.address_answer(change(call))})


def _list_addresses(call: Call) -> Answer:
    contact = call.books.get("contact", call.ids["contact_id"])
    found = [addresses.address_answer(address) for address in addresses.addresses_of(contact)]
    return Answer(content={"addresses": found})


def _belongs(module: Module, record: Record, ids: dict[str, str]) -> bool:
    return all(str(record.get(name, "")) == ids[name] for name in module.parents)


def read_one(candidates: tuple[Module, ...], call: Call) -> Answer:
    """Read a record by id; modules that share a path are looked through in order."""
    for module in candidates:
        record = call.books.find(module.key, call.ids[module.record_parameter])
        if record is not None and _belongs(module, record, call.ids):
            return Answer(content=wrapped(module, call.books, answer_of(module.key, call.books, record)))
    what = f"The {candidates[0].response_key.replace('_', ' ')}"
    raise RefusedError(1002, call.books.switches.missing_record_status, what=what)


def read_list(module: Module, call: Call) -> Answer:
    """List records of a module, filtered and paged."""
    books = call.books
    for name in module.parents:
        if name == "contact_id":
            books.get("contact", call.ids[name])
    listed = [record for record in books.listed(module.key) if _belongs(module, record, call.ids)]
    rows = select(module.key, [answer_of(module.key, books, record) for record in listed], call.query)
    page, context = page_of(module.key, rows, call.query, module.list_key.replace("_", " ").title())
    whole = module.key == "contact_person"
    content = {module.list_key: [row if whole else list_row(row) for row in page]}
    return Answer(content=content | {"page_context": context})


def _document_routes(path: str, kind: DocumentKind, group: str, name: str) -> list[Route]:
    one = f"{path}/{{id}}"

    def create(call: Call) -> Record:
        return documents.create_document(call.books, kind, call.body, call.query)

    def update(call: Call) -> Record:
        return documents.update_document(call.books, kind, call.ids["id"], call.body, call.query)

    def remove(call: Call) -> None:
        call.books.get(kind.module, call.ids["id"])
        call.books.remove(kind.module, call.ids["id"])

    def move(call: Call) -> None:
        documents.set_document_status(call.books, kind, call.ids["id"], call.ids["status"])

    return [
        Route("POST", path, group, _created(kind.module, create, f"The {name} was created.")),
        Route("PUT", one, group, _changed(kind.module, update, f"The {name} was updated.")),
        Route("DELETE", one, group, _done(remove, f"The {name} was deleted.")),
        Route("POST", f"{one}/status/{{status}}", group, _done(move, f"The status of the {name} was changed.")),
    ]


def _modelled() -> list[Route]:
    person, one_person = "/contacts/contactpersons", "/contacts/contactpersons/{id}"
    address, one_address = "/contacts/{id}/address", "/contacts/{id}/address/{address_id}"

    def contact(method: str, path: str, carry_out: Callable[[Call], Answer]) -> Route:
        return Route(method, path, "contacts", carry_out)

    def item(method: str, path: str, carry_out: Callable[[Call], Answer]) -> Route:
        return Route(method, path, "settings", carry_out)

    return [
        contact("POST", "/contacts", _created("contact", _create_contact, "The contact was added.")),
        contact("PUT", "/contacts/{id}", _changed("contact", _update_contact, "The contact was saved.")),
        contact("DELETE", "/contacts/{id}", _done(_delete_contact, "The contact was deleted.")),
        *(
            contact("POST", f"/contacts/{{id}}/{status}", _done(partial(_contact_status, status), "Done."))
            for status in ("active", "inactive")
        ),
        contact("POST", person, _created("contact_person", _create_person, "The person was added.")),
        contact("PUT", one_person, _changed("contact_person", _update_person, "The person was saved.")),
        contact("DELETE", one_person, _done(_delete_person, "The person was deleted.")),
        contact("POST", f"{one_person}/primary", _done(_make_primary, "The person is the primary one.")),
        contact("GET", "/contacts/{contact_id}/address", _list_addresses),
        contact("POST", address, _address(_add_address, "The address was added.")),
        contact("PUT", one_address, _address(_update_address, "The address was saved.")),
        contact("DELETE", one_address, _done(_delete_address, "The address was deleted.")),
        item("POST", "/items", _created("item", _create_item, "The item was added.")),
        item("PUT", "/items/{id}", _changed("item", _update_item, "The item was saved.")),
        item("DELETE", "/items/{id}", _done(_delete_item, "The item was deleted.")),
        *(
            item("POST", f"/items/{{id}}/{status}", _done(partial(_item_status, status), "Done."))
            for status in ("active", "inactive")
        ),
        *_document_routes("/salesorders", SALES_ORDERS, "salesorders", "sales order"),
        *_document_routes("/invoices", INVOICES, "invoices", "invoice"),
    ]


def _create_contact(call: Call) -> Record:
    return contacts.create_contact(call.books, call.body)


def _update_contact(call: Call) -> Record:
    return contacts.update_contact(call.books, call.ids["id"], call.body)


def _delete_contact(call: Call) -> None:
    contacts.delete_contact(call.books, call.ids["id"])


def _contact_status(status: str, call: Call) -> None:
    contacts.set_contact_status(call.books, call.ids["id"], status)


def _create_person(call: Call) -> Record:
    return contact_persons.create_person(call.books, call.body)


def _update_person(call: Call) -> Record:
    return contact_persons.update_person(call.books, call.ids["id"], call.body)


def _delete_person(call: Call) -> None:
    contact_persons.delete_person(call.books, call.ids["id"])


def _make_primary(call: Call) -> None:
    contact_persons.make_primary(call.books, call.ids["id"])


def _add_address(call: Call) -> Record:
    return addresses.add_address(call.books, call.ids["id"], call.body)


def _update_address(call: Call) -> Record:
    return addresses.update_address(call.books, call.ids["id"], call.ids["address_id"], call.body)


def _delete_address(call: Call) -> None:
    addresses.delete_address(call.books, call.ids["id"], call.ids["address_id"])


def _create_item(call: Call) -> Record:
    return items.create_item(call.books, call.body)


def _update_item(call: Call) -> Record:
    return items.update_item(call.books, call.ids["id"], call.body)


def _delete_item(call: Call) -> None:
    items.delete_item(call.books, call.ids["id"])


def _item_status(status: str, call: Call) -> None:
    items.set_item_status(call.books, call.ids["id"], status)


def _readable() -> list[Route]:
    """Read and list routes of every module, made from the table alone."""
    routes = []
    for module in MODULES.values():
        sharing = tuple(other for other in MODULES.values() if other.path == module.path)
        if sharing[0] is not module:
            continue
        routes.append(Route("GET", module.path, module.group, partial(read_one, sharing)))
        if module.key != "organization":
            routes.append(Route("GET", module.list_path, module.group, partial(read_list, module)))
    return routes


ROUTES = sorted([*_modelled(), *_readable()], key=lambda route: route.path.count("{"))
"""Literal paths come first, so that a name in a path is never taken for an id."""
