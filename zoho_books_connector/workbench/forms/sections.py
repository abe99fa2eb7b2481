"""Where each field of an action's form stands: in a section that is open, or folded away until somebody needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.workbench.forms.shapes import Group, Rows, Shape


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FIRST: Final = "Basics"
_MORE: Final = "Other fields"
#: Title → the fields that belong there, unless they are required. Other usual fields stand among the basics.
_SECTIONS: Final[dict[str, frozenset[str]]] = {
    "Amounts and tax": _names(
        "discount discount_type is_discount_before_tax is_inclusive_tax is_taxable tax_id shipping_charge adjustment "
        "adjustment_description currency_id exchange_rate account_id purchase_rate purchase_description "
        "purchase_account_id inventory_account_id vendor_id"
    ),
    "People, places and delivery": _names(
        "send contact_persons contact_persons_mode salesperson_id salesperson_name billing_address billing_address_id "
        "shipping_address shipping_address_id location_id delivery_method place_of_supply"
    ),
    "Texts": _names("notes terms documents custom_body custom_subject"),
}
CUSTOM_FIELDS: Final = "custom_fields"
#: A form with fewer usual fields needs no headings between them.
_FEW: Final = 8


@dataclass(frozen=True)
class Section:
    """Fields under a title."""

    title: str
    parts: tuple[Shape, ...]
    folded: bool = False


def sections_of(group: Group, edition: str | None) -> Iterator[Section]:
    """Yield the sections of an action's form but those of other country editions; custom fields are not among them."""
    own, usual, rare, _ = split((part for part in group.parts if part.name != CUSTOM_FIELDS), edition)
    few = len(usual) <= _FEW
    placed = [(section, part) for part in usual for section in [_FIRST if few else _section(part)]]
    for title in (_FIRST, *(part.title for part in usual if _is_prominent(part)), *_SECTIONS):
        found = tuple(part for section, part in placed if section == title)
        if found:
            yield Section("" if few and title == _FIRST else title, found)
        if title == _FIRST:
            yield from _own_section(own, edition)
    if rare:
        yield Section(_MORE, rare, folded=True)


def edition_sections_of(group: Group, edition: str | None, *, late: bool) -> Iterator[Section]:
    """Yield the fields of other country editions, folded away; those of one that became known ``late`` before them."""
    own, _, _, foreign = split(group.parts, edition)
    if late:
        yield from _own_section(own, edition)
    if foreign:
        yield Section("Fields of other country editions" if edition else "Fields by country", foreign, folded=True)


def _own_section(own: tuple[Shape, ...], edition: str | None) -> Iterator[Section]:
    if own and edition:
        yield Section(f"Country edition: {named(edition)}", own)


def split(parts: Iterable[Shape], edition: str | None) -> tuple[tuple[Shape, ...], ...]:
    """Return the fields of the edition, the usual ones, the rarer ones, and those of other editions only."""
    own: list[Shape] = []
    usual: list[Shape] = []
    rare: list[Shape] = []
    foreign: list[Shape] = []
    for part in parts:
        if part.editions:
            if edition in part.editions:
                own.append(replace(part, editions=()))  # which goes without saying
            else:
                foreign.append(part)
        else:
            (rare if part.advanced and not part.required else usual).append(part)
    return tuple(own), tuple(usual), tuple(rare), tuple(foreign)


def named(edition: str) -> str:
    """Return how an edition is called."""
    return EDITIONS.get(edition, edition.upper())


def _is_prominent(part: Shape) -> bool:
    return isinstance(part, Rows) and part.required


def _section(part: Shape) -> str:
    if _is_prominent(part):
        return part.title
    if part.required:
        return _FIRST
    return next((title for title, names in _SECTIONS.items() if part.name in names), _FIRST)
