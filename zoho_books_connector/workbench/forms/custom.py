"""Custom fields of an account as typed controls, beside the rows in which others are named by hand.

A typed control is a row of ``custom_fields`` whose name is fixed: a row that holds nothing but that is left out. Its
place begins at a number that no row made by hand reaches, and rows close up when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from zoho_books_connector.boundary import Option
from zoho_books_connector.workbench.forms.markup import NOTHING, chosen, note, wrong
from zoho_books_connector.workbench.forms.values import kind_and_text

LIST: Final = "/custom_fields"
_FIRST: Final = 1000
#: What names a field to Zoho, the surest first.
_NAMES: Final = ("customfield_id", "api_name", "index", "label")


@dataclass(frozen=True)
class Arranged:
    """Which entries of a document stand in typed controls, and which in rows made by hand."""

    #: Number of the custom field → its entry.
    typed: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    by_hand: list[Any] = field(default_factory=list)
    #: Pointer of an entry in the document → where it is drawn, and what its field is called.
    places: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def drawn_at(self, pointer: str) -> str:
        """Return where what stands at a pointer of the document is drawn."""
        head = _entry_of(pointer)
        return self.places[head] + pointer[len(head) :] if head in self.places else pointer

    def title_of(self, pointer: str) -> str:
        """Return what the field at a pointer of the document is called; blank where nobody knows."""
        return self.titles.get(_entry_of(pointer), "")


def _entry_of(pointer: str) -> str:
    return "/".join(pointer.split("/", 3)[:3])


def arrange(options: Iterable[Option], entries: Any) -> Arranged:
    """Return how the custom fields of a document are drawn."""
    found = Arranged()
    writable = list(enumerate(option for option in options if not _is_read_only(option)))
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        number = next((n for n, option in writable if n not in found.typed and is_of(option, entry)), None)
        if number is None:
            found.places[f"{LIST}/{at}"] = f"{LIST}/{len(found.by_hand)}"
            found.by_hand.append(entry)
        else:
            found.places[f"{LIST}/{at}"] = f"{LIST}/{_FIRST + number}"
            found.titles[f"{LIST}/{at}"] = writable[number][1].label
            found.typed[number] = entry
    return found


def draw_typed(
    options: Iterable[Option], arranged: Arranged, errors: Mapping[str, list[str]], *, may_clear: bool
) -> str:
    """Return a control for each custom field that a person may fill."""
    writable = [option for option in options if not _is_read_only(option)]
    drawn = [
        _control(option, f"{LIST}/{_FIRST + number}", arranged.typed.get(number), errors, may_clear=may_clear)
        for number, option in enumerate(writable)
    ]
    return f'<div class="grid">{"".join(drawn)}</div>' if drawn else ""


def _is_read_only(option: Option) -> bool:
    return option.data["schema"].get("readOnly") is True


def is_of(option: Option, entry: Any) -> bool:
    """Tell whether an entry is a value of this field that its control can show."""
    if not isinstance(entry, Mapping) or "value" not in entry:
        return False
    naming = {name: entry[name] for name in entry if name != "value"}
    same = naming and all(str(option.data.get(name)) == str(value) for name, value in naming.items())
    return bool(same) and (entry["value"] is None or _fits(option.data["schema"], entry["value"]))


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    kind = schema["type"]
    if kind in ("boolean", "array"):
        return isinstance(value, bool if kind == "boolean" else list)
    return isinstance(value, str) if kind == "string" else not isinstance(value, bool | list)


def _control(
    option: Option, place: str, entry: Mapping[str, Any] | None, errors: Mapping[str, list[str]], *, may_clear: bool
) -> str:
    naming = next(name for name in _NAMES if name in option.data)
    value = entry.get("value") if entry else None
    name = f"{place}/value"
    messages = [text for pointer, texts in errors.items() if pointer.startswith(place) for text in texts]
    schema = option.data["schema"]
    help_text = schema.get("description", "")
    described = f"{name}:help" if help_text else ""
    attributes = wrong(described, name) if messages else f' aria-describedby="{described}"' if described else ""
    required = ' <span class="required" title="Required">*</span>' if option.data["mandatory"] else ""
    ticked = " checked" if entry is not None and value is None else ""
    clear = (
        f'<label class="clear form-check-label small"><input class="form-check-input" type="checkbox" value="1" '
        f'name="clear:{name}" data-clears="{name}"{ticked}> Clear<span class="visually-hidden"> {escape(option.label)}'
        "</span></label>"
    )
    return (
        f'<div class="cell custom"><input type="hidden" name="fixed:{place}/{naming}" '
        f'value="{escape(str(option.data[naming]))}"><label class="form-label" for="{name}">{escape(option.label)}'
        f"{required}</label>{_typed(schema, name, attributes, value)}{note(messages, name) if messages else ''}"
        f"{clear if may_clear else ''}"
        + (f'<div class="form-text" id="{name}:help">{escape(help_text)}</div>' if help_text else "")
        + "</div>"
    )


def _typed(schema: Mapping[str, Any], name: str, attributes: str, value: Any) -> str:
    """Return the control of a value; its kind is posted beside it, or by it."""
    kind = schema["type"]
    if kind == "boolean":
        offered = f'<option value="">{NOTHING}</option><option value="yes">Yes</option><option value="no">No</option>'
        shown = chosen(offered, {True: "yes", False: "no"}.get(value, "")) if value is not None else offered
        return f'<select class="form-select" id="{name}" name="kind:{name}"{attributes}>{shown}</select>'
    if kind == "array" and "oneOf" in schema["items"]:
        return _boxes(schema["items"]["oneOf"], name, attributes, value or [])
    _, text = kind_and_text(value) if value is not None else ("", "")
    posted = {"array": "lines", "integer": "number", "number": "number"}.get(kind, "text")
    said = f'<input type="hidden" name="kind:{name}" value="{posted}">'
    start = f'id="{name}" name="{name}"{attributes}'
    if "oneOf" in schema:
        offered = "".join(
            f'<option value="{escape(each["const"])}">{escape(each["title"])}</option>' for each in schema["oneOf"]
        )
        offered = f'<option value="">{NOTHING}</option>{offered}'
        return f'{said}<select class="form-select" {start}>{chosen(offered, text) if text else offered}</select>'
    if kind == "array" or (kind == "string" and not schema.keys() & {"maxLength", "format", "pattern"}):
        return f'{said}<textarea class="form-control" rows="2" {start}>\n{escape(text)}</textarea>'
    return f'{said}<input class="form-control" {_input(schema)} {start} value="{escape(text)}">'


def _input(schema: Mapping[str, Any]) -> str:
    if schema["type"] in ("integer", "number"):
        return 'type="text" inputmode="decimal"'
    kind = {"date": "date", "email": "email", "uri": "url"}.get(schema.get("format", ""), "text")
    return f'type="{kind}"' + (
        ' placeholder="2026-12-31 09:30"' if "pattern" in schema and "{2}:" in schema["pattern"] else ""
    )


def _boxes(choices: Iterable[Mapping[str, str]], name: str, attributes: str, value: list[Any]) -> str:
    """Return a box for each of several choices; what is not offered any more keeps a box."""
    offered = {each["const"]: each["title"] for each in choices}
    offered |= {str(each): str(each) for each in value if each not in offered}
    boxes = "".join(
        f'<label class="form-check"><input class="form-check-input" type="checkbox" name="{name}/{number}" '
        f'value="{escape(const)}"{" checked" if const in value else ""}> {escape(title)}</label>'
        for number, (const, title) in enumerate(offered.items())
    )
    return f'<div id="{name}" role="group" tabindex="-1"{attributes}>{boxes}</div>'
