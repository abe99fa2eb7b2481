"""What a form posted, as a tree of the places that its names mean; whatever no form posts is refused here.

Bounded: names that the form never had, rows beyond any form, nesting beyond the schema's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.errors import InputError
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape, is_number
from zoho_books_connector.workbench.forms.values import VALUE_KINDS

#: What a name may begin with besides its pointer.
CLEAR: Final = "clear:"
KIND: Final = "kind:"
LABEL: Final = "label:"
FIXED: Final = "fixed:"
_NAME: Final = re.compile(r"(clear:|kind:|label:|fixed:)?((?:/[a-z][a-z0-9_]{0,63}|/(?:0|[1-9][0-9]{0,4})){1,12})")
#: Rows of one list, which is more than Zoho takes.
MOST_ROWS: Final = 5_000


@dataclass
class Leaf:
    """What was posted for one field."""

    text: str = ""
    kind: str = ""
    label: str = ""
    cleared: bool = False
    fixed: bool = False
    #: Chosen entries of a value that is a list, by number.
    entries: dict[int, str] = field(default_factory=dict)


@dataclass
class Branch:
    """What was posted for a group, by name, or for rows, by number."""

    parts: dict[Any, Leaf | Branch] = field(default_factory=dict)
    cleared: bool = False
    #: A row that stays though it is empty, and whose rarer fields are asked for.
    opened: bool = False


def misfit(name: str) -> InputError:
    """Return the error of a form that is none of ours; repeats as much of the name as a person can read."""
    shown = "".join(each if each.isprintable() else "?" for each in name[:80])
    return InputError(
        "form_misfit",
        f"The form was not sent as it was drawn: it has something unexpected at {shown!r}.",
        "Open the action again; what you typed is on the page before this one.",
    )


def take(shape: Group, root: Branch, name: str, text: str) -> None:
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
            held = branch.parts.setdefault(key, Branch())
            if not isinstance(held, Branch):
                raise misfit(name)
            branch = held


def open_row(shape: Group, root: Branch, place: str) -> None:
    """Mark a row, which may be a new one; raises ``InputError`` where no row is."""
    at: Shape = shape
    branch = root
    for step in place.split("/")[1:] if _NAME.fullmatch(place) else [""]:
        inner = _inner(at, step)
        held = branch.parts.setdefault(int(step) if is_number(step) else step, Branch())
        if not isinstance(inner, Group | Rows) or not isinstance(held, Branch):
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


def _leaf(branch: Branch, key: str | int, name: str) -> Leaf:
    held = branch.parts.setdefault(key, Leaf())
    if not isinstance(held, Leaf):
        raise misfit(name)
    return held


def _set(shape: Shape, branch: Branch, key: str | int, prefix: str, text: str, name: str) -> None:
    if not isinstance(shape, Field):
        held = branch.parts.setdefault(key, Branch())
        if prefix != CLEAR or not shape.may_clear or not isinstance(held, Branch):
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
