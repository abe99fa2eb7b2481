"""Reads what pickers show and hand over out of a record, whatever Zoho left blank or wrote as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zoho_books_connector.exact import fraction

Record = Mapping[str, Any]
#: Returns a text to show of a record; blank where there is none.
Show = Callable[[Record], str]


def text_of(value: object) -> str:
    """Return a text or a number as text; anything else, blank."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number_of(value: object) -> int | float | str | None:
    """Return a number, which may come as text or with a percent sign; one with too many digits stays text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = text_of(value).removesuffix("%").strip()
    try:
        return int(text) if text.lstrip("-").isdecimal() else fraction(text)
    except ValueError:
        return None


def flag_of(value: object) -> bool | None:
    """Return true or false, which may come as text."""
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(text_of(value).lower())


def is_active(record: Record) -> bool:
    """Tell whether a record may be chosen: only one that says of itself that it may not is left out."""
    off = flag_of(record.get("is_inactive")) is True or any(
        flag_of(record.get(name)) is False for name in ("is_active", "is_org_active", "is_location_active")
    )
    return not off and text_of(record.get("status")).lower() not in {"inactive", "deleted"}


def first(*names: str) -> Show:
    """Show the first of the fields that is not blank."""
    return lambda record: next((text for name in names if (text := text_of(record.get(name)))), "")


def joined(*parts: str | Show, by: str = ", ") -> Show:
    """Show all that are not blank; a part is a field or shows something itself."""
    shows = [first(part) if isinstance(part, str) else part for part in parts]
    return lambda record: by.join(filter(None, (show(record) for show in shows)))


def either(*shows: Show) -> Show:
    """Show the first that has something to show."""
    return lambda record: next((text for show in shows if (text := show(record))), "")


def percent(name: str) -> Show:
    """Show a percentage."""

    def show(record: Record) -> str:
        number = number_of(record.get(name))
        return "" if number is None else f"{number} %"

    return show


def words(name: str) -> Show:
    """Show one of Zoho's own names, such as ``cost_of_goods_sold``, as words."""
    return lambda record: text_of(record.get(name)).replace("_", " ")


def within(name: str, show: Show) -> Show:
    """Show something of the object in a field."""

    def inner(record: Record) -> str:
        found = record.get(name)
        return show(found) if isinstance(found, Mapping) else ""

    return inner


@dataclass(frozen=True)
class Facts:
    """The fields of a record that a form may fill others with, by what they are; blank ones are left out."""

    ids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def of(self, record: Record) -> dict[str, Any]:
        """Return the facts of a record: ids as text, numbers as numbers."""
        found: dict[str, Any] = {name: text_of(record.get(name)) or None for name in (*self.ids, *self.texts)}
        found |= {name: number_of(record.get(name)) for name in self.numbers}
        found |= {name: flag_of(record.get(name)) for name in self.flags}
        return {name: value for name, value in found.items() if value is not None}
