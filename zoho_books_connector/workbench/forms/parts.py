"""Writes the parts of a form as HTML: fields, groups, and folds; what rows are made of is written in ``lists.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape

from zoho_books_connector.workbench.forms import markup
from zoho_books_connector.workbench.forms.lists import ListWriter
from zoho_books_connector.workbench.forms.markup import NOTE, OPEN, PLACE, VALUE
from zoho_books_connector.workbench.forms.sections import split
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape
from zoho_books_connector.workbench.forms.sheet import RowSheet
from zoho_books_connector.workbench.forms.slot import Slot
from zoho_books_connector.workbench.forms.spot import Spot


class PartWriter:
    """Writes parts for one country edition."""

    def __init__(self, edition: str | None, address: str, narrowed: Mapping[str, list[str]]) -> None:
        self.edition = edition
        #: The action's page.
        self.address = address
        #: How each list is drawn, by the pointer of its shape: ``/line_items/tags``.
        self.lists: dict[str, RowSheet] = {}
        self._narrowed = narrowed

    def grid(self, spot: Spot, parts: Iterable[Shape]) -> str:
        """Return parts beside each other."""
        return f'<div class="grid">{"".join(self.part(spot, part) for part in parts)}</div>'

    def fold(self, spot: Spot, title: str, parts: Iterable[Shape]) -> str:
        """Return parts that are folded away."""
        inside: list[Slot] = []
        spot.pen.folds.append(inside)
        spot.pen.inside.append(inside)
        inner = self.grid(spot, parts)
        spot.pen.inside.pop()
        return f'<details class="fold" data-place="{PLACE}"{OPEN}><summary>{escape(title)}</summary>{inner}</details>'

    def more(self, spot: Spot, parts: tuple[Shape, ...]) -> str:
        """Return the rarer fields of a group or row; nothing where there are none."""
        return self.fold(spot, "More fields", parts) if parts else ""

    def part(self, spot: Spot, part: Shape) -> str:
        """Return one part."""
        spot = spot.of(part)
        if isinstance(part, Group):
            return self._group(spot, part)
        if isinstance(part, Rows):
            writer = ListWriter(self, part, spot.path)
            rows = self.lists[spot.path] = writer.rows()
            spot.slots[part.name] = spot.pen.slot(Slot(part, spot.tail, _described(spot, part), rows=rows))
            return writer.frame(PLACE + spot.tail, help_of(part, spot.path))
        assert isinstance(part, Field)  # noqa: S101 - there are no other shapes
        return self._field(spot, part)

    def _field(self, spot: Spot, part: Field) -> str:
        described = _described(spot, part)
        kind = spot.pen.slot(Slot(part, f"kind:{spot.tail}")) if part.kind == "value" else None
        spot.slots[part.name] = spot.pen.slot(Slot(part, spot.tail, described, kind=kind))
        drawn = markup.field(part, spot.tail, described, self._narrowed)
        # The rows of a list share the help of their fields, which stands once above them.
        help_text = "" if spot.in_row else help_of(part, spot.path)
        only = f' data-only="{escape(" ".join(part.only_with))}"' if part.only_with else ""
        return f'<div class="cell {part.kind} name-{part.name or "entry"}"{only}>{drawn}{help_text}</div>'

    def _group(self, spot: Spot, part: Group) -> str:
        inner: dict[str, Slot] = {}
        spot.slots[part.name] = spot.pen.slot(Slot(part, spot.tail, _described(spot, part), parts=inner))
        own, usual, rare, foreign = split(part.parts, self.edition)
        name = PLACE + spot.tail
        head = f"<legend>{markup.title(part)}</legend>{VALUE}{NOTE}{markup.clear_box(part, name)}"
        described = "" if spot.in_row else help_of(part, spot.path)
        within = replace(spot, slots=inner)
        body = self.grid(within, (*usual, *own)) if usual or own else ""
        more = self.more(within, (*rare, *foreign))
        return f'<fieldset class="group" id="{name}" tabindex="-1">{head}{described}{body}{more}</fieldset>'


def help_of(part: Shape, path: str) -> str:
    """Return the help under a part."""
    return f'<div class="form-text" id="{path}:help">{escape(part.help)}</div>' if part.help else ""


def _described(spot: Spot, part: Shape) -> str:
    return f"{spot.path}:help" if part.help else ""
