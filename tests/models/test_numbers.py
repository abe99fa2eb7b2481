"""Ids and amounts keep every digit, in bytes and in mappings, on the fast way and on the slow one."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.errors import InputError
from zoho_books_connector.models.contacts import GetContactAddresses
from zoho_books_connector.models.items import CreateItem
from zoho_books_connector.validation import parse_input


def rate_of(written: str) -> int | Decimal | None:
    """Return how a number written in JSON is understood, ``None`` where it is refused."""
    with suppress(InputError):
        return parse_input(CreateItem, f'{{"name":"x","rate":{written}}}'.encode()).rate
    return None


@given(digits=st.text("0123456789", min_size=1, max_size=25))
def test_id_as_text_keeps_its_digits(digits: str) -> None:
    assert parse_input(GetContactAddresses, {"contact_id": digits}).path_values() == {"contact_id": digits}


@given(number=st.integers(0, 10**25 - 1))
def test_id_as_number_keeps_its_digits(number: int) -> None:
    for inputs in ({"contact_id": number}, f'{{"contact_id":{number}}}'.encode()):
        assert parse_input(GetContactAddresses, inputs).contact_id == str(number)


@pytest.mark.parametrize("value", ["", "1" * 26, 10**25, -1, 1.0, True, None, "１２", "12 ", [1]])
def test_what_is_no_id_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        parse_input(GetContactAddresses, {"contact_id": value})


@st.composite
def decimals(draw: st.DrawFn, digits: int) -> str:
    whole = draw(st.integers(0, 10 ** draw(st.integers(1, digits)) - 1))
    places = draw(st.integers(0, 12))
    text = f"{whole:0{places + 1}d}"
    sign = draw(st.sampled_from(["", "-"]))
    return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)


@given(written=decimals(15))
def test_amount_round_trips(written: str) -> None:
    for inputs in (f'{{"name":"x","rate":{written}}}'.encode(), {"name": "x", "rate": written}):
        model = parse_input(CreateItem, inputs)
        assert model.rate == Decimal(written)
        assert json.loads(model.body(), parse_float=Decimal)["rate"] == Decimal(written)


@given(written=decimals(30) | st.builds("{}e{}".format, decimals(20), st.integers(-400, 400)))
def test_amount_is_exact_or_refused(written: str) -> None:
    understood = rate_of(written)
    assert understood is None or understood == Decimal(written)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_float_of_a_host_is_exact_or_refused(value: float) -> None:
    with suppress(InputError):
        assert parse_input(CreateItem, {"name": "x", "rate": value}).rate == Decimal(repr(value))


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("120", "120"),
        ('"12.50"', "12.50"),
        ("-0.05", "-0.05"),
        ("1e3", "1000"),
        ("999999999999999", "999999999999999"),
        ("12345678901234.5", "12345678901234.5"),
        ("1.50000000000000000000", "1.5"),
        ("1000000000000000", None),
        ("0.30000000000000000001", None),
        ("1000000000000.00001", None),
        ("999999999999999.01", None),
        ("9999999999999999e-5", None),
        ("1e-400", None),
        ("1e-99999999999999999999", None),
        ('"0.30000000000000000001"', None),
        ('"1e3"', None),
        ('"1_000"', None),
        ('"1,000"', None),
        ('" 1"', None),
        ('"NaN"', None),
        ('"+1"', None),
        ("true", None),
        ("null", None),
    ],
)
def test_amounts_by_example(written: str, understood: str | None) -> None:
    if written == "null":
        with pytest.raises(InputError):
            parse_input(CreateItem, b'{"name":"x","rate":null}')
    else:
        assert rate_of(written) == (Decimal(understood) if understood else None)


def test_whole_amounts_are_sent_without_a_point() -> None:
    assert parse_input(CreateItem, {"name": "x", "rate": "120.00"}).body() == b'{"name":"x","rate":120}'
