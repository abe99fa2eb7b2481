"""Values that custom fields do not take are told at their place."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import FieldFault
from zoho_books_connector.workbench.forms.custom_check import misfits

NUMBER: dict[str, Any] = {"type": "number"}
WHOLE: dict[str, Any] = {"type": "integer"}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
EMAIL: dict[str, Any] = {"type": "string", "format": "email"}
MOMENT: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$"}
RECORD: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{1,30}$"}
SHORT: dict[str, Any] = {"type": "string", "maxLength": 3}
MANY: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
YES: dict[str, Any] = {"type": "boolean"}


def told(schema: dict[str, Any], value: Any) -> list[FieldFault]:
    option = Option("7", "Score", data={"customfield_id": "7", "schema": schema, "mandatory": False})
    other = {"label": "Of nobody", "value": "x"}
    return misfits([option], [other, {"customfield_id": "7", "value": value}])


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (NUMBER, "many", 'must be a number such as "12.50"'),
        (NUMBER, "1,5", 'must be a number such as "12.50"'),
        (WHOLE, 1.5, "must be a whole number"),
        (DATE, "31.12.2026", 'must be a date such as "2026-12-31"'),
        (EMAIL, "nobody", "must be an e-mail address"),
        (MOMENT, "2026-12-31", 'must be a date and time such as "2026-12-31 09:30"'),
        (RECORD, "Bowman", "must be an id in digits"),
        (SHORT, "four", "must have at most 3 characters"),
    ],
)
def test_what_a_field_does_not_take_is_told(schema: dict[str, Any], value: Any, message: str) -> None:
    assert told(schema, value) == [FieldFault("/custom_fields/1/value", message)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (NUMBER, 1.5),
        (NUMBER, "0.12345678901234567"),
        (NUMBER, None),
        (WHOLE, -3),
        (DATE, "2026-12-31"),
        (EMAIL, "a@b.example"),
        (MOMENT, "2026-12-31 09:30"),
        (RECORD, "460000000"),
        (SHORT, "abc"),
        (MANY, ["a"]),
        (YES, True),
    ],
)
def test_what_a_field_takes_is_not(schema: dict[str, Any], value: Any) -> None:
    assert not told(schema, value)


@pytest.mark.parametrize("entries", [None, [], "x", [{"label": "Of nobody", "value": "x"}], ["x"]])
def test_what_no_field_is_known_for_is_left_alone(entries: Any) -> None:
    assert not misfits([], entries)
