"""One place of a sheet where a part of the document stands: how its value and its errors are written there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Final

from zoho_books_connector.workbench.forms import markup
from zoho_books_connector.workbench.forms.markup import LABEL, NO_MARKS, NOTE, VALUE, WRONG
from zoho_books_connector.workbench.forms.shapes import Field, Rows, Shape
from zoho_books_connector.workbench.forms.values import kind_and_text, plain

if TYPE_CHECKING:
    from zoho_books_connector.workbench.forms.sheet import RowSheet

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
    #: Of a group.
    parts: dict[str, Slot] | None = None
    #: How rows are drawn.
    rows: RowSheet | None = None
    #: The select beside a custom field's value.
    kind: Slot | None = None
    #: The number of its cell, the cell with its marks, and the two ends around the value.
    at: int = -1
    cell: str = ""
    before: str = ""
    after: str = ""
    #: The cell in which its tag begins, ahead of id and name.
    tag: str = ""
    #: Cell and text of the ticked box that clears it.
    tick: tuple[int, str] | None = None
    #: Cells and texts of what is folded around it, opened.
    folds: list[tuple[int, str]] = field(default_factory=list)
    is_plain: bool = False
    is_picker: bool = False

    @property
    def is_clearable(self) -> bool:
        """Whether a box to clear it stands beside it."""
        return self.shape.may_clear and not self.tail.startswith("kind:")

    def settle(self, at: int, cells: Sequence[str]) -> None:
        """Learn the cell that holds the value."""
        self.at, self.cell, self.tag = at, cells[at], cells[at - 2]
        before, _, after = self.cell.partition(VALUE)
        self.before, self.after = before.translate(NO_MARKS), after.translate(NO_MARKS)
        self.is_plain = isinstance(self.shape, Field) and self.shape.kind in _PLAIN
        self.is_picker = LABEL in self.cell

    def put(self, cells: list[str], place: str, value: Any, filling: Filling) -> None:
        """Write a value that is not ``None``, and no group's."""
        text = _in_one_line(value) if self.is_plain and not (self.is_picker and filling.labels) else None
        if text is None:
            self.write(cells, place, value, filling)
        else:
            cells[self.at] = self.before + text + self.after

    def unfold(self, cells: list[str]) -> None:
        """Open what is folded around the part."""
        for at, opened in self.folds:
            cells[at] = opened

    def write(self, cells: list[str], place: str, value: Any, filling: Filling, messages: Sequence[str] = ()) -> None:
        """Write any value, with its errors, the slow way."""
        pointer = place + self.tail
        cell, shape = self.cell, self.shape
        if messages:
            cell = cell.replace(WRONG, markup.wrong(self.described, pointer))
            cell = cell.replace(NOTE, markup.note(messages, pointer))
        if isinstance(shape, Rows):
            cells[self.at] = _around(cell, self.rows.fill(pointer, value, filling) if self.rows and value else "")
        elif not isinstance(shape, Field) or value is None:
            cells[self.at] = cell.translate(NO_MARKS)
        elif shape.kind in ("choice", "flag"):
            cells[self.at] = _chosen(cell, plain(value))
        else:
            self._write_text(cells, cell, pointer, value, filling)

    def _write_text(self, cells: list[str], cell: str, pointer: str, value: Any, filling: Filling) -> None:
        if self.kind is not None:
            kind, value = kind_and_text(value)
            cells[self.kind.at] = _chosen(self.kind.cell, kind)
        text = plain(value)
        if "\n" in text and _ONE_LINE in cell:
            # A field of one line would drop the line breaks.
            head, _, tag = self.tag.rpartition("<input ")
            cells[self.at - 2] = f"{head}<textarea {tag}".translate(NO_MARKS)
            cell = cell.replace(_ONE_LINE, _LINES)
        if self.is_picker and (label := filling.labels.get(pointer)):
            before, _, after = cell.partition(LABEL)
            cell = before + escape(label) + after
        cells[self.at] = _around(cell, escape(text))


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


def _around(cell: str, html: str) -> str:
    before, _, after = cell.partition(VALUE)
    return before.translate(NO_MARKS) + html + after.translate(NO_MARKS)


def _chosen(cell: str, value: str) -> str:
    before, _, after = cell.partition(VALUE)
    options, end, rest = after.partition("</select>")
    return (before + markup.chosen(options, value) + end + rest).translate(NO_MARKS)
