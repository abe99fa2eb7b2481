"""Counts the days on which a store was used, so that a clock that jumps ahead is one more day and not a month."""

from __future__ import annotations

import sqlite3
from typing import Final

DAY: Final = 86_400
#: Belong to a layout; the one row holds the number of the last day of use, and its date.
STATEMENTS: Final = (
    "CREATE TABLE today (day INTEGER NOT NULL, date INTEGER NOT NULL)",
    "INSERT INTO today VALUES (0, 0)",
)


def day_of_use(handle: sqlite3.Connection, now: float) -> tuple[int, bool] | None:
    """Return the number of the day of ``now``, and whether it is a new one; ``None`` when the file is damaged."""
    found = handle.execute("SELECT day, date FROM today").fetchone()
    if found is None:
        return None
    day, date = found
    is_new = date != now // DAY
    if is_new:
        day += 1
        handle.execute("UPDATE today SET day = ?, date = ?", (day, now // DAY))
    return day, is_new
