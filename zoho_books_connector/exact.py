"""Which fractions of a JSON text a binary float carries without losing a digit: one rule for every reader."""

from __future__ import annotations

import math
from typing import Final

#: Any number of so many significant digits comes out of a float as it went in; a longer one may not.
EXACT_DIGITS: Final = 15


def fraction(text: str) -> float | str:
    """Return a JSON fraction as a float, or as its text where a float would not hold it."""
    number = float(text)
    if number and len(text) <= EXACT_DIGITS + 1 and math.isfinite(number):
        return number  # a fraction spends one character on its point or exponent
    significant = text.lower().partition("e")[0].replace(".", "").strip("-0")
    vanished = number == 0 and significant != ""
    return number if len(significant) <= EXACT_DIGITS and math.isfinite(number) and not vanished else text
