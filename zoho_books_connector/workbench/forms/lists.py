"""Writes a list as rows: its frame, the heads of its columns, and each row, lean until its rarer fields are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Final

from zoho_books_connector.workbench.forms import markup
from zoho_books_connector.workbench.forms.markup import NOTE, PLACE, VALUE
from zoho_books_connector.workbench.forms.sections import split
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape
from zoho_books_connector.workbench.forms.sheet import RowSheet, Sheet
from zoho_books_connector.workbench.forms.slot import Slot
from zoho_books_connector.workbench.forms.spot import Spot

if TYPE_CHECKING:
    from zoho_books_connector.workbench.forms.parts import PartWriter

#: A row with these is one that something is sold by: it has an amount, and its list a subtotal.
_PRICED: Final = frozenset({"quantity", "rate"})
#: What a row comes to, as the last cell of its fields.
_AMOUNT: Final = '<div class="cell amount-cell"><span class="form-label">Amount</span><output>–</output></div></div>'
_SUBTOTAL: Final = (
    '<p class="subtotal" data-subtotal>Subtotal before discounts and taxes: <output aria-live="polite">–</output></p>'
)


class ListWriter:
    """Writes one list."""

    def __init__(self, parts: PartWriter, part: Rows, path: str) -> None:
        self._parts = parts
        self._part = part
        #: The pointer of the list's shape.
        self._path = path
        entry = part.entry
        self._is_priced = isinstance(entry, Group) and entry.by_name.keys() >= _PRICED
        inner = split(entry.parts, parts.edition) if isinstance(entry, Group) else ((),) * 4
        own, usual, rare, foreign = inner
        self._usual: tuple[Shape, ...] = (*usual, *own)
        self._rare: tuple[Shape, ...] = (*rare, *foreign)

    def frame(self, pointer: str, help_text: str) -> str:
        """Return the list around its rows."""
        part, address = self._part, self._parts.address
        style = "lines" if self._is_priced else "cards" if isinstance(part.entry, Group) else "entries"
        add = (
            f'<button class="btn btn-outline-secondary btn-sm" type="submit" name="add" value="{pointer}" '
            f'formaction="{address}/draft" formnovalidate hx-get="{address}/row" hx-swap="beforebegin" '
            f'hx-target="this" data-add>Add {escape(_singular(part.title))}</button>'
        )
        return (
            f'<fieldset class="list {style}" id="{pointer}" tabindex="-1">'
            f"<legend>{markup.title(part)}</legend>{markup.clear_box(part, pointer)}{help_text}"
            f"{self._meanings()}{self._columns() if self._is_priced else ''}"
            f'<div class="rows" id="{pointer}:rows">{NOTE}{VALUE}{add}</div>'
            f"{_SUBTOTAL if self._is_priced else ''}</fieldset>"
        )

    def rows(self) -> RowSheet:
        """Return how the entries are drawn, in sheets of their own."""
        entry, parts = self._part.entry, self._parts
        if not isinstance(entry, Group):
            sheet = self._row(lambda spot: parts.part(spot, entry))
            return RowSheet(sheet, sheet, None, of_objects=False)
        if not self._rare:
            sheet = self._row(self._shown)
            return RowSheet(sheet, sheet, None, of_objects=True)
        spot = self._spot()
        rest = spot.sheet(parts.grid(spot, self._rare))
        lean = self._row(lambda spot: self._shown(spot) + self._later())
        whole = self._row(lambda spot: self._shown(spot) + parts.more(spot, self._rare))
        return RowSheet(lean, whole, rest, of_objects=True)

    def _spot(self) -> Spot:
        return Spot(path=self._path, in_row=True)

    def _shown(self, spot: Spot) -> str:
        """Return the fields that most rows need."""
        grid = self._parts.grid(spot, self._usual)
        return grid.removesuffix("</div>") + _AMOUNT if self._is_priced else grid

    def _row(self, body: Callable[[Spot], str]) -> Sheet:
        """Return the sheet of one entry: its head, and what ``body`` draws."""
        spot = self._spot()
        spot.slots["#"] = spot.pen.slot(Slot(Field("#", ""), "#"))
        drawn = body(spot)
        head = (
            f'<div class="row-head"><span class="row-number" id="{PLACE}:number"><span class="visually-hidden">'
            f"{escape(_singular(self._part.title))} </span>{VALUE}</span>"
            f'<button class="btn btn-sm btn-link" type="submit" name="remove" value="{PLACE}" formnovalidate '
            f'formaction="{self._parts.address}/draft" data-remove aria-describedby="{PLACE}:number">Remove</button>'
            "</div>"
        )
        # The only field of an entry that is no object has the entry's pointer as its id.
        own_id = f' id="{PLACE}"' if isinstance(self._part.entry, Group) else ""
        line = (
            f'<div class="line" role="group"{own_id} data-place="{PLACE}" tabindex="-1" '
            f'aria-labelledby="{PLACE}:number">'
        )
        return spot.sheet(f"{line}{head}{drawn}</div>")

    def _later(self) -> str:
        """Return the place where the rarer fields of a row come in when it is opened."""
        address = self._parts.address
        return (
            f'<details class="fold" hx-get="{address}/more?row={PLACE}" hx-trigger="toggle once" '
            'hx-target="find .later"><summary>More fields</summary><div class="later">'
            f'<button class="btn btn-sm btn-link" type="submit" name="open" value="{PLACE}" formnovalidate '
            f'formaction="{address}/draft">Show them</button></div></details>'
        )

    def _columns(self) -> str:
        """Return the heads of the columns, for the eyes only: each field has its own label."""
        names = "".join(
            f'<span class="cell {getattr(each, "kind", "")} name-{each.name}">{escape(each.title)}</span>'
            for each in self._usual
        )
        return f'<div class="columns" aria-hidden="true">{names}<span class="cell amount-cell">Amount</span></div>'

    def _meanings(self) -> str:
        """Return what the fields of each row mean, once for all rows."""
        entry = self._part.entry
        described = _described(entry, self._path) if isinstance(entry, Group) else ()
        rows = "".join(
            f'<dt>{escape(each.title)}</dt><dd id="{where}:help">{escape(each.help)}</dd>' for where, each in described
        )
        return (
            f'<details class="meanings"><summary>What the fields mean</summary><dl>{rows}</dl></details>'
            if rows
            else ""
        )


def _described(group: Group, path: str) -> Iterable[tuple[str, Shape]]:
    """Yield the parts of a row that have a help text, those of its groups included; lists have their own."""
    for part in group.parts:
        where = f"{path}/{part.name}"
        if isinstance(part, Group):
            yield from _described(part, where)
        elif part.help and not isinstance(part, Rows):
            yield where, part


def _singular(title: str) -> str:
    """Return what one entry is called: ``Line items`` → ``line item``, ``Time entry IDs`` → ``time entry ID``."""
    one = title.removesuffix("s")
    return one[:1].lower() + one[1:] if one[1:2].islower() else one
