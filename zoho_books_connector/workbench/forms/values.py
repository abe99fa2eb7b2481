"""Values between text and document: how a person types them, and what the action takes for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from zoho_books_connector.workbench.forms.shapes import Field

_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")

#: How the value of a custom field is meant: what is posted → its title.
VALUE_KINDS: Final = {
    "text": "Text",
    "number": "Number",
    "yes": "Yes",
    "no": "No",
    "lines": "Several texts, a line each",
}


def value_of(shape: Field, text: str) -> Any:
    """Return what a field holds; ``None`` for nothing. What does not fit stays text, for the connector to refuse."""
    if shape.kind in ("long", "text"):
        return text if text.strip() else None
    text = text.strip()
    if shape.kind == "flag" and text in ("true", "false"):
        return text == "true"
    if shape.kind == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    return text or None


def custom_value(kind: str, text: str, entries: Mapping[int, str]) -> Any:
    """Return the value of a custom field, as its kind means it; ``None`` for nothing."""
    if entries:
        return [entries[number] for number in sorted(entries) if entries[number].strip()] or None
    if kind in ("yes", "no"):
        return kind == "yes"
    if kind == "lines":
        return [line for line in text.split("\n") if line.strip()] or None
    if kind == "number" and _NUMBER.fullmatch(text.strip()):
        return _exact_number(text.strip())
    return text if text.strip() else None


def _exact_number(text: str) -> int | float | str:
    """Return a number as JSON has it, or the text of one that a float would round."""
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def kind_and_text(value: Any) -> tuple[str, str]:
    """Return how a custom field's value is drawn: its kind, and the text to it."""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, list):
        return "lines", "\n".join(map(str, value))
    if isinstance(value, int | float):
        return "number", plain(value)
    return "text", str(value)


def plain(value: Any) -> str:
    """Return a value as a person types it; numbers in digits, without an exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)
