"""Zoho's rate limits as a host shares them between its runs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Quota:
    """What Zoho said of the organization's daily quota; ``None`` where it said nothing."""

    limit: int | None = None
    remaining: int | None = None
    #: Seconds until the quota is full again.
    reset: float | None = None


@dataclass(frozen=True)
class CallEnd:
    """How a request ended, as far as rate limits are concerned."""

    #: ``None`` when no answer came; Zoho may still be at work on the request.
    status: int | None = None
    #: The code in Zoho's answer.
    zoho_code: int | None = None
    #: Seconds, where the answer said them.
    retry_after: float | None = None
    quota: Quota | None = None
    #: False when the request never left, so that no limit counted it.
    sent: bool = True


class Slot(Protocol):
    """One place in a budget, held while one request is out."""

    def end(self, end: CallEnd) -> None:
        """Tell how the request ended; a slot that is given back without a word counts as lost on the way."""


class Budget(Protocol):
    """The share of Zoho's rate limits that this host may use; several processes may share one."""

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold one of the places of ``bucket`` (data centre and organization) while a request is out.

        Waits at most ``wait`` seconds; raises ``RateLimitedError`` with the time to come back when that is too short.
        ``interactive``: a person waits for the answer, so the part of the day that is kept for them may be used.
        """
