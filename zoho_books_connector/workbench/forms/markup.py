"""The HTML of each control, with marks where a place in the document, a value and an error come in.

All of it is drawn once for an action. ``PLACE`` is where the pointer of the group or row that the control stands in
goes: at most one value stands between two of them, which is what lets a sheet fill them by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

from zoho_books_connector.workbench.forms.sections import named
from zoho_books_connector.workbench.forms.shapes import Field, Shape
from zoho_books_connector.workbench.forms.values import VALUE_KINDS

PLACE: Final = "\x01"
VALUE: Final = "\x02"
#: What a picker shows for its value.
LABEL: Final = "\x03"
#: Attributes of a control with an error.
WRONG: Final = "\x04"
#: The errors under a control.
NOTE: Final = "\x05"
#: In a box to clear the field: whether it is ticked.
TICKED: Final = "\x06"
#: In something folded: whether it is open.
OPEN: Final = "\x07"
MARKS: Final = {ord(mark): None for mark in (PLACE, VALUE, LABEL, WRONG, NOTE, TICKED, OPEN)}
NO_MARKS: Final = {ord(mark): None for mark in (VALUE, LABEL, WRONG, NOTE, TICKED, OPEN)}

_INPUT: Final[Mapping[str, str]] = {
    "text": 'type="text"',
    "email": 'type="email"',
    "amount": 'type="text" inputmode="decimal"',
    "whole": 'type="text" inputmode="numeric"',
    "date": 'type="date"',
}
#: What the choice of nothing is called; by it a field is left out.
NOTHING: Final = "–"


def field(shape: Field, tail: str, described: str, dependencies: Mapping[str, list[str]]) -> str:
    """Return a field's label, control, box to clear it, and the place of its errors.

    ``tail`` is the field's pointer within its place, ``described`` the id of its help.
    """
    name = f"{PLACE}{tail}"
    label = f'<label class="form-label" for="{name}">{title(shape)}</label>'
    control = _control(shape, name, f' aria-describedby="{described}"' if described else "", dependencies)
    return f"{label}{control}{NOTE}{clear_box(shape, name)}"


def title(shape: Shape) -> str:
    """Return a title with its marks: required, and the editions that know the field."""
    required = ' <span class="required" title="Required">*</span>' if shape.required else ""
    editions = ", ".join(map(named, shape.editions))
    known = f' <small class="text-body-secondary">({escape(editions)})</small>' if editions else ""
    return f"{escape(shape.title)}{required}{known}"


def clear_box(shape: Shape, name: str) -> str:
    """Return the box that clears what the record has; nothing where the field cannot be cleared."""
    if not shape.may_clear:
        return ""
    return (
        f'<label class="clear form-check-label small"><input class="form-check-input" type="checkbox" value="1" '
        f'name="clear:{name}"{TICKED} data-clears="{name}"> Clear<span class="visually-hidden"> {escape(shape.title)}'
        f"</span></label>"
    )


def _control(shape: Field, name: str, described: str, dependencies: Mapping[str, list[str]]) -> str:
    # Without ``maxlength``: what is pasted would be cut, amounts included, and nobody would know.
    needed = ' aria-required="true"' if shape.required else ""
    start = f'id="{name}" name="{name}"{WRONG}{described}{needed}'
    if shape.kind in ("choice", "flag"):
        return f'<select class="form-select" {start}>{VALUE}{_choices(shape.choices)}</select>'
    if shape.kind == "long":
        return f'<textarea class="form-control" rows="2" {start}>\n{VALUE}</textarea>'
    if shape.kind == "value":
        return (
            f'<select class="form-select" name="kind:{name}" aria-label="Kind of value">{VALUE}'
            f"{''.join(_choice(*each) for each in VALUE_KINDS.items())}</select>"
            f'<textarea class="form-control" rows="1" {start}>\n{VALUE}</textarea>'
        )
    if shape.kind == "picker":
        return (
            f'<input class="form-control" type="text" {start} autocomplete="off"{_picking(shape, dependencies)}'
            f' value="{VALUE}" data-label="{LABEL}">'
        )
    return f'<input class="form-control" {_INPUT[shape.kind]} {start} autocomplete="off" value="{VALUE}">'


def _picking(shape: Field, dependencies: Mapping[str, list[str]]) -> str:
    """Return what the script needs to know of a picker."""
    source = shape.options["source"]
    depends = shape.options.get("depends_on", [])
    said = {
        "picker": source,
        "needs": " ".join(depends),
        "narrowed": " ".join(dependencies.get(source, [])),
        "with": urlencode(shape.options.get("with", {})),
    }
    return "".join(f' data-{word}="{escape(value)}"' for word, value in said.items() if value)


def _choices(choices: tuple[tuple[str, str], ...]) -> str:
    return f'<option value="">{NOTHING}</option>' + "".join(_choice(*each) for each in choices)


def _choice(value: str, title: str) -> str:
    return f'<option value="{escape(value)}">{escape(title)}</option>'


def chosen(options: str, value: str) -> str:
    """Return options with this one chosen; one that is not offered is added, so that nothing is lost."""
    wanted = f'<option value="{escape(value)}"'
    if wanted in options:
        return options.replace(wanted, f"{wanted} selected", 1)
    return f'<option value="{escape(value)}" selected>{escape(value)}</option>{options}'


def wrong(described: str, name: str) -> str:
    """Return the attributes of a control with an error; of two ``aria-describedby`` the first counts."""
    return f' aria-invalid="true" aria-describedby="{escape(f"{name}:error {described}".strip())}"'


def note(messages: Iterable[str], name: str) -> str:
    """Return the errors under a control."""
    return f'<div class="invalid-note" id="{escape(name)}:error">{"<br>".join(map(shown, messages))}</div>'


def shown(text: Any) -> str:
    """Return a text as HTML, without what our marks are made of."""
    return escape(str(text).translate(MARKS))
