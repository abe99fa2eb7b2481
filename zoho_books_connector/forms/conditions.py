"""Which fields a form shows only in some cases: by the module that is read, by the type of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Case:
    """Fields that stand in a form while a condition holds, or as long as it does not."""

    when: dict[str, Any]
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()
    unless: bool = False


def is_any_of(field: str, *values: str) -> dict[str, Any]:
    """Return the condition that a field has one of these values."""
    return {"properties": {field: {"enum": list(values)}}, "required": [field]}


#: An item that is only sold has no purchase. One whose type is not said may have: an update leaves the type as it is.
_ITEM: Final = (
    Case(
        is_any_of("item_type", "sales"),
        ("purchase_rate", "purchase_description", "purchase_account_id", "vendor_id"),
        unless=True,
    ),
    Case(is_any_of("item_type", "sales", "purchases", "sales_and_purchases"), ("inventory_account_id",), unless=True),
)
_CASES: Final = {"create_item": _ITEM, "update_item": _ITEM}


def cases_of(action_id: str, schema: Mapping[str, Any]) -> tuple[Case, ...]:
    """Return the cases of an action's form; what its schema requires only in some cases is shown only then."""
    required = (
        Case(branch["if"], tuple(branch["then"]["required"]), tuple(branch["then"]["required"]))
        for branch in schema.get("allOf", ())
    )
    return (*required, *_CASES.get(action_id, ()))
