"""Draws the whole form of an action: sections, groups as fieldsets, lists as rows, and what few need folded away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from zoho_books_connector.workbench.forms import markup
from zoho_books_connector.workbench.forms.markup import NOTE, OPEN, PLACE, VALUE
from zoho_books_connector.workbench.forms.sections import CUSTOM_FIELDS, Section, sections_of, split
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape, is_number
from zoho_books_connector.workbench.forms.sheet import Filling, RowSheet, Sheet, Slot

#: A row with these is one that something is sold by: it has an amount, and its list a subtotal.
_PRICED: Final = frozenset({"quantity", "rate"})
#: What a row comes to, as the last cell of its fields.
_AMOUNT: Final = '<div class="cell amount-cell"><span class="form-label">Amount</span><output>–</output></div></div>'


@dataclass
class _Pen:
    """Collects the slots of one sheet while its HTML is written."""

    in_order: list[Slot] = field(default_factory=list)
    folds: list[list[Slot]] = field(default_factory=list)
    #: The folds that are being written, the innermost last.
    inside: list[list[Slot]] = field(default_factory=list)

    def slot(self, slot: Slot) -> Slot:
        """Take the next slot."""
        self.in_order.append(slot)
        for fold in self.inside:
            fold.append(slot)
        return slot


class FormDrawing:
    """The form of one action for one country edition; made once, filled for each page."""

    def __init__(
        self, shape: Group, edition: str | None, *, address: str, narrowed: Mapping[str, list[str]] | None = None
    ) -> None:
        """``address`` is the action's page; ``narrowed`` the fields that narrow a source of choices."""
        self.shape = shape
        self._edition = edition
        self._address = address
        self._narrowed = narrowed or {}
        #: How each list is drawn, by the pointer of its shape: ``/line_items/tags``.
        self._lists: dict[str, RowSheet] = {}
        pen, slots = _Pen(), dict[str, Slot]()
        html = "".join(self._section(pen, slots, section) for section in sections_of(shape, edition))
        self._sheet = _sheet(html, slots, pen)
        self._custom = self._custom_rows()

    def fill(self, document: Mapping[str, Any], filling: Filling) -> str:
        """Return the form with a document in it; a list that is required has a first row."""
        return self._sheet.fill("", self._first_rows() | dict(document), filling)

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
        return self._lists["".join(f"/{step}" for step, _ in known if not is_number(step))]

    def _first_rows(self) -> dict[str, Any]:
        return {part.name: [{}] for part in self.shape.parts if isinstance(part, Rows) and part.required}

    def _custom_rows(self) -> Sheet | None:
        part = self.shape.by_name.get(CUSTOM_FIELDS)
        if part is None:
            return None
        pen, slots = _Pen(), dict[str, Slot]()
        return _sheet(self._part(pen, slots, part, "", "", in_row=False), slots, pen)

    def _section(self, pen: _Pen, slots: dict[str, Slot], section: Section) -> str:
        if section.folded:
            return self._fold(pen, slots, section.title, section.parts, "", "", in_row=False)
        head = f"<h2>{escape(section.title)}</h2>" if section.title and not _is_one_list(section) else ""
        return f'<section class="fields">{head}{self._grid(pen, slots, section.parts, "", "", in_row=False)}</section>'

    def _grid(
        self, pen: _Pen, slots: dict[str, Slot], parts: Iterable[Shape], tail: str, path: str, *, in_row: bool
    ) -> str:
        inner = "".join(self._part(pen, slots, part, tail, path, in_row=in_row) for part in parts)
        return f'<div class="grid">{inner}</div>'

    def _fold(
        self,
        pen: _Pen,
        slots: dict[str, Slot],
        title: str,
        parts: Iterable[Shape],
        tail: str,
        path: str,
        *,
        in_row: bool,
    ) -> str:
        """Return fields that are folded away."""
        pen.folds.append([])
        pen.inside.append(pen.folds[-1])
        inner = self._grid(pen, slots, parts, tail, path, in_row=in_row)
        pen.inside.pop()
        return f'<details class="fold" data-place="{PLACE}"{OPEN}><summary>{escape(title)}</summary>{inner}</details>'

    def _part(self, pen: _Pen, slots: dict[str, Slot], part: Shape, tail: str, path: str, *, in_row: bool) -> str:
        """Return one part; ``tail`` is the pointer of what holds it within its place, ``path`` that of its shape."""
        tail = f"{tail}/{part.name}" if part.name else tail
        path = f"{path}/{part.name}" if part.name else path
        if isinstance(part, Group):
            return self._group(pen, slots, part, tail, path, in_row=in_row)
        if isinstance(part, Rows):
            return self._list(pen, slots, part, tail, path)
        assert isinstance(part, Field)  # noqa: S101 - there are no other shapes
        return self._field(pen, slots, part, tail, path, in_row=in_row)

    def _field(self, pen: _Pen, slots: dict[str, Slot], part: Field, tail: str, path: str, *, in_row: bool) -> str:
        described = f"{path}:help" if part.help else ""
        kind = pen.slot(Slot(part, f"kind:{tail}")) if part.kind == "value" else None
        slots[part.name] = pen.slot(Slot(part, tail, described, kind=kind))
        drawn = markup.field(part, tail, described, self._narrowed)
        # The rows of a list share the help of their fields, which stands once above them.
        help_text = "" if in_row or not part.help else _help(part, path)
        only = f' data-only="{escape(" ".join(part.only_with))}"' if part.only_with else ""
        return f'<div class="cell {part.kind} name-{part.name or "entry"}"{only}>{drawn}{help_text}</div>'

    def _group(self, pen: _Pen, slots: dict[str, Slot], part: Group, tail: str, path: str, *, in_row: bool) -> str:
        inner: dict[str, Slot] = {}
        slots[part.name] = pen.slot(Slot(part, tail, f"{path}:help" if part.help else "", parts=inner))
        own, usual, rare, foreign = split(part.parts, self._edition)
        described = _help(part, path) if part.help and not in_row else ""
        head = f"<legend>{markup.title(part)}</legend>{markup.clear_box(part, PLACE + tail)}"
        body = self._grid(pen, inner, (*usual, *own), tail, path, in_row=in_row) if usual or own else ""
        more = self._more(pen, inner, (*rare, *foreign), tail, path, in_row=in_row)
        return (
            f'<fieldset class="group" id="{PLACE}{tail}" tabindex="-1">{VALUE}{NOTE}{head}{described}{body}{more}'
            "</fieldset>"
        )

    def _more(
        self, pen: _Pen, slots: dict[str, Slot], parts: tuple[Shape, ...], tail: str, path: str, *, in_row: bool
    ) -> str:
        return self._fold(pen, slots, "More fields", parts, tail, path, in_row=in_row) if parts else ""

    def _list(self, pen: _Pen, slots: dict[str, Slot], part: Rows, tail: str, path: str) -> str:
        rows = self._lists[path] = self._rows(part, path)
        slots[part.name] = pen.slot(Slot(part, tail, f"{path}:help" if part.help else "", rows=rows))
        pointer = PLACE + tail
        priced = _is_priced(part.entry)
        style = "lines" if priced else "cards" if isinstance(part.entry, Group) else "entries"
        subtotal = (
            '<p class="subtotal" data-subtotal>Subtotal before discounts and taxes: '
            '<output aria-live="polite">–</output></p>'
            if priced
            else ""
        )
        add = (
            f'<button class="btn btn-outline-secondary btn-sm" type="submit" name="add" value="{pointer}" '
            f'formaction="{self._address}/draft" formnovalidate hx-get="{self._address}/row" hx-swap="beforebegin" '
            f'hx-target="this" data-add>Add {escape(_singular(part.title))}</button>'
        )
        described = _help(part, path) if part.help else ""
        return (
            f'<fieldset class="list {style}" id="{pointer}" tabindex="-1" data-list="{pointer}">'
            f"<legend>{markup.title(part)}</legend>{markup.clear_box(part, pointer)}{described}"
            f"{self._meanings(part, path)}{self._columns(part) if priced else ''}"
            f'<div class="rows" id="{pointer}:rows">{VALUE}{NOTE}{add}</div>{subtotal}</fieldset>'
        )

    def _rows(self, part: Rows, path: str) -> RowSheet:
        """Return how the entries of a list are drawn, in sheets of their own."""
        entry = part.entry
        if not isinstance(entry, Group):
            sheet = self._row(part, lambda pen, slots: self._part(pen, slots, entry, "", path, in_row=True))
            return RowSheet(sheet, sheet, None, of_objects=False)
        own, usual, rare, foreign = split(entry.parts, self._edition)
        more = (*rare, *foreign)

        def shown(pen: _Pen, slots: dict[str, Slot]) -> str:
            grid = self._grid(pen, slots, (*usual, *own), "", path, in_row=True)
            return grid.removesuffix("</div>") + _AMOUNT if _is_priced(entry) else grid

        if not more:
            sheet = self._row(part, shown)
            return RowSheet(sheet, sheet, None, of_objects=True)
        pen, slots = _Pen(), dict[str, Slot]()
        rest = _sheet(self._grid(pen, slots, more, "", path, in_row=True), slots, pen)
        lean = self._row(part, lambda pen, slots: shown(pen, slots) + self._later())
        whole = self._row(
            part, lambda pen, slots: shown(pen, slots) + self._more(pen, slots, more, "", path, in_row=True)
        )
        return RowSheet(lean, whole, rest, of_objects=True)

    def _row(self, part: Rows, body: Callable[[_Pen, dict[str, Slot]], str]) -> Sheet:
        """Return the sheet of one entry: its head, and what ``body`` draws."""
        pen, slots = _Pen(), dict[str, Slot]()
        slots["#"] = pen.slot(Slot(Field("#", ""), "#"))
        drawn = body(pen, slots)
        head = (
            f'<div class="row-head"><span class="row-number" id="{PLACE}:number"><span class="visually-hidden">'
            f"{escape(_singular(part.title))} </span>{VALUE}</span>"
            f'<button class="btn btn-sm btn-link" type="submit" name="remove" value="{PLACE}" formnovalidate '
            f'formaction="{self._address}/draft" data-remove aria-describedby="{PLACE}:number">Remove</button></div>'
        )
        # The only field of an entry that is no object has the entry's pointer as its id.
        own_id = f' id="{PLACE}"' if isinstance(part.entry, Group) else ""
        line = (
            f'<div class="line" role="group"{own_id} data-place="{PLACE}" tabindex="-1" '
            f'aria-labelledby="{PLACE}:number">'
        )
        return _sheet(f"{line}{head}{drawn}</div>", slots, pen)

    def _later(self) -> str:
        """Return the place where the rarer fields of a row come in when it is opened."""
        return (
            f'<details class="fold" hx-get="{self._address}/more?row={PLACE}" hx-trigger="toggle once" '
            'hx-target="find .later"><summary>More fields</summary><div class="later">'
            f'<button class="btn btn-sm btn-link" type="submit" name="open" value="{PLACE}" formnovalidate '
            f'formaction="{self._address}/draft">Show them</button></div></details>'
        )

    def _columns(self, part: Rows) -> str:
        """Return the heads of the columns, for the eyes only: each field has its own label."""
        assert isinstance(part.entry, Group)  # noqa: S101 - rows with a price are objects
        own, usual, _, _ = split(part.entry.parts, self._edition)
        names = "".join(
            f'<span class="cell {getattr(each, "kind", "")} name-{each.name}">{escape(each.title)}</span>'
            for each in (*usual, *own)
        )
        return f'<div class="columns" aria-hidden="true">{names}<span class="cell amount-cell">Amount</span></div>'

    def _meanings(self, part: Rows, path: str) -> str:
        """Return what the fields of each row mean, once for all rows."""
        entry = part.entry
        if not isinstance(entry, Group):
            return ""
        rows = "".join(
            f'<dt>{escape(each.title)}</dt><dd id="{where}:help">{escape(each.help)}</dd>'
            for where, each in _described(entry, path)
        )
        return (
            f'<details class="meanings"><summary>What the fields mean</summary><dl>{rows}</dl></details>'
            if rows
            else ""
        )


def _sheet(html: str, slots: dict[str, Slot], pen: _Pen) -> Sheet:
    return Sheet(html, slots, pen.in_order, pen.folds)


def _help(part: Shape, path: str) -> str:
    return f'<div class="form-text" id="{path}:help">{escape(part.help)}</div>'


def _described(group: Group, path: str) -> Iterable[tuple[str, Shape]]:
    """Yield the parts of a row that have a help text, those of its groups included; lists have their own."""
    for part in group.parts:
        where = f"{path}/{part.name}"
        if isinstance(part, Group):
            yield from _described(part, where)
        elif part.help and not isinstance(part, Rows):
            yield where, part


def _is_priced(entry: Shape) -> bool:
    return isinstance(entry, Group) and entry.by_name.keys() >= _PRICED


def _is_one_list(section: Section) -> bool:
    return len(section.parts) == 1 and isinstance(section.parts[0], Rows)


def _singular(title: str) -> str:
    """Return what one entry is called: ``Line items`` → ``line item``, ``Time entry IDs`` → ``time entry ID``."""
    one = title.removesuffix("s")
    return one[:1].lower() + one[1:] if one[1:2].islower() else one
