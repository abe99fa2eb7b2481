"""Reads what a form posted: from names, which are JSON pointers, to the document that the action takes.

Values are taken as they are typed; the connector's own check says what is wrong with them, by pointer. What is left
empty is left out, and rows close up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.workbench.forms.posted import Branch, Leaf, misfit, open_row, take
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape
from zoho_books_connector.workbench.forms.values import custom_value, value_of

#: Characters of one text.
_LONGEST: Final = 100_000


@dataclass(frozen=True)
class Reading:
    """What a form held."""

    document: dict[str, Any]
    #: What pickers showed for the ids in the document, by pointer.
    labels: dict[str, str]
    #: Names that the form has beside those of its fields, as they were posted.
    others: dict[str, str] = field(default_factory=dict)
    #: Rows whose rarer fields somebody asked for.
    opened: frozenset[str] = frozenset()


@dataclass
class _Found:
    """What is learnt on the way, by the pointers of the document."""

    labels: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)


def read_form(
    shape: Group, posted: Iterable[tuple[str, Any]], others: frozenset[str] = frozenset(), *, opened: str = ""
) -> Reading:
    """Return the document; raises ``InputError`` for what no form of this shape posts.

    ``others`` are names that the form has besides. The row ``opened`` stays, even an empty one.
    """
    root, seen, aside = Branch(), set[str](), dict[str, str]()
    for name, text in posted:
        if name in seen:
            raise misfit(name)
        seen.add(name)
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise misfit(name)
        if name in others:
            aside[name] = text
        else:
            take(shape, root, name, text.replace("\r\n", "\n"))
    if opened:
        open_row(shape, root, opened)
    found = _Found()
    document = _document(shape, root, "", found) or {}
    return Reading(document, found.labels, aside, frozenset(found.opened))


def _document(shape: Shape, branch: Branch, pointer: str, found: _Found) -> Any:
    """Return what a group or rows hold; ``None`` for nothing. Rows that hold nothing are left out."""
    if isinstance(shape, Rows):
        return _list(shape, branch, pointer, found)
    assert isinstance(shape, Group)  # noqa: S101 - a branch grows only where the shape has a group or rows
    free: dict[str, Any] = {}
    fixed: dict[str, Any] = {}
    for name, held in branch.parts.items():
        given, value = _held(shape.by_name[name], held, f"{pointer}/{name}", found)
        if given:
            (fixed if isinstance(held, Leaf) and held.fixed else free)[name] = value
    if branch.opened:
        found.opened.add(pointer)
    return {**fixed, **free} if free or branch.opened else None


def _list(shape: Rows, branch: Branch, pointer: str, found: _Found) -> list[Any] | None:
    rows: list[Any] = []
    for number in sorted(branch.parts):
        given, value = _held(shape.entry, branch.parts[number], f"{pointer}/{len(rows)}", found)
        if given and value is not None:
            rows.append(value)
    return rows or None


def _held(shape: Shape, held: Leaf | Branch, pointer: str, found: _Found) -> tuple[bool, Any]:
    """Return whether anything was given, and what."""
    if held.cleared:
        return True, None
    if isinstance(held, Branch):
        value = _document(shape, held, pointer, found)
        return value is not None, value
    assert isinstance(shape, Field)  # noqa: S101 - a leaf grows only where the shape has a field
    is_custom = shape.kind == "value"
    value = custom_value(held.kind, held.text, held.entries) if is_custom else value_of(shape, held.text)
    if value is not None and held.label and held.label != held.text:
        found.labels[pointer] = held.label
    return value is not None, value
