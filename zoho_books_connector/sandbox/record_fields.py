"""Which fields the records of each module carry, and how a stored record is dressed for an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from .switches import Switches

Record = dict[str, Any]
BLANKS: dict[str, Any] = {"text": "", "number": 0, "boolean": False, "list": [], "object": {}}
MONEY = frozenset(
    {
        "total",
        "balance",
        "sub_total",
        "tax_total",
        "rate",
        "amount",
        "item_total",
        "adjustment",
        "shipping_charge",
        "discount_amount",
        "payment_made",
        "credits_applied",
        "outstanding_receivable_amount",
        "unused_credits_receivable_amount",
    }
)
DATES = frozenset({"date", "due_date", "shipment_date", "last_payment_date", "payment_expected_date"})
NUMERIC_IDS = frozenset({"customer_id", "item_id", "currency_id", "tax_id", "primary_contact_id", "template_id"})
AMOUNTS_AS_TEXT = frozenset({"total", "balance"})


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    text = files(__package__).joinpath("record_fields.json").read_text("utf-8")
    tables: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return tables


def blank(module: str) -> Record:
    """A record of the module with every documented field blank."""
    kinds: Mapping[str, list[str]] = _tables()["records"].get(module, {})
    return {name: _copy(BLANKS[kind]) for kind, names in kinds.items() for name in names}


def request_fields(module: str) -> frozenset[str]:
    """The fields a create or update of the module takes; others are dropped without a word."""
    return frozenset(_tables()["requests"][module])


def dress(module: str, record: Record, switches: Switches, symbol: str = "$", *, companions: bool = True) -> Record:
    """Show a stored record as an answer has it: blank fields, `…_formatted` companions, hash of custom fields."""
    blanks = blank(module)
    if switches.blanks == "empty_text":
        blanks = dict.fromkeys(blanks, "")
    dressed = blanks | record
    if companions:
        dressed |= _formatted(dressed, symbol)
        dressed["custom_field_hash"] = custom_field_hash(dressed.get("custom_fields"))
    if switches.numeric_ids == "some":
        dressed = _with_numeric_ids(dressed)
    if switches.document_amounts == "text":
        dressed |= {name: str(dressed[name]) for name in AMOUNTS_AS_TEXT & dressed.keys()}
    return dressed


def list_row(dressed: Record) -> Record:
    """The shorter form that lists carry: nothing nested but the hash of custom fields."""
    return {
        name: value
        for name, value in dressed.items()
        if name == "custom_field_hash" or not isinstance(value, list | dict)
    }


def custom_field_hash(custom_fields: object) -> Record:
    """Values of custom fields under their `cf_…` names."""
    if not isinstance(custom_fields, list):
        return {}
    named = [field for field in custom_fields if isinstance(field, dict) and field.get("api_name")]
    hashed = {field["api_name"]: field.get("value", "") for field in named}
    return hashed | {f"{name}_unformatted": value for name, value in hashed.items()}


def _formatted(record: Record, symbol: str) -> Record:
    companions = {}
    for name, value in record.items():
        if name in MONEY and isinstance(value, int | float | Decimal):
            companions[f"{name}_formatted"] = f"{symbol}{value:,.2f}"
        elif name in DATES and isinstance(value, str):
            companions[f"{name}_formatted"] = _readable_date(value)
    return companions


def _readable_date(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d %b %Y}"
    except ValueError:
        return ""


def _with_numeric_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_numeric_ids(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        name: int(entry)
        if name in NUMERIC_IDS and isinstance(entry, str) and entry.isdigit()
        else _with_numeric_ids(entry)
        for name, entry in value.items()
    }


def _copy(blank_value: Any) -> Any:
    return type(blank_value)(blank_value)
