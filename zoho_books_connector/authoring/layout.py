"""Lays JSON out for people who read it: what fits on one line stands on one line."""

from __future__ import annotations

import json
from typing import Any, Final

#: The longest line of an object or list that is not broken up.
WIDTH: Final = 120
_STEP: Final = "  "


def laid_out(document: Any) -> str:
    """Return the text of a JSON file."""
    return _lines(document, "", 0) + "\n"


def _lines(value: Any, indent: str, before: int) -> str:
    """Return a value; ``before`` is how much of its first line is taken."""
    whole = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or (indent and before + len(whole) < WIDTH):
        return whole
    inner = indent + _STEP
    if isinstance(value, list):
        opening, closing, starts, children = "[", "]", [inner] * len(value), value
    else:
        opening, closing, children = "{", "}", list(value.values())
        starts = [f"{inner}{json.dumps(key, ensure_ascii=False)}: " for key in value]
    parts = [start + _lines(child, inner, len(start)) for start, child in zip(starts, children, strict=True)]
    return f"{opening}\n" + ",\n".join(parts) + f"\n{indent}{closing}"
