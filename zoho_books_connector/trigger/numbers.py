"""Numbers in a record that must not stay numbers: ids, and whole numbers longer than a binary float carries."""

from __future__ import annotations

import math
from typing import Any, Final

from zoho_books_connector.exact import EXACT_DIGITS

ID_KEYS: Final = ("_id", "_ids")
_TOO_LONG: Final = 10**EXACT_DIGITS


def as_id(value: Any) -> Any:
    """Return an id, or ids, as text."""
    if isinstance(value, list):
        return [as_id(item) for item in value]
    return str(value) if type(value) is int else value


def settle(value: Any) -> None:
    """Make text of ids and long numbers inside ``value``; raises ``ValueError`` for a number that is no JSON.

    Without recursion, and most of what is there is text: this runs for every delivery.
    """
    left = [value]
    while left:
        node = left.pop()
        for key, item in node.items() if type(node) is dict else enumerate(node) if type(node) is list else ():
            kind = type(item)
            if kind is str:
                continue
            if kind is dict:
                left.append(item)
            elif kind is int:
                if not -_TOO_LONG < item < _TOO_LONG or (type(key) is str and key.endswith(ID_KEYS)):
                    node[key] = str(item)
            elif kind is list:
                if type(key) is str and key.endswith(ID_KEYS):
                    item = node[key] = as_id(item)
                left.append(item)
            elif kind is float and not math.isfinite(item):
                raise ValueError("NaN and infinities are not JSON")
