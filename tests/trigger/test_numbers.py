"""The quick way to read a body brings exactly what the careful one does, or the same refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.errors import WebhookRejectedError
from zoho_books_connector.trigger.numbers import settle
from zoho_books_connector.trigger.payload import parse_json, read_bodies

KEYS = st.sampled_from(["invoice_id", "tag_ids", "total", "notes", "a", "", "_id"])
NUMBERS = st.integers() | st.integers(-(10**17), 10**17) | st.floats() | st.decimals(allow_nan=False).map(float)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def quickly(body: bytes) -> Any:
    return told(lambda: read_bodies(body, form=False))


def carefully(body: bytes) -> Any:
    return told(lambda: [parse_json(body.decode())])


def told(read: Any) -> Any:
    try:
        return repr(read())  # NaN differs from itself, and 1 is not 1.0
    except WebhookRejectedError as error:
        return error.code


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_both_ways_bring_the_same(data: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    body = json.dumps(data, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    assert quickly(body) == carefully(body)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 999999999999999, "b": 1000000000000000, "c": -999999999999999, "d": -1000000000000000}',
        '{"a": [1000000000000000, 5, [1000000000000000]], "b": ' + "9" * 5000 + "}",
        '{"contact_id": 5, "tag_ids": [1, [2], "3", null, 4.5, true], "x_id": null, "y_id": true, "z_id": 1.0}',
        '{"contact\\u005fid": 5, "contact_\\u0069d": [6]}',
        '{"a": -0, "b": -0.0, "c": 0.1, "d": 1.12345678901234567890, "e": 1e5, "f": 1E400, "g": 1.0}',
        '{"a": 1, "a": 2, "b": {"a": 1, "a": [3]}}',
        '{"a": "\\ud83d\\ude00 \\ud83d"}',
        '{"a": {"b_id": [{"c_id": 7, "d": [{"e_id": 8}]}]}}',
        '{"a": NaN}',
        '{"a": [Infinity]}',
        '{"a": -Infinity}',
        '{"a": 01}',
        '{"a": 1,}',
        '{"a": "\t"}',
        '{"a": ' + "[" * 300 + "]" * 300 + "}",
        " {} \n",
    ],
)
def test_what_is_unusual_is_read_the_same_way(text: str) -> None:
    assert quickly(text.encode()) == carefully(text.encode())


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_noticed(number: float) -> None:
    with pytest.raises(ValueError):
        settle({"a": [{"b": number}]})
