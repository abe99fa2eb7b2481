"""Which field an error of Zoho concerns: Zoho names it in words at best, so it is told by code, name or title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.workbench.forms.shapes import Group, Rows, Shape

#: Errors that somebody can mend in a field.
_KINDS: Final = frozenset({"input", "rejected", "not_found"})
#: The connector's code → the fields it can be about, the first that the form has.
_BY_CODE: Final[Mapping[str, tuple[str, ...]]] = {
    "automatic_numbering": ("invoice_number", "salesorder_number"),
    "duplicate_contact": ("contact_name",),
    "duplicate_item": ("name",),
    "duplicate_number": ("invoice_number", "salesorder_number"),
    "duplicate_record": ("name", "contact_name"),
    "invalid_contact_name": ("contact_name",),
    "invalid_tax_number": ("gst_no", "tax_reg_no", "vat_reg_no"),
    "item_type_fixed": ("item_type", "product_type"),
    "portal_off": ("enable_portal", "is_portal_enabled"),
    "record_not_found": ("record_id", "contact_person_id", "contact_id", "item_id"),
    "referred_currency_not_found": ("currency_id",),
    "referred_item_not_found": ("line_items",),
}


def blamed(shape: Group, error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an error that names its fields; ``None`` where no field can be told."""
    if not error:
        return None
    if error["fields"]:
        return dict(error)
    pointer = _pointer(shape, error) if error["kind"] in _KINDS else None
    return {**error, "fields": [{"pointer": pointer, "message": error["message"]}]} if pointer else None


def _pointer(shape: Group, error: Mapping[str, Any]) -> str | None:
    by_code = (f"/{name}" for name in _BY_CODE.get(error["code"], ()) if name in shape.by_name)
    return next(by_code, None) or _named_in(shape, error["message"])


def _named_in(shape: Group, message: str) -> str | None:
    """Return the field whose name, or title without ``ID``, stands in a message; none where two are as likely."""
    words = f" {' '.join(re.findall(r'[a-z0-9_]+', message.lower()))} "
    found = {
        (len(text), pointer)
        for pointer, part in _fields(shape)
        for text in (part.name, part.title.lower().removesuffix(" id"))
        if text and f" {text} " in words
    }
    longest = max((length for length, _ in found), default=0)
    likely = [pointer for length, pointer in found if length == longest]
    return likely[0] if len(likely) == 1 else None


def _fields(shape: Group) -> Iterator[tuple[str, Shape]]:
    """Yield the fields; those of rows stand for their list, for nobody says which row."""
    for part in shape.parts:
        yield f"/{part.name}", part
        entry = part.entry if isinstance(part, Rows) else part
        if isinstance(entry, Group):
            pointer = f"/{part.name}"
            yield from ((pointer if isinstance(part, Rows) else f"{pointer}/{each.name}", each) for each in entry.parts)
