"""Reads what a form posted: from names, which are JSON pointers, to the document that the action takes.

Whatever a browser sends is bounded here: names that the form never had, rows beyond any form, a name twice, a file.
Values are taken as they are typed; the connector's own check says what is wrong with them, by pointer. What is left
empty is left out, and rows close up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from zoho_books_connector.errors import InputError
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape, is_number

#: What a name may begin with besides its pointer.
CLEAR: Final = "clear:"
KIND: Final = "kind:"
LABEL: Final = "label:"
FIXED: Final = "fixed:"
_NAME: Final = re.compile(r"(clear:|kind:|label:|fixed:)?((?:/[a-z][a-z0-9_]{0,63}|/(?:0|[1-9][0-9]{0,4})){1,12})")
#: Rows of one list, which is more than Zoho takes.
MOST_ROWS: Final = 5_000
LONGEST: Final = 100_000
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")

#: How the value of a custom field is meant: what is posted → its title.
VALUE_KINDS: Final = {
    "text": "Text",
    "number": "Number",
    "yes": "Yes",
    "no": "No",
    "lines": "Several texts, a line each",
}


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
class _Leaf:
    """What was posted for one field."""

    text: str = ""
    kind: str = ""
    label: str = ""
    cleared: bool = False
    fixed: bool = False
    #: Chosen entries of a value that is a list, by number.
    entries: dict[int, str] = field(default_factory=dict)


@dataclass
class _Branch:
    """What was posted for a group, by name, or for rows, by number."""

    parts: dict[Any, _Leaf | _Branch] = field(default_factory=dict)
    cleared: bool = False
    #: A row that stays though it is empty, and whose rarer fields are asked for.
    opened: bool = False


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
    root, seen, aside = _Branch(), set[str](), dict[str, str]()
    for name, text in posted:
        if name in seen:
            raise misfit(name)
        seen.add(name)
        if not isinstance(text, str) or len(text) > LONGEST:
            raise misfit(name)
        if name in others:
            aside[name] = text
        else:
            _take(shape, root, name, text.replace("\r\n", "\n"))
    if opened:
        _open(shape, root, opened)
    found = _Found()
    document = _document(shape, root, "", found) or {}
    return Reading(document, found.labels, aside, frozenset(found.opened))


def misfit(name: str) -> InputError:
    """Return the error of a form that is none of ours; repeats as much of the name as a person can read."""
    shown = "".join(each if each.isprintable() else "?" for each in name[:80])
    return InputError(
        "form_misfit",
        f"The form was not sent as it was drawn: it has something unexpected at {shown!r}.",
        "Open the action again; what you typed is on the page before this one.",
    )


def _take(shape: Group, root: _Branch, name: str, text: str) -> None:
    """Put one posted text to its place in the tree."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise misfit(name)
    prefix, steps = found[1] or "", found[2][1:].split("/")
    at: Shape = shape
    branch = root
    for number, step in enumerate(steps):
        inner = _inner(at, step)
        if inner is None and _is_choice_of_value(at, steps[number:]) and not prefix:
            _leaf(branch, steps[number - 1], name).entries[int(step)] = text
            return
        if inner is None:
            raise misfit(name)
        at = inner
        key: str | int = int(step) if is_number(step) else step
        if number == len(steps) - 1:
            _set(at, branch, key, prefix, text, name)
        elif not isinstance(at, Field):
            held = branch.parts.setdefault(key, _Branch())
            if not isinstance(held, _Branch):
                raise misfit(name)
            branch = held


def _open(shape: Group, root: _Branch, place: str) -> None:
    """Mark a row, which may be a new one; raises ``InputError`` where no row is."""
    at: Shape = shape
    branch = root
    for step in place.split("/")[1:] if _NAME.fullmatch(place) else [""]:
        inner = _inner(at, step)
        held = branch.parts.setdefault(int(step) if is_number(step) else step, _Branch())
        if not isinstance(inner, Group | Rows) or not isinstance(held, _Branch):
            raise misfit(place)
        at, branch = inner, held
    branch.opened = True


def _inner(shape: Shape, step: str) -> Shape | None:
    if isinstance(shape, Rows):
        return shape.entry if is_number(step) and int(step) < MOST_ROWS else None
    return shape.by_name.get(step) if isinstance(shape, Group) else None


def _is_choice_of_value(shape: Shape, rest: list[str]) -> bool:
    """Tell whether the rest of a name is the number of one of several choices of a custom field's value."""
    return isinstance(shape, Field) and shape.kind == "value" and len(rest) == 1 and is_number(rest[0])


def _leaf(branch: _Branch, key: str | int, name: str) -> _Leaf:
    held = branch.parts.setdefault(key, _Leaf())
    if not isinstance(held, _Leaf):
        raise misfit(name)
    return held


def _set(shape: Shape, branch: _Branch, key: str | int, prefix: str, text: str, name: str) -> None:
    if not isinstance(shape, Field):
        held = branch.parts.setdefault(key, _Branch())
        if prefix != CLEAR or not shape.may_clear or not isinstance(held, _Branch):
            raise misfit(name)
        held.cleared = True
        return
    leaf = _leaf(branch, key, name)
    if prefix == CLEAR and shape.may_clear:
        leaf.cleared = True
    elif prefix == KIND and shape.kind == "value" and text in ("", *VALUE_KINDS):
        leaf.kind = text
    elif prefix == LABEL and shape.kind == "picker":
        leaf.label = text
    elif prefix in ("", FIXED):
        leaf.text, leaf.fixed = text, prefix == FIXED
    else:
        raise misfit(name)


def _document(shape: Shape, branch: _Branch, pointer: str, found: _Found) -> Any:
    """Return what a group or rows hold; ``None`` for nothing. Rows that hold nothing are left out."""
    if isinstance(shape, Rows):
        return _list(shape, branch, pointer, found)
    assert isinstance(shape, Group)  # noqa: S101 - a branch grows only where the shape has a group or rows
    free: dict[str, Any] = {}
    fixed: dict[str, Any] = {}
    for name, held in branch.parts.items():
        given, value = _held(shape.by_name[name], held, f"{pointer}/{name}", found)
        if given:
            (fixed if isinstance(held, _Leaf) and held.fixed else free)[name] = value
    if branch.opened:
        found.opened.add(pointer)
    return {**fixed, **free} if free or branch.opened else None


def _list(shape: Rows, branch: _Branch, pointer: str, found: _Found) -> list[Any] | None:
    rows: list[Any] = []
    for number in sorted(branch.parts):
        given, value = _held(shape.entry, branch.parts[number], f"{pointer}/{len(rows)}", found)
        if given and value is not None:
            rows.append(value)
    return rows or None


def _held(shape: Shape, held: _Leaf | _Branch, pointer: str, found: _Found) -> tuple[bool, Any]:
    """Return whether anything was given, and what."""
    if held.cleared:
        return True, None
    if isinstance(held, _Branch):
        value = _document(shape, held, pointer, found)
        return value is not None, value
    assert isinstance(shape, Field)  # noqa: S101 - a leaf grows only where the shape has a field
    value = _value(shape, held)
    if value is not None and held.label and held.label != held.text:
        found.labels[pointer] = held.label
    return value is not None, value


def _value(shape: Field, leaf: _Leaf) -> Any:
    """Return what a field holds; ``None`` for nothing."""
    if shape.kind == "value":
        return _custom_value(leaf)
    text = leaf.text
    if shape.kind in ("long", "text"):
        return text if text.strip() else None
    text = text.strip()
    if shape.kind == "flag" and text in ("true", "false"):
        return text == "true"
    if shape.kind == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    return text or None


def _custom_value(leaf: _Leaf) -> Any:
    if leaf.entries:
        return [leaf.entries[number] for number in sorted(leaf.entries) if leaf.entries[number].strip()] or None
    if leaf.kind in ("yes", "no"):
        return leaf.kind == "yes"
    if leaf.kind == "lines":
        return [line for line in leaf.text.split("\n") if line.strip()] or None
    if leaf.kind == "number" and _NUMBER.fullmatch(leaf.text.strip()):
        return _exact_number(leaf.text.strip())
    return leaf.text if leaf.text.strip() else None


def _exact_number(text: str) -> int | float | str:
    """Return a number as JSON has it, or the text of one that a float would round."""
    if _WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    return number if Decimal(repr(number)) == Decimal(text) else text


def kind_and_text(value: Any) -> tuple[str, str]:
    """Return how a custom field's value is drawn: its kind, and the text to it."""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, list):
        return "lines", "\n".join(map(str, value))
    if isinstance(value, int | float):
        return "number", plain(value)
    return "text", str(value)


def plain(value: Any) -> str:
    """Return a value as a person types it; numbers in digits, without an exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)
