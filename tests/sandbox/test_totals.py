"""Sums of documents, for any lines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.sandbox.errors import RefusedError
from zoho_books_connector.sandbox.totals import Line, Terms, add_up, discount_amount

MONEY = st.decimals(min_value=0, max_value=10_000, places=2)
LINES = st.lists(
    st.builds(
        Line,
        rate=MONEY,
        quantity=st.integers(0, 50).map(Decimal),
        tax_percentage=st.sampled_from([Decimal(0), Decimal(5), Decimal("8.25"), Decimal(18)]),
        discount=st.sampled_from(["", "10%", "1.5"]),
    ),
    min_size=1,
    max_size=6,
)
TERMS = st.builds(
    Terms,
    discount=st.sampled_from(["", "12.5%", "3"]),
    item_level=st.booleans(),
    discount_before_tax=st.booleans(),
    inclusive_tax=st.booleans(),
    shipping=MONEY,
    adjustment=MONEY,
)


@given(LINES, TERMS)
def test_the_parts_add_up(lines: list[Line], terms: Terms) -> None:
    totals = add_up(lines, terms)
    added = Decimal(0) if terms.inclusive_tax else totals.tax_total
    assert totals.sub_total == sum(totals.item_totals)
    assert totals.tax_total == sum(totals.line_taxes)
    assert totals.total == totals.sub_total - totals.discount + added + terms.shipping + terms.adjustment


@given(LINES, TERMS)
def test_every_figure_has_the_precision_of_the_currency(lines: list[Line], terms: Terms) -> None:
    totals = add_up(lines, terms)
    figures = [*totals.item_totals, *totals.line_taxes, totals.discount, totals.total]
    assert all(figure == round(figure, terms.precision) for figure in figures)


@pytest.mark.parametrize("text", ["much", "10%%", "NaN", "Infinity%"])
def test_a_discount_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        discount_amount(text, Decimal(100))


def test_halves_are_rounded_up() -> None:
    totals = add_up([Line(Decimal("0.05"), Decimal(1), tax_percentage=Decimal(10))], Terms())
    assert totals.line_taxes == (Decimal("0.01"),)
