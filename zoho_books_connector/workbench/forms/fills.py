"""What a choice fills besides its own field: an item the name, rate, tax and unit of its line."""

from __future__ import annotations

from typing import Final, NamedTuple

from zoho_books_connector.boundary import Option

#: Source of choices → fact of a choice → field of the same row.
_FILLS: Final = {"item": {"name": "name", "rate": "rate", "tax_id": "tax_id", "unit": "unit"}}
#: What a picker shows for an id that is filled in so.
_SHOWN: Final = {"tax_id": "tax_name"}


class Fill(NamedTuple):
    """A value as its field takes it, and what the field shows for it."""

    value: str
    label: str


def fills_of(source: str, option: Option) -> dict[str, Fill]:
    """Return what a choice of a source fills, by field; a blank value empties what another choice had filled."""
    return {field: _fill(option, fact) for fact, field in _FILLS.get(source, {}).items()}


def _fill(option: Option, fact: str) -> Fill:
    value = option.data.get(fact)
    return Fill("" if value is None else str(value), str(option.data.get(_SHOWN.get(fact, "")) or ""))
