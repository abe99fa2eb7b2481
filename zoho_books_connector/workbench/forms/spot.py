"""The spot of a form at which a part is being written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from zoho_books_connector.workbench.forms.shapes import Shape
from zoho_books_connector.workbench.forms.sheet import Pen, Sheet
from zoho_books_connector.workbench.forms.slot import Slot


@dataclass(frozen=True)
class Spot:
    """Where a part is written: its sheet, and what holds it there."""

    pen: Pen = field(default_factory=Pen)
    #: The parts of what holds it, by name.
    slots: dict[str, Slot] = field(default_factory=dict)
    #: Pointer of what holds it within its place, and of its shape.
    tail: str = ""
    path: str = ""
    in_row: bool = False

    def of(self, part: Shape) -> Spot:
        """Return the spot with the part's own pointers."""
        step = f"/{part.name}" if part.name else ""
        return replace(self, tail=self.tail + step, path=self.path + step)

    def sheet(self, html: str) -> Sheet:
        """Return the sheet once all of it is written."""
        return Sheet(html, self.slots, self.pen)
