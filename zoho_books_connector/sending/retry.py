"""Decides, as a pure function, whether a request may be sent again and how long to wait first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: How a request ended without a usable answer. ``unsent`` never reached Zoho; the others may have been executed.
Failure = Literal["unsent", "lost", "server_error", "unreadable"]

MAX_SENDS: Final = 3
_FIRST_WAIT: Final = 0.5
#: Zoho's codes for limits that clear within seconds; 43, 44 and 45 need a minute or more.
_SHORT_LIMITS: Final = frozenset({1070})
_SHORT_LIMIT_WAIT: Final = 2.0


@dataclass(frozen=True)
class Attempt:
    """One sending of a request and how it ended."""

    method: str
    #: 1 for the first sending.
    number: int
    failure: Failure | None = None
    status: int | None = None
    zoho_code: int | None = None
    retry_after: float | None = None


def wait_before_resend(attempt: Attempt, ceiling: float) -> float | None:
    """Return the seconds to wait before sending again, or ``None`` when this answer stands.

    A wait longer than ``ceiling`` is the host's to schedule. A POST that may have been executed is never sent again:
    two invoices are worse than an unknown outcome.
    """
    if attempt.number >= MAX_SENDS:
        return None
    if attempt.status == 429:
        return _limited(attempt, ceiling)
    if attempt.failure is None or (attempt.method == "POST" and attempt.failure != "unsent"):
        return None
    wait = attempt.retry_after if attempt.retry_after is not None else _FIRST_WAIT * 2 ** (attempt.number - 1)
    return wait if wait <= ceiling else None


def _limited(attempt: Attempt, ceiling: float) -> float | None:
    """A 429 was not executed, so any method may be sent again, if the wait is short."""
    wait = attempt.retry_after
    if wait is None and attempt.zoho_code in _SHORT_LIMITS:
        wait = _SHORT_LIMIT_WAIT * attempt.number
    return wait if wait is not None and wait <= ceiling else None
