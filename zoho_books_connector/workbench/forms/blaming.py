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
    "referred_item_not_found": ("line_items/item_id",),
}


def blamed(shape: Group, error: Mapping[str, Any] | None, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an error that names its fields; ``None`` where no field can be told."""
    if not error:
        return None
    if error["fields"]:
        return dict(error)
    pointer = _pointer(shape, error, inputs) if error["kind"] in _KINDS else None
    return {**error, "fields": [{"pointer": pointer, "message": error["message"]}]} if pointer else None


def _pointer(shape: Group, error: Mapping[str, Any], inputs: Mapping[str, Any]) -> str | None:
    known = {path for path, _ in _fields(shape)}
    by_code = next((f"/{path}" for path in _BY_CODE.get(error["code"], ()) if f"/{path}" in known), None)
    path = by_code or _named_in(shape, error["message"], inputs)
    return _place(shape, path, inputs) if path else None


def _named_in(shape: Group, message: str, inputs: Mapping[str, Any]) -> str | None:
    """Return the field whose name, or title without ``ID``, stands in a message; none where several are as likely."""
    words = f" {' '.join(re.findall(r'[a-z0-9_]+', message.lower()))} "
    found = {
        (len(text), path)
        for path, part in _fields(shape)
        for text in (part.name, part.title.lower().removesuffix(" id"))
        if text and f" {text} " in words
    }
    longest = max((length for length, _ in found), default=0)
    likely = [path for length, path in found if length == longest]
    # Of several, the only one that was filled in.
    filled = likely if len(likely) == 1 else [path for path in likely if _rows_with(path, inputs)]
    return filled[0] if len(filled) == 1 else None


def _fields(shape: Group) -> Iterator[tuple[str, Shape]]:
    """Yield the fields with their paths; that of a field in rows leaves out the number, which nobody says."""
    for part in shape.parts:
        yield f"/{part.name}", part
        entry = part.entry if isinstance(part, Rows) else part
        if isinstance(entry, Group):
            yield from ((f"/{part.name}/{each.name}", each) for each in entry.parts)


def _place(shape: Group, path: str, inputs: Mapping[str, Any]) -> str:
    """Return where in the inputs a path leads: to the only row that has the field, or else to the list."""
    _, first, *rest = path.split("/")
    if not rest or not isinstance(shape.by_name[first], Rows):
        return path
    places = _rows_with(path, inputs)
    return places[0] if len(places) == 1 else f"/{first}"


def _rows_with(path: str, inputs: Mapping[str, Any]) -> list[str]:
    """Return the pointers at which the inputs have a path."""
    _, first, *rest = path.split("/")
    held = inputs.get(first)
    if not rest:
        return [path] if held is not None else []
    if isinstance(held, Mapping):
        return [path] if rest[0] in held else []
    rows = enumerate(held if isinstance(held, list) else ())
    return [f"/{first}/{at}/{rest[0]}" for at, row in rows if isinstance(row, Mapping) and rest[0] in row]
