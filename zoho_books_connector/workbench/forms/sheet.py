"""A drawn group or row, ready to be filled: its HTML cut at every place, so that a row is a copy and a join.

Drawing 200 lines of thirty fields each must not cost thirty templates a line. So each row is drawn once, empty, and
cut into cells where the row's pointer goes; filling a row copies the cells, writes the values that it has into theirs,
and joins all with its pointer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from zoho_books_connector.workbench.forms.markup import NO_MARKS, OPEN, PLACE, TICKED, VALUE
from zoho_books_connector.workbench.forms.slot import Filling, Slot


@dataclass
class Pen:
    """Collects the slots of a sheet while its HTML is written."""

    in_order: list[Slot] = field(default_factory=list)
    #: What stands in each fold, in the order in which the folds begin.
    folds: list[list[Slot]] = field(default_factory=list)
    #: The folds that are being written, the innermost last.
    inside: list[list[Slot]] = field(default_factory=list)

    def slot(self, slot: Slot) -> Slot:
        """Take the next slot."""
        self.in_order.append(slot)
        for fold in self.inside:
            fold.append(slot)
        return slot


class Sheet:
    """The cells of one group or row."""

    def __init__(self, html: str, slots: dict[str, Slot], pen: Pen) -> None:
        """``slots`` are the parts by name; ``pen`` knows all of them, as they stand in the HTML."""
        cells = html.split(PLACE)
        for slot, at in zip(pen.in_order, _holding(VALUE, cells), strict=True):
            slot.settle(at, cells)
        clearable = [slot for slot in pen.in_order if slot.is_clearable]
        for slot, at in zip(clearable, _holding(TICKED, cells), strict=True):
            slot.tick = at, cells[at].replace(TICKED, " checked").translate(NO_MARKS)
        for inside, at in zip(pen.folds, _holding(OPEN, cells), strict=True):
            for slot in inside:
                slot.folds.append((at, cells[at].replace(OPEN, " open").translate(NO_MARKS)))
        self._blank = [cell.translate(NO_MARKS) for cell in cells]
        self._slots = slots
        self._by_tail = {slot.tail: slot for slot in pen.in_order}

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
            elif slot.parts is None:
                slot.put(cells, place, value, filling)
            elif isinstance(value, dict):
                self._put(cells, slot.parts, place, value, filling)
            if slot.folds:
                slot.unfold(cells)

    def _mark(self, cells: list[str], place: str, document: Mapping[str, Any], filling: Filling) -> None:
        """Write the errors of this sheet's fields beside them."""
        for pointer, messages in filling.errors.items():
            slot = self._by_tail.get(pointer[len(place) :]) if pointer.startswith(place) else None
            if slot is not None:
                slot.write(cells, place, _at(document, slot.tail), filling, messages)
                slot.unfold(cells)


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
        fillings = _by_row(pointer, filling)
        without = replace(filling, errors={}) if filling.errors else filling
        return "".join(
            [
                self._row(f"{pointer}/{number}", entry, fillings.get(str(number), without), number + 1)
                for number, entry in enumerate(entries)
            ]
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


def _by_row(pointer: str, filling: Filling) -> dict[str, Filling]:
    """Return for each row with errors a filling with its own alone, so that no row looks through those of all."""
    found: dict[str, dict[str, list[str]]] = {}
    within = f"{pointer}/"
    for place, messages in filling.errors.items():
        if place.startswith(within):
            found.setdefault(place[len(within) :].partition("/")[0], {})[place] = messages
    return {number: replace(filling, errors=errors) for number, errors in found.items()}


def _holding(mark: str, cells: list[str]) -> list[int]:
    return [at for at, cell in enumerate(cells) if mark in cell]


def _at(document: Mapping[str, Any], tail: str) -> Any:
    """Return the value at a pointer of names; nothing where there is none."""
    found: Any = document
    for name in tail.split("/")[1:] if tail else [""]:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found
