"""Every field that Zoho's published OpenAPI files show for the eleven actions exists in the models."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pydantic import BaseModel

from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.models.base import part_of
from zoho_books_connector.registry import ACTIONS, load_action

FOLDER = Path(os.environ.get("ZOHO_BOOKS_OPENAPI") or Path(__file__).parents[3] / "shared" / "openapi")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Zoho's OpenAPI files are not here; set ZOHO_BOOKS_OPENAPI to their folder to compare"
)


class Operation(NamedTuple):
    file: str
    method: str
    path: str
    #: Key of the record in the answer; empty where the answer is read whole.
    key: str


OPERATIONS = {
    "create_contact": Operation("contacts", "post", "/contacts", "contact"),
    "update_contact": Operation("contacts", "put", "/contacts/{contact_id}", "contact"),
    "create_item": Operation("items", "post", "/items", "item"),
    "update_item": Operation("items", "put", "/items/{item_id}", "item"),
    "create_contact_person": Operation("contact-persons", "post", "/contacts/contactpersons", "contact_person"),
    "update_contact_person": Operation(
        "contact-persons", "put", "/contacts/contactpersons/{contact_person_id}", "contact_person"
    ),
    "create_salesorder": Operation("sales-order", "post", "/salesorders", "salesorder"),
    "create_invoice": Operation("invoices", "post", "/invoices", "invoice"),
    "get_contact_addresses": Operation("contacts", "get", "/contacts/{contact_id}/address", ""),
    "get_contact_persons": Operation("contact-persons", "get", "/contacts/{contact_id}/contactpersons", ""),
}

#: What is left out on purpose, and why.
LEFT_OUT = {
    "organization_id": "belongs to the connection",
    "create_salesorder:doc": "a file, which would need another kind of request",
    "create_salesorder:totalFiles": "counts the files",
    "get_contact_persons:page": "every page is read",
    "get_contact_persons:per_page": "every page is read",
}
ENVELOPE = {"code", "message", "page_context"}


@cache
def document(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{file}.yml").read_text("utf-8"))
    return loaded


def resolved(file: str, node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document(file)
        for step in node["$ref"].split("/")[1:]:
            target = target[step]
        node = target
    return node


def properties(file: str, schema: dict[str, Any]) -> dict[str, Any]:
    schema = resolved(file, schema)
    if "items" in schema:
        return properties(file, schema["items"])
    own: dict[str, Any] = schema.get("properties", {})
    return own | {
        name: child
        for word in ("allOf", "oneOf", "anyOf")
        for part in schema.get(word, ())
        for name, child in properties(file, part).items()
    }


def missing(file: str, schema: dict[str, Any], model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Yield the path of every property that the model, or the model within it, does not have."""
    for name, child in properties(file, schema).items():
        if name not in model.model_fields:
            yield f"{path}/{name}"
        elif inner := part_of(model.model_fields[name]):
            yield from missing(file, child, inner, f"{path}/{name}")


def operation(action_id: str) -> tuple[Operation, dict[str, Any]]:
    found = OPERATIONS[action_id]
    return found, document(found.file)["paths"][found.path][found.method]


def test_every_action_is_compared() -> None:
    assert set(OPERATIONS) == set(ACTIONS) - {"get_record"}


@pytest.mark.parametrize("action_id", [name for name, found in OPERATIONS.items() if found.method != "get"])
def test_request_body_is_covered(action_id: str) -> None:
    found, told = operation(action_id)
    content = told.get("requestBody", {"content": {"application/json": {"schema": {}}}})["content"]
    schema = content["application/json"]["schema"]
    assert list(missing(found.file, schema, load_action(action_id).inputs)) == []


@pytest.mark.parametrize("action_id", OPERATIONS)
def test_parameters_are_covered(action_id: str) -> None:
    found, told = operation(action_id)
    model = load_action(action_id).inputs
    known = {*model._path, *(wire for _, wire in model._query)}
    shared = document(found.file)["paths"][found.path].get("parameters", [])
    names = {
        parameter["name"]
        for parameter in (resolved(found.file, entry) for entry in [*told.get("parameters", []), *shared])
        if parameter["in"] in ("path", "query")
    }
    left_out = {name for name in names if name in LEFT_OUT or f"{action_id}:{name}" in LEFT_OUT}
    assert names - left_out - known == set()


@pytest.mark.parametrize("action_id", OPERATIONS)
def test_response_is_covered(action_id: str) -> None:
    found, told = operation(action_id)
    answer = next(told["responses"][status] for status in ("200", "201") if status in told["responses"])
    schema = answer["content"]["application/json"]["schema"]
    if found.key:
        schema = properties(found.file, schema)[found.key]
    absent = set(missing(found.file, schema, load_action(action_id).output))
    assert absent - {f"/{name}" for name in ENVELOPE} == set()


PATHS = sorted(FOLDER.glob("*.yml"))


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda row: row.key)
def test_module_has_its_path(module: Any) -> None:
    wanted = [step if not step.startswith("{") else "{}" for step in module.path.split("/")]
    if module.key == "custom_module_record":
        wanted[1] = "{}"
    assert wanted in get_paths()


@cache
def get_paths() -> list[list[str]]:
    # Reading every file whole takes half a minute; the paths stand alone on their lines.
    found = []
    for file in PATHS:
        lines = file.read_text("utf-8").splitlines()
        paths = [line.strip().rstrip(":").strip("'\"") for line in lines if line.startswith(("  /", "  '/", '  "/'))]
        found += [["{}" if step.startswith("{") else step for step in path.split("/")] for path in paths]
    return found
