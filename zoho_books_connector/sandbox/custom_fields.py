"""Custom field values as callers name them, by index, label, id or api name, and as answers carry them."""

from __future__ import annotations

from typing import Any

from .books import Books
from .errors import RefusedError
from .modules import MODULES
from .record_fields import Record

ABOUT_A_DEFINITION = frozenset({"values", "is_mandatory", "help_text", "max_length"})
"""What a definition says and a record's value does not."""
NAMES = ("customfield_id", "api_name", "label", "index")


def read_custom_fields(books: Books, module: str, sent: list[Any], own_id: str = "") -> list[Record]:
    """Turn what was sent into what answers carry; a unique field refuses a value another record has."""
    values = []
    for entry in sent:
        definition = _definition(books, module, entry)
        value = entry.get("value", "")
        if definition["is_unique"] and value not in ("", None):
            _refuse_repeated(books, module, definition["api_name"], value, own_id)
        named = {name: known for name, known in definition.items() if name not in ABOUT_A_DEFINITION}
        values.append({**named, "value": "" if value is None else value})
    return values


def record_with_value(books: Books, module: str, api_name: str, value: object) -> Record | None:
    """The record whose custom field holds a value."""
    for record in books.all(module):
        for field in record.get("custom_fields", []):
            if field.get("api_name") == api_name and str(field.get("value")) == str(value):
                return record
    return None


def _definition(books: Books, module: str, entry: Any) -> Record:
    if isinstance(entry, dict):
        for name in NAMES:
            for definition in books.custom_fields[module]:
                if name in entry and str(entry[name]) == str(definition[name]):
                    return definition
    raise RefusedError(2, field="custom_fields")


def _refuse_repeated(books: Books, module: str, api_name: str, value: object, own_id: str) -> None:
    holder = record_with_value(books, module, api_name, value)
    if holder is not None and holder[MODULES[module].id_field] != own_id:
        raise RefusedError(1001, value=value)
