"""One rule says which fractions survive a float."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.exact import fraction


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
