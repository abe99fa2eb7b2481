"""Writes and reads the cursor of a picker: a page number that is good for the question it was given for."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

from zoho_books_connector.errors import FieldFault, InputError

_CURSOR: Final = re.compile(r"([1-9][0-9]{0,5})\.([0-9a-f]{16})")


def written(page: int, question: tuple[Any, ...]) -> str:
    """Return the cursor of a page."""
    return f"{page}.{_mark(question)}"


def page_in(cursor: str | None, question: tuple[Any, ...]) -> int:
    """Return the page that a cursor names, the first for none.

    Raises ``InputError`` for a cursor of another question: another source, organization, search or dependency.
    """
    if not cursor:
        return 1
    found = _CURSOR.fullmatch(cursor)
    if found is None or found[2] != _mark(question):
        raise InputError(
            "cursor_invalid",
            "The cursor does not belong to this list of choices.",
            "Begin without a cursor, and keep search and dependencies as they are while paging.",
            fields=(FieldFault("/cursor", "must be the cursor of the page before"),),
        )
    return int(found[1])


def _mark(question: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(question).encode()).hexdigest()[:16]
