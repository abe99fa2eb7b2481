"""Sums of a document in exact decimals: lines, discounts, taxes, shipping, adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

from .errors import RefusedError

ZERO = Decimal(0)
HUNDRED = Decimal(100)
MOST = Decimal(10) ** 30
DIGITS = 80
"""Enough for the longest rate times the longest quantity, exactly."""


@dataclass(frozen=True)
class Line:
    """What of a line counts; `discount` is "10%" or an amount as text."""

    rate: Decimal
    quantity: Decimal
    discount: str = ""
    tax_percentage: Decimal = ZERO


@dataclass(frozen=True)
class Terms:
    """What counts beside the lines."""

    discount: str = ""
    item_level: bool = False
    discount_before_tax: bool = True
    inclusive_tax: bool = False
    shipping: Decimal = ZERO
    adjustment: Decimal = ZERO
    precision: int = 2


@dataclass(frozen=True)
class Totals:
    """The sums; the sequences have one entry per line."""

    item_totals: tuple[Decimal, ...]
    line_discounts: tuple[Decimal, ...]
    line_taxes: tuple[Decimal, ...]
    sub_total: Decimal
    discount: Decimal
    tax_total: Decimal
    total: Decimal


def discount_amount(discount: str, base: Decimal) -> Decimal:
    """The amount that a discount, in percent or absolute, takes off a base."""
    text = discount.strip()
    try:
        amount = base * Decimal(text[:-1]) / HUNDRED if text.endswith("%") else Decimal(text or 0)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > MOST:
        raise RefusedError(2, field="discount")
    return amount


def add_up(lines: Sequence[Line], terms: Terms) -> Totals:
    """Sum a document; every figure is rounded half up to the currency's precision."""
    with localcontext(prec=DIGITS):
        return _add_up(lines, terms)


def _add_up(lines: Sequence[Line], terms: Terms) -> Totals:
    step = Decimal(1).scaleb(-terms.precision)

    def rounded(value: Decimal) -> Decimal:
        return value.quantize(step, ROUND_HALF_UP)

    gross = [line.rate * line.quantity for line in lines]
    discounts = [
        rounded(discount_amount(line.discount, amount)) if terms.item_level else ZERO
        for line, amount in zip(lines, gross, strict=True)
    ]
    item_totals = [rounded(amount - less) for amount, less in zip(gross, discounts, strict=True)]
    sub_total = sum(item_totals, ZERO)
    discount = ZERO if terms.item_level else rounded(discount_amount(terms.discount, sub_total))
    share = discount / sub_total if terms.discount_before_tax and sub_total else ZERO
    taxes = [
        rounded(_tax(total - total * share, line.tax_percentage, inclusive=terms.inclusive_tax))
        for line, total in zip(lines, item_totals, strict=True)
    ]
    tax_total = sum(taxes, ZERO)
    added = ZERO if terms.inclusive_tax else tax_total
    total = rounded(sub_total - discount + added + terms.shipping + terms.adjustment)
    return Totals(tuple(item_totals), tuple(discounts), tuple(taxes), sub_total, discount, tax_total, total)


def _tax(amount: Decimal, percentage: Decimal, *, inclusive: bool) -> Decimal:
    return amount * percentage / (HUNDRED + percentage if inclusive else HUNDRED)
