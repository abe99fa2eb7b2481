"""A drawn group or row, ready to be filled: its HTML cut at every place, so that a row is a copy and a join.

Drawing 200 lines of thirty fields each must not cost thirty templates a line. So each row is drawn once, empty, and
cut into cells where the row's pointer goes; filling a row copies the cells, writes the values that it has into theirs,
and joins all with its pointer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from zoho_books_connector.workbench.forms import markup
from zoho_books_connector.workbench.forms.markup import LABEL, NO_MARKS, NOTE, OPEN, PLACE, TICKED, VALUE, WRONG
from zoho_books_connector.workbench.forms.reading import kind_and_text, plain
from zoho_books_connector.workbench.forms.shapes import Field, Rows, Shape

_ONE_LINE: Final = f' value="{VALUE}">'
_LINES: Final = f">\n{VALUE}</textarea>"
#: Kinds whose value is written as it stands.
_PLAIN: Final = frozenset({"text", "email", "amount", "whole", "date", "long", "picker"})


@dataclass(frozen=True)
class Filling:
    """What is filled in beside the values: labels of pickers and errors, each by pointer."""

    labels: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    #: Rows whose rarer fields somebody asked for.
    opened: frozenset[str] = frozenset()


@dataclass
class Slot:
    """Where a part of the document stands in the cells of its sheet."""

    shape: Shape
    #: The part's pointer within its place.
    tail: str
    #: Id of its help.
    described: str = ""
    at: int = -1
    cell: str = ""
    before: str = ""
    after: str = ""
    #: Cell and text of the ticked box that clears it.
    tick: tuple[int, str] | None = None
    #: Cells and texts of what is folded around it, opened.
    folds: list[tuple[int, str]] = field(default_factory=list)
    #: Of a group.
    parts: dict[str, Slot] | None = None
    #: How rows are drawn.
    rows: RowSheet | None = None
    #: The select beside a custom field's value.
    kind: Slot | None = None
    #: Whether its value is written as it stands.
    is_plain: bool = False
    is_picker: bool = False

    def settle(self, at: int, cell: str) -> None:
        """Learn the cell that holds the value."""
        self.at, self.cell = at, cell
        before, _, after = cell.partition(VALUE)
        self.before, self.after = before.translate(NO_MARKS), after.translate(NO_MARKS)
        self.is_plain = isinstance(self.shape, Field) and self.shape.kind in _PLAIN
        self.is_picker = LABEL in cell


class Sheet:
    """The cells of one group or row."""

    def __init__(self, html: str, slots: dict[str, Slot], in_order: list[Slot], folds: list[list[Slot]]) -> None:
        """``in_order`` are the slots as their values stand in the HTML; ``folds`` what stands in each fold."""
        cells = html.split(PLACE)
        holding = [at for at, cell in enumerate(cells) if VALUE in cell]
        for slot, at in zip(in_order, holding, strict=True):
            slot.settle(at, cells[at])
        clearable = [slot for slot in in_order if slot.shape.may_clear and slot.tail[:5] != "kind:"]
        ticks = [at for at, cell in enumerate(cells) if TICKED in cell]
        for slot, at in zip(clearable, ticks, strict=True):
            slot.tick = at, cells[at].replace(TICKED, " checked").translate(NO_MARKS)
        folded = [at for at, cell in enumerate(cells) if OPEN in cell]
        for inside, at in zip(folds, folded, strict=True):
            for slot in inside:
                slot.folds.append((at, cells[at].replace(OPEN, " open").translate(NO_MARKS)))
        self._blank = [cell.translate(NO_MARKS) for cell in cells]
        self._slots = slots
        self._by_tail = {slot.tail: slot for slot in in_order}

    def fill(self, place: str, document: Mapping[str, Any], filling: Filling, number: int = 0) -> str:
        """Return the HTML at a place: ``/line_items/3``, or nothing for the whole document."""
        cells = self._blank.copy()
        slots = self._slots
        if number:
            slot = slots["#"]
            cells[slot.at] = f"{slot.before}{number}{slot.after}"
        self._put(cells, slots, place, document, filling)
        if filling.errors:
            self._mark(cells, place, document, filling)
        return place.join(cells)

    def holds(self, document: Mapping[str, Any]) -> bool:
        """Tell whether every member of a document has its field here."""
        return document.keys() <= self._slots.keys()

    def knows(self, tail: str) -> bool:
        """Tell whether a field stands at this pointer."""
        return tail in self._by_tail

    def _put(
        self, cells: list[str], slots: dict[str, Slot], place: str, document: Mapping[str, Any], filling: Filling
    ) -> None:
        for name, value in document.items():
            slot = slots.get(name)
            if slot is None:
                continue
            if value is None:
                if slot.tick:
                    cells[slot.tick[0]] = slot.tick[1]
            elif slot.parts is not None:
                if type(value) is dict:
                    self._put(cells, slot.parts, place, value, filling)
            elif (
                slot.is_plain and not (slot.is_picker and filling.labels) and (text := _in_one_line(value)) is not None
            ):
                cells[slot.at] = slot.before + text + slot.after
            else:
                _write(cells, slot, place, value, filling, ())
            if slot.folds:
                _open(cells, slot)

    def _mark(self, cells: list[str], place: str, document: Mapping[str, Any], filling: Filling) -> None:
        """Write the errors of this sheet's fields beside them."""
        for pointer, messages in filling.errors.items():
            if not pointer.startswith(place):
                continue
            slot = self._by_tail.get(pointer[len(place) :])
            if slot is None:
                continue
            _write(cells, slot, place, _at(document, slot.tail), filling, messages)
            _open(cells, slot)


class RowSheet:
    """How the entries of a list are drawn: without the fields that few need, until somebody needs them."""

    def __init__(self, lean: Sheet, whole: Sheet, rest: Sheet | None, *, of_objects: bool) -> None:
        """``rest`` are the fields by which ``whole`` has more than ``lean``; none for a list without such."""
        self._lean = lean
        self._whole = whole
        self._rest = rest
        self._of_objects = of_objects

    def fill(self, pointer: str, entries: Any, filling: Filling) -> str:
        """Return the rows of a list."""
        entries = entries if isinstance(entries, list) else [entries]
        return "".join(
            [self._row(f"{pointer}/{number}", entry, filling, number + 1) for number, entry in enumerate(entries)]
        )

    def blank(self, place: str, number: int) -> str:
        """Return an empty row, the so-manyth."""
        return self._row(place, {} if self._of_objects else "", Filling(), number)

    def rest(self, place: str) -> str:
        """Return the fields of a row that few need, empty."""
        return self._rest.fill(place, {}, Filling()) if self._rest else ""

    def _row(self, place: str, entry: Any, filling: Filling, number: int) -> str:
        if not self._of_objects:
            return self._whole.fill(place, {"": entry}, filling, number)
        if not isinstance(entry, dict):
            entry = {}
        lean = self._lean.holds(entry) and place not in filling.opened and not self._has_rare_error(place, filling)
        return (self._lean if lean else self._whole).fill(place, entry, filling, number)

    def _has_rare_error(self, place: str, filling: Filling) -> bool:
        within = f"{place}/"
        return any(
            pointer.startswith(within) and not self._lean.knows(pointer[len(place) :]) for pointer in filling.errors
        )


def _open(cells: list[str], slot: Slot) -> None:
    """Open what is folded around a part."""
    for at, opened in slot.folds:
        cells[at] = opened


def _in_one_line(value: Any) -> str | None:
    """Return a value as HTML; ``None`` for one that takes the slow way."""
    kind = type(value)
    if kind is str:
        # Most texts have nothing to escape, which is cheaper to ask than to do.
        return value if value.isalnum() else None if "\n" in value else escape(value)
    if kind is int:
        return str(value)
    if kind is float:
        text = repr(value)
        return None if "e" in text else text
    return None


def _write(
    cells: list[str], slot: Slot, place: str, value: Any, filling: Filling, messages: list[str] | tuple[()]
) -> None:
    """Write a value and its errors into their cells, the slow way."""
    pointer = place + slot.tail
    cell = slot.cell
    if messages:
        cell = cell.replace(WRONG, markup.wrong(slot.described, pointer)).replace(NOTE, markup.note(messages, pointer))
    shape = slot.shape
    if isinstance(shape, Rows):
        cells[slot.at] = _between(cell, slot.rows.fill(pointer, value, filling) if slot.rows and value else "")
        return
    if not isinstance(shape, Field) or value is None:
        cells[slot.at] = cell.translate(NO_MARKS)
        return
    if slot.kind is not None:
        kind, value = kind_and_text(value)
        cells[slot.kind.at] = _chosen(slot.kind.cell, kind)
    if shape.kind in ("choice", "flag"):
        cells[slot.at] = _chosen(cell, plain(value))
        return
    text = plain(value)
    if "\n" in text and _ONE_LINE in cell:
        # A field of one line would drop the line breaks. Its tag begins two cells before, ahead of id and name.
        head, _, tag = cells[slot.at - 2].rpartition("<input ")
        cells[slot.at - 2] = f"{head}<textarea {tag}"
        cell = cell.replace(_ONE_LINE, _LINES)
    if LABEL in cell and (label := filling.labels.get(pointer)):
        before, _, after = cell.partition(LABEL)
        cell = before + escape(label) + after
    cells[slot.at] = _between(cell, escape(text))


def _between(cell: str, html: str) -> str:
    before, _, after = cell.partition(VALUE)
    return before.translate(NO_MARKS) + html + after.translate(NO_MARKS)


def _chosen(cell: str, value: str) -> str:
    before, _, after = cell.partition(VALUE)
    options, end, rest = after.partition("</select>")
    return (before + markup.chosen(options, value) + end + rest).translate(NO_MARKS)


def _at(document: Mapping[str, Any], tail: str) -> Any:
    """Return the value at a pointer of names; nothing where there is none."""
    found: Any = document
    for name in tail.split("/")[1:] if tail else [""]:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found
