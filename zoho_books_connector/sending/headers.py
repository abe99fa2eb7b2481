"""What the headers of an answer say about limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from zoho_books_connector.boundary import Quota


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Read ``Retry-After`` in seconds or as an HTTP date; ``None`` when absent or unreadable.

    Zoho documents no such header; intermediaries send it.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = _until(text, now)
    return seconds if 0 <= seconds < float("inf") else None


def _until(text: str, now: float) -> float:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return -1.0
    return max(0.0, (moment - datetime.fromtimestamp(now, UTC)).total_seconds()) if moment.tzinfo else -1.0


def quota_of(headers: Mapping[str, str]) -> Quota | None:
    """Read the daily quota; public recordings show these headers, Zoho documents none."""
    limit, remaining, reset = (_of_the_day(headers, name) for name in ("limit", "remaining", "reset"))
    return None if limit is remaining is reset is None else Quota(limit, remaining, reset)


def _of_the_day(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(f"x-rate-limit-{name}", "")
    return int(text) if text.isascii() and text.isdigit() else None
