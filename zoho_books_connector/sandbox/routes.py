"""Every call the Books API carries out: method, path, scope, and the function behind it."""

from __future__ import annotations

from collections.abc import Callable

from . import addresses, contact_persons, contacts, documents, items
from .calls import Answer, Call, Route, answer_of, wrapped
from .choices import choice_routes
from .documents import INVOICES, SALES_ORDERS, DocumentKind
from .modules import MODULES
from .reading import reading_routes
from .record_fields import Record
from .upserts import upserted
from .webhook_settings import webhook_routes
from .workflow_settings import workflow_routes

CarryOut = Callable[[Call], Answer]
Make = Callable[[Call], Record]
Change = Callable[[Call, str], Record]
Act = Callable[[Call, str], object]


def _created(module: str, make: Make, message: str) -> CarryOut:
    def carry_out(call: Call) -> Answer:
        record = make(call)
        row = MODULES[module]
        resource = row.list_path.strip("/").split("/")[0]
        content = wrapped(row, call.books, answer_of(module, call.books, record))
        return Answer(message, content, 201, f"/api/v3/{resource}/{record[row.id_field]}")

    return carry_out


def _changed(module: str, change: Change, message: str) -> CarryOut:
    def carry_out(call: Call) -> Answer:
        record = change(call, call.ids["id"])
        return Answer(message, wrapped(MODULES[module], call.books, answer_of(module, call.books, record)))

    return carry_out


def _done(act: Act, message: str) -> CarryOut:
    def carry_out(call: Call) -> Answer:
        act(call, call.ids["id"])
        return Answer(message)

    return carry_out


def _address(change: Change, message: str) -> CarryOut:
    return lambda call: Answer(message, {"address_info": addresses.address_answer(change(call, call.ids["id"]))})


def _list_addresses(call: Call) -> Answer:
    contact = call.books.get("contact", call.ids["id"])
    found = [addresses.address_answer(address) for address in addresses.addresses_of(contact)]
    return Answer(content={"addresses": found})


def _record_routes(module: str, group: str, name: str, make: Make, change: Change, remove: Act) -> list[Route]:
    """Create, change, remove and upsert, which every modelled module has."""
    path = MODULES[module].list_path
    one = f"{path}/{{id}}"
    create = _created(module, make, f"The {name} was created.")
    return [
        Route("POST", path, group, create),
        Route("PUT", one, group, _changed(module, change, f"The {name} was saved.")),
        Route("DELETE", one, group, _done(remove, f"The {name} was deleted.")),
        Route("PUT", path, group, upserted(module, create, change)),
    ]


def _status_routes(path: str, group: str, set_status: Callable[[Call, str, str], object]) -> list[Route]:
    def act(status: str) -> Act:
        return lambda call, identity: set_status(call, identity, status)

    return [
        Route("POST", f"{path}/{{id}}/{status}", group, _done(act(status), f"The record is {status}."))
        for status in ("active", "inactive")
    ]


def _document_routes(kind: DocumentKind, name: str) -> list[Route]:
    row = MODULES[kind.module]

    def remove(call: Call, identity: str) -> None:
        call.books.get(kind.module, identity)
        call.books.remove(kind.module, identity)

    def move(call: Call, identity: str) -> None:
        documents.set_document_status(call.books, kind, identity, call.ids["status"])

    return [
        *_record_routes(
            kind.module,
            row.group,
            name,
            lambda call: documents.create_document(call.books, kind, call.body, call.query),
            lambda call, identity: documents.update_document(call.books, kind, identity, call.body, call.query),
            remove,
        ),
        Route("POST", f"{row.list_path}/{{id}}/status/{{status}}", row.group, _done(move, "The status changed.")),
    ]


def _contact_routes() -> list[Route]:
    person, address = "/contacts/contactpersons", "/contacts/{id}/address"
    routes: dict[tuple[str, str], CarryOut] = {
        ("POST", person): _created(
            "contact_person",
            lambda call: contact_persons.create_person(call.books, call.body),
            "The contact person was created.",
        ),
        ("PUT", f"{person}/{{id}}"): _changed(
            "contact_person",
            lambda call, identity: contact_persons.update_person(call.books, identity, call.body),
            "The contact person was saved.",
        ),
        ("DELETE", f"{person}/{{id}}"): _done(
            lambda call, identity: contact_persons.delete_person(call.books, identity),
            "The contact person was deleted.",
        ),
        ("POST", f"{person}/{{id}}/primary"): _done(
            lambda call, identity: contact_persons.make_primary(call.books, identity),
            "The contact person is the primary one.",
        ),
        ("GET", address): _list_addresses,
        ("POST", address): _address(
            lambda call, identity: addresses.add_address(call.books, identity, call.body),
            "The address was added.",
        ),
        ("PUT", f"{address}/{{address_id}}"): _address(
            lambda call, identity: addresses.update_address(call.books, identity, call.ids["address_id"], call.body),
            "The address was saved.",
        ),
        ("DELETE", f"{address}/{{address_id}}"): _done(
            lambda call, identity: addresses.delete_address(call.books, identity, call.ids["address_id"]),
            "The address was deleted.",
        ),
    }
    return [Route(method, path, "contacts", carry_out) for (method, path), carry_out in routes.items()]


ROUTES = sorted(
    [
        *_contact_routes(),
        *_record_routes(
            "contact",
            "contacts",
            "contact",
            lambda call: contacts.create_contact(call.books, call.body),
            lambda call, identity: contacts.update_contact(call.books, identity, call.body),
            lambda call, identity: contacts.delete_contact(call.books, identity),
        ),
        *_status_routes("/contacts", "contacts", lambda call, *what: contacts.set_contact_status(call.books, *what)),
        *_record_routes(
            "item",
            "settings",
            "item",
            lambda call: items.create_item(call.books, call.body),
            lambda call, identity: items.update_item(call.books, identity, call.body),
            lambda call, identity: items.delete_item(call.books, identity),
        ),
        *_status_routes("/items", "settings", lambda call, *what: items.set_item_status(call.books, *what)),
        *_document_routes(SALES_ORDERS, "sales order"),
        *_document_routes(INVOICES, "invoice"),
        *choice_routes(),
        *webhook_routes(),
        *workflow_routes(),
        *reading_routes(),
    ],
    key=lambda route: route.path.count("{"),
)
"""Literal paths come first, so that a name in a path is never taken for an id."""
