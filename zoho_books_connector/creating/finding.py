"""Looks for the record of a create until it is found, or until all that was executed must have shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zoho_books_connector.boundary import Journal
from zoho_books_connector.creating import verdicts
from zoho_books_connector.creating.judging import created_at
from zoho_books_connector.creating.looking import Findings, look
from zoho_books_connector.creating.sendings import Sendings
from zoho_books_connector.creating.step import Step
from zoho_books_connector.errors import ConnectorError, OutcomeUnknownError
from zoho_books_connector.sending.calls import sleep_of

Record = dict[str, Any]

#: Seconds between two looks: grows from the first to the last.
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 4.0


class Finder:
    """Finds, and claims, what the requests of one key have made."""

    def __init__(self, step: Step, journal: Journal, sendings: Sendings) -> None:
        self._step = step
        self._log = step.client.log
        self._journal = journal
        self._sendings = sendings
        self._sleep = sleep_of(step.run.runtime)

    def found(self, patience: float) -> Record | None:
        """Look until the record is found or the time is over; raises ``OutcomeUnknownError`` for what is not clear."""
        unclear: OutcomeUnknownError | None = None
        for _ in self._looks(patience):
            unclear = None
            try:
                found = look(self._step, self._journal, self._sendings.evidence)
                record = self._claimed(found)
            except ConnectorError as failure:
                unclear = verdicts.not_looked(self._step, self._sendings.when, failure)
                continue
            if record is not None:
                self._log.recovered = True
                return record
            if found.ours or found.unsure:
                ids = [*map(self._step.id_of, found.ours), *found.unsure]
                unclear = verdicts.uncertain(self._step, self._sendings.when, ids)
        if unclear is not None:
            raise unclear
        return None

    def glance(self) -> tuple[Record | None, OutcomeUnknownError | None]:
        """Look once: at what is there already, and at what time it is at Zoho."""
        if self._step.search is None:
            return None, None
        try:
            return self.found(0.0), None
        except OutcomeUnknownError as unclear:
            return None, unclear

    def _looks(self, patience: float) -> Iterator[None]:
        """Yield at least once, and then at growing intervals, for the last time when the time is over."""
        yield
        for pause in _pauses(self._log.within(patience)):
            self._sleep(pause)
            if self._log.ended():
                return
            yield

    def _claimed(self, found: Findings) -> Record | None:
        if len(found.ours) != 1 or found.unsure:
            return None
        [record] = found.ours
        name, created = self._step.record_name(self._step.id_of(record)), created_at(record) or 0.0
        return record if self._journal.claim(self._step.key, name, created_at=created) else None


def _pauses(seconds: float) -> Iterator[float]:
    """Divide a time into pauses that grow."""
    pause, left = _FIRST_PAUSE, seconds
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(_LAST_PAUSE, pause * 2)
