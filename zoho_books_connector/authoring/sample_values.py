"""Believable values for the fields of a sample that the sandbox leaves blank, made from their names.

The same name has the same value in every sample, so that the samples stay one world.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.models.titles import title

_DAY: Final = "2026-12-01"
_LATER: Final = "2026-12-16"
_MOMENT: Final = "2026-12-01T07:00:06-0500"
#: Name → value.
_VALUES: Final = Path(__file__).with_name("sample_values.json")
#: As the sandbox's ids begin.
_ID: Final = "5128453000000"


#: How a name ends → text; the first that fits.
_TEXTS: Final = (
    (r"date_with_time|_time|_at", _MOMENT),
    (r"(due|end|expiry|expected|delivery|shipment|reversal|reminder)_date", _LATER),
    (r"(^|_)date", _DAY),
    (r"e?mail", "mara@example.com"),
    (r"phone|mobile", "+1 315 555 0142"),
    (r"_by(_name)?|(user|owner|approver|employee)_name", "Priya Raman"),
    (r"account_name", "Sales"),
    (r"template_name", "Standard template"),
    (r"tax_name|vat_name", "Sales tax"),
    (r"_preference", "no_override"),
    (r"_url", "https://books.example.com/page"),
    (r"_code", "A1"),
    (r"(^|_)status", "open"),
)
_NUMBERS: Final = (
    (r"\w*(discount|adjustment|write_off|withheld|retention|fee|round|credit|refund|unprocessed|charge)\w*", 0),
    (r"\w*(tax|vat|payable|opening|_ob_|cancelled|returned|marked)\w*(amount|total|quantity|received)\w*", 0),
    (r"percent(age)?", 10),
    (r"quantity|stock|level", 40),
    (r"(^|_)(days|count|month|order|precision|number|size|copies|after|before|sent|every)", 1),
    (r"hours|minutes|seconds|length|width|height|weight", 8),
    (r"rate|price", 25.5),
    (r"", 182),
)
_YES: Final = re.compile(
    r"(is_(active|primary|primary_contact|base_currency|email_enabled|taxable|valid)|can_be_\w+|is_org_active)"
)
_MONEY: Final = re.compile(r"_?(bcy|fcy)_?")


@cache
def _values() -> Mapping[str, Any]:
    values: dict[str, Any] = json.loads(_VALUES.read_text("utf-8"))
    return values


def made(name: str, kinds: Iterable[str]) -> Any:
    """Return a value for a field of this name that may be of these JSON types."""
    kinds = set(kinds)
    value = _values().get(name)
    if "boolean" in kinds:
        return bool(_YES.fullmatch(name))
    if kinds & {"number", "integer"}:
        return value if isinstance(value, int | float) else _first(_NUMBERS, name)
    if "array" in kinds:
        return [made(name.removesuffix("s"), ("string",))] if name.endswith("_ids") else []
    if "object" in kinds:
        return {}
    return _text(name) if value is None else str(value)


def _text(name: str) -> str:
    if name.endswith("_id") or name == "id":
        return f"{_ID}{zlib.crc32(name.encode()) % 900_000 + 100_000}"
    if name.endswith("_number"):
        return f"{name[:3].upper()}-00001"
    return str(_first(_TEXTS, name) or f"Sample {title(name).lower()}")


def _first(rules: Iterable[tuple[str, Any]], name: str) -> Any:
    return next((value for ending, value in rules if re.search(f"({ending})$", name)), None)


def companion(name: str, record: Mapping[str, Any]) -> Any:
    """Return what a field tells of another field of the record: its formatted form, or it in another currency."""
    if name.endswith("_formatted"):
        return _shown(record.get(name.removesuffix("_formatted")))
    plain = _MONEY.sub("", name)
    value = record.get(plain) if plain != name else None
    return value if isinstance(value, int | float) else None


def _shown(value: Any) -> str | None:
    """Return a value as Zoho Books shows it to people; ``None`` where there is nothing to show."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int | float):
        return f"${value:,.2f}"
    if told := re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d).*)?", value):
        day = date.fromisoformat(told[1])
        return f"{day.day:02d} {_MONTHS[day.month - 1]} {day.year} {told[2] or ''}".rstrip()
    return title(value) if re.fullmatch(r"[a-z_]+", value) else value


#: Written out, for the names that a machine knows follow its language.
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
