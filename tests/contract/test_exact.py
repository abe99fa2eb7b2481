"""One rule says which fractions survive a float."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.exact import fraction, read_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("-120.00", -120.0),
        ("0.0", 0.0),
        ("1.5e3", 1500.0),
        ("0.000000000000000000001", 1e-21),
        ("99999999999999.9", 99999999999999.9),
        ("12345678901234567.8", "12345678901234567.8"),
        ("1e999", "1e999"),
        ("-1e999", "-1e999"),
        ("1e-999", "1e-999"),
        ("0e999", 0.0),
    ],
)
def test_a_fraction_is_a_float_only_where_nothing_is_lost(text: str, value: float | str) -> None:
    assert fraction(text) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_every_amount_of_an_invoice_is_a_float(amount: object) -> None:
    assert fraction(str(amount)) == float(str(amount))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet='019.eE+-"\\ü\ud83d', max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?\Z")


@given(document=JSON, ascii_only=st.booleans())
def test_json_is_read_as_python_reads_it_by_the_rule(document: Any, ascii_only: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        expected = json.loads(text, parse_float=fraction)
    except ValueError:
        with pytest.raises(ValueError):
            read_json(text)
    else:
        assert repr(read_json(text)) == repr(expected)


@given(number=NUMBERS, around=st.sampled_from(["%s", "[%s]", '{"a":%s}', ' {"e":[1.5, %s ]}']))
def test_no_number_loses_a_digit_unseen(number: str, around: str) -> None:
    text = (around % number).encode()
    assert repr(read_json(text)) == repr(json.loads(text, parse_float=fraction))


@pytest.mark.parametrize("text", [b"", b"{", b"<html>", b"\xff", b"[1,]", b"01"])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(text)


def test_a_lone_surrogate_and_deep_nesting_are_read_all_the_same() -> None:
    assert read_json(b'"\\ud83d"') == "\ud83d"
    assert len(read_json(b"[" * 300 + b"]" * 300)) == 1
