"""When requests of one key were sent, by Zoho's clock as far as that can be told."""

from __future__ import annotations

from dataclasses import replace

from zoho_books_connector.boundary import JournalEntry, Stamp
from zoho_books_connector.creating.judging import Evidence
from zoho_books_connector.creating.step import Step


class Sendings:
    """The first and the last sending of a key: those of an earlier attempt, and this one's own."""

    def __init__(self, step: Step, now: Stamp) -> None:
        self._step = step
        self._began = self._last = now
        #: Whether these moments are of this process.
        self._began_here = self._ended_here = True

    def follow(self, earlier: JournalEntry) -> None:
        """Begin with what an earlier attempt may have sent."""
        self._began, self._last = earlier.began, earlier.busy_until
        self._began_here = self._ended_here = False

    @property
    def first(self) -> Stamp:
        """When the first request was sent."""
        return self._dated(self._began, here=self._began_here)

    @property
    def last(self) -> Stamp:
        """Until when the last one may have been on its way."""
        return self._dated(self._last, here=self._ended_here)

    @property
    def when(self) -> float:
        """The first sending in unix seconds, to be told to a person."""
        first = self.first
        return first.wall if first.zoho is None else first.zoho

    def ended(self) -> None:
        """Note that a request of this attempt is on its way no more."""
        self._last, self._ended_here = self._step.now(), True

    def evidence(self) -> Evidence:
        """Return what is known now; Zoho's time is, once an answer has come."""
        now, first, last = self._step.now(), self.first, self.last
        if first.zoho is None or now.zoho is None:
            offset = 0.0 if now.zoho is None else now.zoho - now.wall
            return Evidence(first.wall + offset, now.wall + offset)
        return Evidence(first.zoho, now.zoho if last.zoho is None else min(last.zoho, now.zoho), certain=True)

    def _dated(self, moment: Stamp, *, here: bool) -> Stamp:
        """Give a moment Zoho's time. In one process the steady clock tells, whatever became of the other one."""
        now = self._step.now()
        if not here or moment.zoho is not None or now.zoho is None:
            return moment.dated(now)
        return replace(moment, zoho=now.zoho - (now.steady - moment.steady))
