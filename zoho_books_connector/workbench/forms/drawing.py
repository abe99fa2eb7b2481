"""Draws the whole form of an action: sections, groups as fieldsets, lists as rows, and what few need folded away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from zoho_books_connector.workbench.forms.parts import PartWriter
from zoho_books_connector.workbench.forms.sections import CUSTOM_FIELDS, Section, edition_sections_of, sections_of
from zoho_books_connector.workbench.forms.shapes import Group, Rows, Shape, is_number
from zoho_books_connector.workbench.forms.sheet import RowSheet, Sheet
from zoho_books_connector.workbench.forms.slot import Filling
from zoho_books_connector.workbench.forms.spot import Spot


class FormDrawing:
    """The form of one action for one country edition; made once, filled for each page."""

    def __init__(
        self, shape: Group, edition: str | None, *, address: str, narrowed: Mapping[str, list[str]] | None = None
    ) -> None:
        """``address`` is the action's page; ``narrowed`` the fields that narrow a source of choices."""
        self.shape = shape
        self._parts = PartWriter(edition, address, narrowed or {})
        self._sheet = self._sections(sections_of(shape, edition))
        self._editions, self._late_editions = (
            self._sections(edition_sections_of(shape, edition, late=late)) for late in (False, True)
        )
        self._custom = self._custom_rows()

    def fill(self, document: Mapping[str, Any], filling: Filling) -> str:
        """Return all but the fields of other countries, with a document in them; a required list has a first row."""
        return self._sheet.fill("", self._first_rows() | dict(document), filling)

    def fill_editions(self, document: Mapping[str, Any], filling: Filling, *, late: bool = False) -> str:
        """Return the fields of other countries; with ``late``, those of the own one before them."""
        return (self._late_editions if late else self._editions).fill("", document, filling)

    def fill_custom_fields(self, document: Mapping[str, Any], filling: Filling) -> str:
        """Return the rows in which custom fields are named by hand; nothing for an action without any."""
        return self._custom.fill("", document, filling) if self._custom else ""

    def blank_row(self, pointer: str, number: int) -> str | None:
        """Return an empty row of the list at a pointer; ``None`` where no list is."""
        rows = self._list_at(pointer)
        return rows.blank(f"{pointer}/{number}", number + 1) if rows else None

    def rest_of_row(self, place: str) -> str | None:
        """Return the fields of a row that few need; ``None`` where no row is."""
        pointer, _, number = place.rpartition("/")
        rows = self._list_at(pointer) if is_number(number) else None
        return rows.rest(place) if rows else None

    def known(self, pointer: str) -> str | None:
        """Return the pointer of the field nearest to a pointer, going outwards; ``None`` where there is none."""
        known = self._walk(pointer)
        return "".join(f"/{step}" for step, _ in known) or None

    def _walk(self, pointer: str) -> list[tuple[str, Shape]]:
        """Return the steps of a pointer and what they lead to, as far as the form has them."""
        at: Shape = self.shape
        known: list[tuple[str, Shape]] = []
        for step in pointer.split("/")[1:]:
            inner = at.by_name.get(step) if isinstance(at, Group) else None
            if isinstance(at, Rows) and is_number(step):
                inner = at.entry
            if inner is None:
                break
            at = inner
            known.append((step, at))
        return known

    def _list_at(self, pointer: str) -> RowSheet | None:
        known = self._walk(pointer)
        whole = "".join(f"/{step}" for step, _ in known) == pointer
        if not whole or not known or not isinstance(known[-1][1], Rows):
            return None
        return self._parts.lists["".join(f"/{step}" for step, _ in known if not is_number(step))]

    def _first_rows(self) -> dict[str, Any]:
        return {part.name: [{}] for part in self.shape.parts if isinstance(part, Rows) and part.required}

    def _custom_rows(self) -> Sheet | None:
        part = self.shape.by_name.get(CUSTOM_FIELDS)
        if part is None:
            return None
        spot = Spot()
        return spot.sheet(self._parts.part(spot, part))

    def _sections(self, sections: Iterable[Section]) -> Sheet:
        spot = Spot()
        return spot.sheet("".join([self._section(spot, section) for section in sections]))

    def _section(self, spot: Spot, section: Section) -> str:
        if section.folded:
            return self._parts.fold(spot, section.title, section.parts)
        is_one_list = len(section.parts) == 1 and isinstance(section.parts[0], Rows)
        head = f"<h2>{escape(section.title)}</h2>" if section.title and not is_one_list else ""
        return f'<section class="fields">{head}{self._parts.grid(spot, section.parts)}</section>'
