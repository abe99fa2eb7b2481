"""Tells which custom fields do not take their values, before anything is sent: their types are the account's alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import FieldFault
from zoho_books_connector.workbench.forms.custom import LIST, is_of
from zoho_books_connector.workbench.forms.values import plain

#: What a schema says → how a value of it looks, and how that is said.
_LOOKS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("type", "integer"): (r"-?[0-9]{1,18}", "must be a whole number"),
    ("type", "number"): (r"-?[0-9]{1,18}([.][0-9]{1,18})?", 'must be a number such as "12.50"'),
    ("format", "date"): (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", 'must be a date such as "2026-12-31"'),
    ("format", "email"): (r"[^@\s]+@[^@\s]+", "must be an e-mail address"),
}


def misfits(options: Iterable[Option], entries: Any) -> list[FieldFault]:
    """Return what is wrong with the values in ``custom_fields``; fields that nobody knows are left alone."""
    known = tuple(options)
    told = [
        (at, _wrong(option.data["schema"], entry["value"]))
        for at, entry in enumerate(entries if isinstance(entries, list) else ())
        for option in [next((each for each in known if is_of(each, entry)), None)]
        if option is not None
    ]
    return [FieldFault(f"{LIST}/{at}/value", message) for at, message in told if message]


def _wrong(schema: Mapping[str, Any], value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    text = plain(value)
    for (word, said), (look, message) in _LOOKS.items():
        if schema.get(word) == said and not re.fullmatch(look, text):
            return message
    if "pattern" in schema and not re.search(schema["pattern"], text):
        is_moment = "{2}:" in schema["pattern"]
        return 'must be a date and time such as "2026-12-31 09:30"' if is_moment else "must be an id in digits"
    longest = schema.get("maxLength")
    return f"must have at most {longest} characters" if longest and len(text) > longest else ""
