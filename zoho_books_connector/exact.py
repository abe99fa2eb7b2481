"""Reads JSON without losing a digit: one rule for which fractions a binary float carries."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from typing import Any, Final

from pydantic_core import from_json

#: Any number of so many significant digits comes out of a float as it went in; a longer one may not.
EXACT_DIGITS: Final = 15

#: Where none of these is found in a JSON text, no fraction in it has more digits than that, or an exponent. Each begins
#: with one character, which is what makes looking for it cheap.
_DOUBTFUL: Final = tuple(map(re.compile, (rb"\.(?:[0-9]{8}|(?<=[0-9]{9}\.))", rb"e(?<=[0-9]e)", rb"E(?<=[0-9]E)")))


def read_json(text: bytes) -> Any:
    """Return JSON as data, fractions by ``fraction``; raises ``ValueError`` or ``RecursionError`` where it is none."""
    # What the quick reader refuses, such as half of a pair of surrogates, Python's own may take.
    with suppress(ValueError):
        return read_quickly(text)
    return json.loads(text, parse_float=fraction)


def read_quickly(text: bytes) -> Any:
    """Return JSON as data; raises ``ValueError`` where it is none, or where a float may not hold a fraction in it."""
    if any(doubt.search(text) for doubt in _DOUBTFUL):
        raise ValueError("a fraction in it may lose digits")
    return from_json(text, cache_strings="keys")


def fraction(text: str) -> float | str:
    """Return a JSON fraction as a float, or as its text where a float would not hold it."""
    number = float(text)
    if number and len(text) <= EXACT_DIGITS + 1 and math.isfinite(number):
        return number  # a fraction spends one character on its point or exponent
    significant = text.lower().partition("e")[0].replace(".", "").strip("-0")
    vanished = number == 0 and significant != ""
    return number if len(significant) <= EXACT_DIGITS and math.isfinite(number) and not vanished else text


def shortest(number: float) -> int | float:
    """Return a number as JSON writes it shortest: a whole one without a point."""
    return int(number) if number.is_integer() else number
