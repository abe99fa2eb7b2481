"""One field that is neither an object nor a list, as form tools draw it.

Forms validate as draft-07 and draw the first type of several. So an amount is typed as text, which keeps every digit,
while a number from a stored document is taken as it is; an id likewise.
"""

from __future__ import annotations

from typing import Any, Final

from zoho_books_connector.forms.texts import Texts

#: A schema and its UI schema.
Drawn = tuple[dict[str, Any], dict[str, Any]]

#: Texts of more than one line.
_LONG: Final = frozenset({"custom_body", "description", "notes", "purchase_description", "reason", "terms"})
_EMAIL: Final = "email"
_SELECT: Final = {"ui:widget": "select"}


def draw_field(name: str, field: dict[str, Any], texts: Texts) -> Drawn:
    """Return a field as a form tool draws it."""
    kinds = [kind for kind in _kinds(field) if kind != "null"]
    if "array" in kinds:
        return _custom_value(field, texts)
    if kinds == ["boolean"]:
        return _flag(field, texts), _SELECT
    if "oneOf" in field:
        return field | {"oneOf": [choice(each["const"], each["title"]) for each in field["oneOf"]]}, _SELECT
    if name == _EMAIL:
        return _without(field, "pattern") | {"format": "email"}, {}
    if "number" in kinds:
        return _text_first(field), {"ui:placeholder": texts.own("form.example.amount")}
    return _text_first(field), {"ui:widget": "textarea"} if name in _LONG else {}


def choice(value: str | bool | None, title: str) -> dict[str, Any]:
    """Return one choice of a dropdown: written with ``const``, the first would count as chosen from the start."""
    return {"enum": [value], "title": title}


def _kinds(field: dict[str, Any]) -> list[str]:
    kinds = field["type"]
    return list(kinds) if isinstance(kinds, list) else [kinds]


def _without(field: dict[str, Any], *words: str) -> dict[str, Any]:
    return {word: value for word, value in field.items() if word not in words}


def _text_first(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field of several types with text as the first, which is the one that is drawn."""
    kinds = _kinds(field)
    if len(kinds) == 1:
        return field
    return field | {"type": sorted(kinds, key=lambda kind: kind != "string")}


def _flag(field: dict[str, Any], texts: Texts) -> dict[str, Any]:
    """Return yes or no as choices: a box to tick could not tell "no" from "not given"."""
    choices = [choice(True, texts.own("form.choice.yes")), choice(False, texts.own("form.choice.no"))]
    if "null" in _kinds(field):
        choices.append(choice(None, texts.own("form.choice.clear")))
    return field | {"oneOf": choices}


def _custom_value(field: dict[str, Any], texts: Texts) -> Drawn:
    """Return the value of a custom field, whose kind the person chooses."""
    flag = _flag({"title": texts.own("form.custom_value.flag"), "type": "boolean"}, texts)
    kinds: list[dict[str, Any]] = [
        {"title": texts.own("form.custom_value.text"), "type": "string", "pattern": field["pattern"]},
        {
            "title": texts.own("form.custom_value.number"),
            "type": "number",
            "minimum": field["minimum"],
            "maximum": field["maximum"],
        },
        flag,
        {"title": texts.own("form.custom_value.list"), "type": "array", "items": field["items"]},
    ]
    if "null" in _kinds(field):
        # In a list, for form tools take "no value yet" for the plain type "null", and open with this choice.
        kinds.append({"title": texts.own("form.choice.clear"), "type": ["null"]})
    schema = _without(field, "type", "pattern", "minimum", "maximum", "items") | {"anyOf": kinds}
    return schema, {"anyOf": [_SELECT if kind is flag else {} for kind in kinds]}
