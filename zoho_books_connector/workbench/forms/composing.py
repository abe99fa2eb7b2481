"""Puts an action's page together: the form with what is in it, its custom fields, and its errors with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zoho_books_connector.workbench.forms.accounts import Own
from zoho_books_connector.workbench.forms.catalogue import Catalogue
from zoho_books_connector.workbench.forms.custom import arrange, draw_typed
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.forms.sections import CUSTOM_FIELDS
from zoho_books_connector.workbench.forms.slot import Filling


@dataclass(frozen=True)
class Fault:
    """One line of the summary of errors."""

    #: Where it is, in words; blank for the inputs as a whole.
    place: str
    message: str
    suggestion: str = ""
    #: The id of the field; ``None`` where the form has none.
    anchor: str | None = None


@dataclass(frozen=True)
class Composed:
    """The parts of a form, as HTML, and what is said about it."""

    fields: str
    #: The fields of country editions.
    editions: str = ""
    custom: str = ""
    by_hand: str = ""
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    #: Whether anything stands in the custom fields.
    has_custom: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


def compose(catalogue: Catalogue, action_id: str, draft: Draft, own: Own, *, late: bool = False) -> Composed:
    """Return the form of an action for an account, with a draft in it.

    ``late``: the page was drawn before the account said its country, whose fields come in at the end.
    """
    drawing = catalogue.drawing(action_id, own.edition)
    arranged = arrange(own.custom.options, draft.document.get(CUSTOM_FIELDS))
    errors: dict[str, list[str]] = {}
    faults: list[Fault] = []
    for fault in (draft.error or {}).get("fields", ()):
        known = drawing.known(fault["pointer"])
        anchor = arranged.drawn_at(known) if known else None
        message, suggestion = fault["message"], fault.get("suggestion") or ""
        hint = f"Did you mean {suggestion}?" if suggestion else ""
        place = arranged.title_of(fault["pointer"]) or catalogue.place(action_id, fault["pointer"])
        faults.append(Fault(place, message, hint, anchor))
        if anchor:
            errors.setdefault(anchor, []).append(f"{message} {hint}".strip())
    filling = Filling(draft.labels, errors, frozenset(draft.opened))
    rest = {name: value for name, value in draft.document.items() if name != CUSTOM_FIELDS}
    by_hand = draft.document if draft.document.get(CUSTOM_FIELDS, []) is None else {CUSTOM_FIELDS: arranged.by_hand}
    return Composed(
        fields=drawing.fill(rest, filling),
        editions=drawing.fill_editions(rest, filling, late=late),
        custom=draw_typed(own.custom.options, arranged, errors, may_clear=_may_clear(catalogue, action_id)),
        by_hand=drawing.fill_custom_fields(by_hand, filling),
        warnings=own.custom.warnings,
        faults=tuple(faults),
        has_custom=CUSTOM_FIELDS in draft.document,
    )


def _may_clear(catalogue: Catalogue, action_id: str) -> bool:
    part: Any = catalogue.shape(action_id).by_name.get(CUSTOM_FIELDS)
    return part is not None and bool(part.may_clear)
