"""Which refusals of Zoho an action is likely to meet, by the code of the error catalogue.

Chosen by hand: the catalogue says what an answer means, not which action provokes it. What every action may meet
(connection, limits, outages) is left to the page of errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zoho_books_connector.api.catalogue import CATALOGUE, CatalogueEntry

_VALUES: Final = ("invalid_value", "value_too_long")
_CONTACT: Final = (
    *_VALUES,
    "invalid_contact_name",
    "duplicate_contact",
    "invalid_tax_number",
    "referred_currency_not_found",
    "portal_off",
)
_DOCUMENT: Final = (
    *_VALUES,
    "referred_record_not_found",
    "referred_item_not_found",
    "referred_currency_not_found",
    "automatic_numbering",
    "duplicate_number",
    "invalid_tax_number",
)

#: Action id → codes.
LIKELY: Final[dict[str, tuple[str, ...]]] = {
    "create_contact": _CONTACT,
    "update_contact": (*_CONTACT, "record_not_found"),
    "create_item": (*_VALUES, "duplicate_item", "referred_record_not_found"),
    "update_item": (*_VALUES, "duplicate_item", "item_type_fixed", "item_not_found", "record_not_found"),
    "create_contact_person": (*_VALUES, "referred_record_not_found", "portal_off"),
    "update_contact_person": (*_VALUES, "record_not_found", "portal_off"),
    "create_salesorder": _DOCUMENT,
    "create_invoice": _DOCUMENT,
    "get_record": ("record_not_found", "not_authorized", "forbidden"),
    "get_contact_addresses": ("record_not_found",),
    "get_contact_persons": ("record_not_found",),
}


def likely(action_id: str) -> Iterator[CatalogueEntry]:
    """Yield the rows of an action; for one that nobody chose for, those that name a module or a method."""
    codes = LIKELY.get(action_id)
    for row in CATALOGUE:
        if row.code in codes if codes is not None else row.modules or row.method:
            yield row


def concerns(row: CatalogueEntry, resource: str) -> bool:
    """Tell whether a row is about the module whose path begins with ``resource``."""
    return not row.modules or resource in row.modules
