"""Reads moments and durations as people write them, and says them."""

from __future__ import annotations

import argparse
import re
import time
from datetime import datetime
from typing import Final

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION: Final = re.compile(r"(\d{1,6})([smhd])")
#: Of the words that people may be told: seconds of one, from the longest.
_WORDS: Final = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def moment(text: str) -> float:
    """Return the unix seconds of a date, a time, or a duration before now; without an offset it is local time."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found:
        return time.time() - int(found[1]) * _UNITS[found[2]]
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):  # OSError: a year that the system's calendar does not have
        raise argparse.ArgumentTypeError(
            "give a time such as 2026-06-11 or 2026-06-11T09:00, or 2h or 3d for so long ago"
        ) from None


def duration(text: str) -> float:
    """Return the seconds of a duration."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError("give a duration such as 90s, 15m, 2h or 1d")
    return float(int(found[1]) * _UNITS[found[2]])


def spoken(seconds: float) -> str:
    """Return a duration in words, in the largest unit of which there are at least two."""
    for size, word in _WORDS:
        if seconds >= 2 * size or size == 1:
            return f"{seconds / size:.0f} {word}s"
    raise AssertionError


def stamp(seconds: float) -> str:
    """Return a unix time as date and time here."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(sep=" ", timespec="seconds")
