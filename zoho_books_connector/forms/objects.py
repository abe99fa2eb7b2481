"""Objects and lists as form tools draw them: in order, in cases, and with the rarer fields out of the way.

Form tools cannot fold flat fields. So the fields that only some need stand in the second of two alternatives:
"Show the usual fields" and "Show all fields". The choice between them adds nothing to the document, and a document
that has one of the rarer fields opens with all of them. Decision 0010 says what else was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.forms.conditions import Case
from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.forms.fields import Drawn, draw_field
from zoho_books_connector.forms.order import in_order
from zoho_books_connector.forms.texts import Texts

#: An object is drawn as a heading with a button until somebody wants it. Not in a list: there the button of rjsf 6.11
#: has no effect when the object is one of the rarer fields.
_ON_DEMAND: Final = {"ui:enableOptionalDataFieldForType": ["object"]}


@dataclass(frozen=True)
class Drawing:
    """How fields are drawn: in whose words, and with which edition's fields among the usual ones."""

    texts: Texts
    edition: str | None = None

    def object(self, schema: dict[str, Any], cases: tuple[Case, ...] = (), *, in_list: bool = False) -> Drawn:
        """Return an object and its UI schema; ``in_list`` when it is an entry of a list, or within one."""
        required = schema.get("required", [])
        names = in_order(schema["properties"], required)
        drawn = {name: self._field(name, schema["properties"][name], in_list=in_list) for name in names}
        in_cases = {name for case in cases for name in case.fields}
        extra = [name for name in names if name not in required and self._is_rare(schema["properties"][name])]
        extra.sort(key=lambda name: self._foreign_to(schema["properties"][name]))
        usual = [name for name in names if name not in extra]
        form: dict[str, Any] = {word: schema[word] for word in ("title", "description", "type") if word in schema}
        form["properties"] = {name: drawn[name][0] for name in usual if name not in in_cases}
        if required:
            form["required"] = required
        ui: dict[str, Any] = {name: drawn[name][1] for name in usual if drawn[name][1]}
        if cases:
            form["allOf"] = [_case(case, {name: drawn[name][0] for name in case.fields}) for case in cases]
            ui["ui:order"] = [*usual, "*"]
        if extra:
            form["anyOf"], ui["anyOf"] = self._alternatives(usual[0], {name: drawn[name] for name in extra})
        return form, ui

    def _field(self, name: str, field: dict[str, Any], *, in_list: bool) -> Drawn:
        """Return a field and its UI schema, each keeping its ``x-`` marks for hosts with templates of their own."""
        marks = {word: value for word, value in field.items() if word.startswith("x-")}
        if self._foreign_to(field):
            field = field | {"title": self._with_editions(field)}
        if "properties" in field:
            schema, ui = self.object(field, in_list=in_list)
            return schema | marks, ui if in_list else _on_demand(ui)
        if "items" in field and field["type"] in ("array", ["array", "null"]):
            items, ui = self._items(field["items"])
            return field | {"items": items}, {"items": ui} if ui else {}
        schema, ui = draw_field(name, field, self.texts)
        return schema, ui | ({"ui:placeholder": field["x-placeholder"]} if "x-placeholder" in field else {})

    def _items(self, items: dict[str, Any]) -> Drawn:
        return self.object(items, in_list=True) if "properties" in items else draw_field("", items, self.texts)

    def _is_rare(self, field: dict[str, Any]) -> bool:
        return bool(field.get("x-advanced") or self._foreign_to(field))

    def _foreign_to(self, field: dict[str, Any]) -> list[str]:
        """Return the editions that know the field, when the host's is not among them."""
        editions: list[str] = field.get("x-editions", [])
        return [] if self.edition in editions else editions

    def _with_editions(self, field: dict[str, Any]) -> str:
        names = (self.texts(f"editions.{edition}", EDITIONS[edition]) for edition in field["x-editions"])
        return self.texts.own("form.field_of_editions", field=field["title"], editions=", ".join(names))

    def _alternatives(self, shown: str, extra: dict[str, Drawn]) -> tuple[list[Any], list[Any]]:
        """Return the two alternatives and their UI schemas.

        Both repeat one field that is shown anyway, without drawing it: form tools drop the data of an alternative
        that names no fields. Data with an extra field fits the second alternative only, whatever else is in it.
        """
        same: dict[str, Any] = {shown: {}}
        usual = {
            "title": self.texts.own("form.usual_fields"),
            "properties": same,
            "not": {"anyOf": [{"required": [name]} for name in extra]},
        }
        whole = {
            "title": self.texts.own("form.all_fields"),
            "properties": same | {name: schema for name, (schema, _) in extra.items()},
        }
        nothing_to_draw = {"ui:label": False, "ui:style": {"display": "none"}}
        no_heading = {"ui:label": False}
        return [usual, whole], [nothing_to_draw, no_heading | {name: ui for name, (_, ui) in extra.items() if ui}]


def _on_demand(ui: dict[str, Any]) -> dict[str, Any]:
    """Return the UI schema of an object, and of its alternatives, that is drawn when somebody wants it."""
    alternatives = {"anyOf": [each | _ON_DEMAND for each in ui["anyOf"]]} if "anyOf" in ui else {}
    return ui | alternatives | _ON_DEMAND


def _case(case: Case, fields: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"properties": fields}
    if case.required:
        shown["required"] = list(case.required)
    return {"if": case.when, "else" if case.unless else "then": shown}
