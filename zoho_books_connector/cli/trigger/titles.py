"""What a person calls a record: its number, else its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zoho_books_connector.boundary import Event

_LONGEST: Final = 200
#: Fields that name a record where none is named after its module.
_OTHERS: Final = ("payment_number", "entry_number", "name", "contact_name", "account_name", "reference_number", "email")


def title_of(event: Event) -> str:
    """Return the number or name of an event's record; empty where it has none."""
    for field in _fields(event.module or ""):
        value = event.record.get(field)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:_LONGEST]
    return ""


def _fields(module: str) -> Iterator[str]:
    for suffix in ("number", "name"):
        yield f"{module}_{suffix}"
        yield f"{module.replace('_', '')}_{suffix}"
    yield from _OTHERS
