"""Tells a list that an organization does not have from everything else that can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from zoho_books_connector.errors import ConnectorError

#: HTTP status of an address or a method that is not there.
_ABSENT: Final = frozenset({404, 405, 501})


def is_unknown(error: ConnectorError) -> bool:
    """Tell whether Zoho does not know the address that was asked."""
    return error.code in ("unknown_address", "method_refused") or error.details.http_status in _ABSENT


def unless_unknown(ask: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Return the answer, or ``None`` where Zoho does not know the address; any other error is raised."""
    try:
        return ask()
    except ConnectorError as error:
        if is_unknown(error):
            return None
        raise
