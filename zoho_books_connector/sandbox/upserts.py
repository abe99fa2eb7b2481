"""Upserts: PUT on a collection finds its record by the value of a unique custom field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .calls import Answer, Call, answer_of, wrapped
from .custom_fields import record_with_value
from .errors import RefusedError
from .modules import MODULES
from .record_fields import Record

KEY = "x-unique-identifier-key"
VALUE = "x-unique-identifier-value"
UPSERT = "x-upsert"


def upserted(
    module: str, create: Callable[[Call], Answer], change: Callable[[Call, str], Record]
) -> Callable[[Call], Answer]:
    """Change the record that holds the value, or create it where `X-Upsert` says so."""
    row = MODULES[module]

    def carry_out(call: Call) -> Answer:
        key, value = _identifier(module, call)
        record = record_with_value(call.books, module, key, value)
        if record is not None:
            changed = change(call, record[row.id_field])
            content = wrapped(row, call.books, answer_of(module, call.books, changed))
            return Answer("The record was saved.", content)
        if call.request.headers.get(UPSERT, "").lower() != "true":
            raise RefusedError(1002, what="The record")
        return create(_with_value(call, key, value))

    return carry_out


def _identifier(module: str, call: Call) -> tuple[str, str]:
    key, value = call.request.headers.get(KEY, ""), call.request.headers.get(VALUE, "")
    unique = [entry["api_name"] for entry in call.books.custom_fields[module] if entry["is_unique"]]
    if key not in unique or not value:
        raise RefusedError(4, field="X-Unique-Identifier-Key")
    return key, value


def _with_value(call: Call, key: str, value: str) -> Call:
    """The same call with the unique value in its body, which need not repeat the header."""
    fields = call.body.get("custom_fields") or []
    named = [entry for entry in fields if not (isinstance(entry, dict) and entry.get("api_name") == key)]
    body = call.body | {"custom_fields": [*named, {"api_name": key, "value": value}]}
    return replace(call, given_body=body)
