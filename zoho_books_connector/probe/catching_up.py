"""The questions about lists that a catch-up reads by the time of change."""

from __future__ import annotations

from typing import Final

from zoho_books_connector.probe.findings import Observation
from zoho_books_connector.probe.lab import Lab

_FAR_AHEAD: Final = "2099-01-01T00:00:00-0800"


def modified_sort(lab: Lab) -> Observation:
    """List items by the time of their last change, which is not documented."""
    answer = lab.wire.get("/items", page="1", per_page="1", sort_column="last_modified_time")
    return Observation("everywhere" if answer.succeeded else "documented", str(answer))


def modified_filter(lab: Lab) -> Observation:
    """List contacts changed after a day far ahead, by a filter that is not documented for them."""
    answer = lab.wire.get("/contacts", page="1", per_page="1", last_modified_time=_FAR_AHEAD)
    if not answer.succeeded:
        return Observation("refused", str(answer), agrees=False)
    if answer.body.get("contacts"):
        return Observation("documented", f"{answer}, a contact returned")
    if not lab.write:
        lab.first("/contacts", "contact")
    return Observation("everywhere", f"{answer}, none returned")
