"""The schema of a record of each module that Get Records by Id reads, under ``schemas/records/``.

The record comes as Zoho sends it, so that a blank field is empty text whatever its type is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from zoho_books_connector.api.modules import MODULES, Module
from zoho_books_connector.authoring.field_texts import described
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.record_table import MODELS, Fields, Kind, table
from zoho_books_connector.models.titles import title
from zoho_books_connector.schemas import DIALECT, schema_of

FOLDER: Final = ROOT / "schemas" / "records"

_TYPES: Final[dict[str, list[str]]] = {
    "id": ["string", "null"],
    "text": ["string", "null"],
    "number": ["number", "string", "null"],
    "flag": ["boolean", "string", "null"],
    "object": ["object", "string", "null"],
    "list": ["array", "string", "null"],
}


def record_schemas() -> Iterator[Generated]:
    """Yield the schema of a record of every module."""
    for module in MODULES.values():
        yield FOLDER / f"{module.key}.json", partial(_text, module)


def _text(module: Module) -> str:
    return laid_out(record_schema(module))


def record_schema(module: Module) -> dict[str, Any]:
    """Return the JSON Schema of a module's record."""
    if module.key in MODELS:
        return as_sent(described(schema_of(MODELS[module.key], module.title)))
    properties = _properties(table()[module.key])
    return described({"$schema": DIALECT, "title": module.title, "type": "object", "properties": properties})


def as_sent(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of something that is not read by type: blanks are empty text everywhere."""
    out = dict(schema)
    kinds = out.get("type", [])
    if "null" in kinds and "string" not in kinds:
        out["type"] = [*kinds[:-1], "string", "null"]
    if "properties" in out:
        out["properties"] = {name: as_sent(child) for name, child in out["properties"].items()}
    if "items" in out:
        out["items"] = as_sent(out["items"])
    return out


def _properties(fields: Fields) -> dict[str, Any]:
    return {name: {"title": title(name), **_schema(kind)} for name, kind in fields.items()}


def _schema(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, dict):
        return {"type": _TYPES["object"], "properties": _properties(kind)}
    if isinstance(kind, list):
        return {"type": _TYPES["list"], "items": _schema(kind[0])}
    return {"type": _TYPES[kind]} if kind in _TYPES else {}
