"""The sandbox's answers fit the answers that Zoho's OpenAPI files describe, read leniently.

The files are Zoho's and not part of this project. They are looked for where the environment variable
ZOHO_BOOKS_OPENAPI says, else in `shared/openapi` beside the project.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from zoho_books_connector.sandbox.choices import WITH_TEMPLATES
from zoho_books_connector.sandbox.modules import MODULES

FOLDER = Path(os.environ.get("ZOHO_BOOKS_OPENAPI") or Path(__file__).parents[3] / "shared" / "openapi")
pytestmark = pytest.mark.skipif(
    not (FOLDER / "contacts.yml").is_file(),
    reason="Zoho's OpenAPI files are not here; set ZOHO_BOOKS_OPENAPI to the folder that holds them",
)
Schema = dict[str, Any]

FILES = {
    "contact": "contacts",
    "contact_person": "contact-persons",
    "item": "items",
    "estimate": "estimates",
    "sales_order": "sales-order",
    "sales_receipt": "sales-receipt",
    "invoice": "invoices",
    "recurring_invoice": "recurring-invoices",
    "retainer_invoice": "retainer-invoices",
    "credit_note": "credit-notes",
    "customer_payment": "customer-payments",
    "delivery_challan": "delivery-challans",
    "expense": "expenses",
    "employee": "expenses",
    "recurring_expense": "recurring-expenses",
    "purchase_order": "purchase-order",
    "bill": "bills",
    "recurring_bill": "recurring-bills",
    "vendor_credit": "vendor-credits",
    "vendor_payment": "vendor-payments",
    "project": "projects",
    "project_user": "projects",
    "project_task": "projects",
    "time_entry": "time-entries",
    "task": "tasks",
    "journal": "journals",
    "recurring_journal": "journals",
    "account": "chart-of-accounts",
    "base_currency_adjustment": "base-currency-adjustment",
    "bank_account": "bank-accounts",
    "bank_rule": "bank-rules",
    "bank_transaction": "bank-transactions",
    "fixed_asset": "fixed-assets",
    "currency": "currency",
    "tax": "taxes",
    "tax_group": "taxes",
    "tax_authority": "taxes",
    "tax_exemption": "taxes",
    "user": "users",
    "organization": "organizations",
    "custom_module_record": "custom-modules",
    "custom_module": "custom-modules",
    "credit_note_refund": "credit-notes",
    "customer_payment_refund": "customer-payments",
    "vendor_credit_refund": "vendor-credits",
    "vendor_payment_refund": "vendor-payments",
}
FLAT_IN_FILE = {"account", "bank_rule"}
OTHER_KEY_IN_FILE = {"fixed_asset": "fissed-asset"}
ELSEWHERE = {"customer_debit_note", "exchange_rate", "bank_reconciliation"}
"""Shares a path with invoices; schema without properties; a stub."""


@cache
def document(name: str) -> Schema:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed: Schema = yaml.load((FOLDER / f"{name}.yml").read_text("utf-8"), Loader=loader)  # noqa: S506
    return parsed


class File:
    """One OpenAPI file."""

    def __init__(self, name: str) -> None:
        self.paths: Schema = document(name)["paths"]
        self._schemas: Schema = document(name)["components"]["schemas"]

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def answer(self, method: str, path: str) -> Schema:
        """The schema of the 200 or 201 answer, whatever the path parameters are called."""
        for candidate, operations in self.paths.items():
            if _shape(candidate) == _shape(path) and method in operations:
                responses = operations[method]["responses"]
                found = next(responses[status] for status in ("200", "201", 200, 201) if status in responses)
                return self.resolved(found["content"]["application/json"]["schema"])
        raise KeyError(f"{method} {path}")


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def misfits(file: File, schema: Schema, value: Any, where: str, *, complete: bool) -> Iterator[str]:
    """What of a value does not fit: wrong types, and with `complete` missing keys."""
    schema = file.resolved(schema)
    if value == "" or value is None:
        return
    kind = schema.get("type")
    if kind == "array" and isinstance(value, dict):  # drawn as a list where one object is meant
        kind, schema = "object", file.resolved(schema["items"])
    if kind == "array" and isinstance(value, list):
        for number, entry in enumerate(value):
            yield from misfits(file, schema.get("items", {}), entry, f"{where}[{number}]", complete=complete)
    elif isinstance(value, dict) and kind in ("object", None):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from misfits(file, inner, value[name], f"{where}.{name}", complete=complete)
            elif complete:
                yield f"{where}.{name} is missing"
    elif not FITS.get(str(kind), lambda _value: True)(value):
        yield f"{where} is {type(value).__name__}, documented as {kind}"


def _numeric(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and float(value) == float(value)
    except (TypeError, ValueError):
        return False


FITS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str | int | float),
    "number": _numeric,
    "integer": _numeric,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def check(name: str, method: str, path: str, data: dict[str, Any], *, complete: bool = True) -> None:
    file = File(name)
    assert list(misfits(file, file.answer(method, path), data, "", complete=complete)) == []


@pytest.fixture
def filled(bench: Any) -> Any:
    bench.us.seed_demo()
    return bench


def first(bench: Any, module: str) -> str:
    return str(bench.records(module)[0][MODULES[module].id_field])


def test_contacts_and_addresses(filled: Any) -> None:
    body = {"contact_name": "New", "contact_persons": [{"first_name": "Will"}], "billing_address": {"city": "X"}}
    created = filled.books.post("/contacts", body).data
    check("contacts", "post", "/contacts", created)
    path = f"/contacts/{created['contact']['contact_id']}"
    check("contacts", "put", "/contacts/{id}", filled.books.put(path, {"notes": "x"}).data)
    check("contacts", "get", "/contacts/{id}", filled.books.get(path).data)
    check("contacts", "get", "/contacts/{id}/address", filled.books.get(f"{path}/address").data)
    check("contacts", "post", "/contacts/{id}/address", filled.books.post(f"{path}/address", {"city": "Y"}).data)


def test_contact_persons(filled: Any) -> None:
    contact_id = first(filled, "contact")
    body = {"contact_id": contact_id, "first_name": "Nora"}
    created = filled.books.post("/contacts/contactpersons", body).data
    check("contact-persons", "post", "/contacts/contactpersons", created)
    person_id = created["contact_person"]["contact_person_id"]
    updated = filled.books.put(f"/contacts/contactpersons/{person_id}", body).data
    check("contact-persons", "put", "/contacts/contactpersons/{id}", updated)
    listed = filled.books.get(f"/contacts/{contact_id}/contactpersons").data
    check("contact-persons", "get", "/contacts/{id}/contactpersons", listed)


def test_items(filled: Any) -> None:
    created = filled.books.post("/items", {"name": "New", "rate": 1}).data
    check("items", "post", "/items", created)
    path = f"/items/{created['item']['item_id']}"
    check("items", "put", "/items/{id}", filled.books.put(path, {"name": "New", "rate": 2}).data)
    check("items", "get", "/items/{id}", filled.books.get(path).data)


@pytest.mark.parametrize(("name", "path"), [("sales-order", "/salesorders"), ("invoices", "/invoices")])
def test_documents(filled: Any, name: str, path: str) -> None:
    lines = [{"item_id": first(filled, "item"), "quantity": 2}]
    person = filled.records("contact_person")[0]["contact_person_id"]
    body = {
        "customer_id": first(filled, "contact"),
        "line_items": lines,
        "contact_persons_associated": [{"contact_person_id": person}],
    }
    reply = filled.books.post(path, body)
    assert reply.status == 201, reply.body
    check(name, "post", path, reply.data)


@pytest.mark.parametrize("module", sorted(FILES))
def test_reads_by_id(filled: Any, module: str) -> None:
    row = MODULES[module]
    record = filled.records(module)[0]
    path = row.path.format(**{name: record[name] for name in (*row.parents, row.record_parameter)})
    data = filled.books.get(path).data
    if module in FLAT_IN_FILE:
        data = {**data, **data[row.response_key]}
    if module in OTHER_KEY_IN_FILE:
        data[OTHER_KEY_IN_FILE[module]] = data.pop(row.response_key)
    file = File(FILES[module])
    schema = file.answer("get", row.path)
    found = list(misfits(file, schema, data, "", complete=False))
    record_schema = schema if module in FLAT_IN_FILE else schema["properties"]
    assert found == []
    assert module in FLAT_IN_FILE or OTHER_KEY_IN_FILE.get(module, row.response_key) in record_schema


def test_every_module_is_compared_or_named_as_an_exception() -> None:
    assert set(FILES) | ELSEWHERE == set(MODULES)


@pytest.mark.parametrize("module", ["contact", "item", "invoice", "sales_order", "bill", "expense", "journal"])
def test_lists(filled: Any, module: str) -> None:
    row = MODULES[module]
    check(FILES[module], "get", row.list_path, filled.books.get(row.list_path).data, complete=False)


@pytest.mark.parametrize("module", WITH_TEMPLATES)
def test_templates(filled: Any, module: str) -> None:
    path = f"{MODULES[module].list_path}/templates"
    check(FILES[module], "get", path, filled.books.get(path).data)


def test_locations(filled: Any) -> None:
    check("locations", "get", "/locations", filled.books.get("/locations").data, complete=False)


def test_the_scope_of_every_module_is_the_documented_one() -> None:
    for module in sorted(FILES):
        file, row = File(FILES[module]), MODULES[module]
        for candidate, operations in file.paths.items():
            if _shape(candidate) == _shape(row.path) and "get" in operations:
                [security] = operations["get"]["security"]
                [scopes] = security.values()
                assert [scope.split(".")[1] for scope in scopes] == [row.group], module


def test_every_documented_read_by_id_of_a_module_has_a_route() -> None:
    known = {_shape(row.path) for row in MODULES.values()}
    assert {_shape(path) for path in ("/bills/{bill_id}", "/bankaccounts/rules/{rule_id}")} <= known


def test_misfits_are_found() -> None:
    file = File("contacts")
    schema = file.answer("get", "/contacts/{id}")
    wrong = {"code": "x", "message": "", "contact": {"contact_persons": True}}
    found = list(misfits(file, schema, wrong, "", complete=True))
    assert ".code is str, documented as integer" in found
    assert ".contact.contact_persons is bool, documented as array" in found
    assert ".contact.contact_id is missing" in found
