"""Creates a record so that it is never there twice: journal, send, and look where the answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from typing import Any, Final

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.api.modules import only_record, record_of
from zoho_books_connector.boundary import JournalEntry
from zoho_books_connector.creating import verdicts
from zoho_books_connector.creating.digests import differing_parts
from zoho_books_connector.creating.judging import Evidence, created_at
from zoho_books_connector.creating.kinds import Kind
from zoho_books_connector.creating.looking import Findings, look
from zoho_books_connector.creating.no_journal import NoJournal
from zoho_books_connector.creating.step import Step
from zoho_books_connector.creating.upserting import upsert
from zoho_books_connector.errors import (
    ConnectorError,
    ErrorDetails,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
)
from zoho_books_connector.models.base import Create
from zoho_books_connector.sending.calls import monotonic_of, sleep_of

Record = dict[str, Any]

#: Seconds between two looks: grows from the first to the last.
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 4.0
#: What Zoho answers when a record of this name or number is there already.
_DUPLICATES: Final = frozenset({"duplicate_contact", "duplicate_item", "duplicate_number", "duplicate_record"})


def create(client: BooksClient, inputs: Create, kind: Kind) -> Record:
    """Create a record and return it as Zoho answers it.

    Without a key it is sent once and never again. With a key it is journalled before it is sent; a lost answer is
    settled by looking; a record that is found is returned with ``log.recovered``. Raises ``OutcomeUnknownError`` where
    nothing is proven, and ``InputError`` for a key that was used with other inputs.
    """
    step = Step(client, kind, inputs)
    if step.unique_field:
        return upsert(step)
    return _SafeCreate(step).run() if step.key else _once(step)


def _once(step: Step) -> Record:
    began = step.client.log.clock()
    try:
        return _posted(step)
    except OutcomeUnknownError as loss:
        raise verdicts.lost(step, began, loss) from loss


def _posted(step: Step) -> Record:
    """Send; an answer that says success and brings no record is as good as lost."""
    path = step.kind.path
    answer = step.client.post(path, step.body(), params=step.inputs.query())
    record = only_record(answer.get(step.kind.key))
    if record is not None:
        return record
    raise OutcomeUnknownError(
        "record_missing",
        f"Zoho reported success but sent no {step.kind.noun}.",
        details=ErrorDetails(0, None, "POST", path),
    )


class _SafeCreate:
    """One create under a key, from the journal to the verdict."""

    def __init__(self, step: Step) -> None:
        runtime = step.run.runtime
        self._step = step
        self._log = step.client.log
        self._journal = runtime.journal or NoJournal()
        self._is_journalled = runtime.journal is not None
        self._monotonic, self._sleep = monotonic_of(runtime), sleep_of(runtime)
        http = runtime.http
        #: The longest that a request can be on its way and then be looked for.
        self._longest = http.wait_ceiling + http.connect_timeout + http.read_timeout + step.run.settle_within
        self._began, self._began_monotonic = self._log.clock(), self._monotonic()
        #: An attempt sends and looks; one that looks first may take twice as long.
        self._busy_until = self._began + (2 if self._looks_before_first else 1) * self._longest
        #: What an earlier attempt left in the journal, whose request may have been executed.
        self._earlier: JournalEntry | None = None
        self._has_sent = False

    def run(self) -> Record:
        if self._step.reference:
            name = str(self._step.kind.free_field).replace("_", " ")
            self._step.client.warn(f"The {name} {self._step.reference} was added, so that nothing is created twice.")
        entry = self._step.entry(self._began, busy_until=self._busy_until)
        self._earlier = self._journal.begin(self._step.key, entry)
        if self._earlier is None:
            return self._first()
        pointers = differing_parts(self._earlier.inputs, entry.inputs)
        if pointers:
            raise verdicts.key_reused(pointers)
        return self._again(self._earlier)

    # --- a key that is new --------------------------------------------------------------------------------------

    def _first(self) -> Record:
        """Send, after a look where the host cannot say that this is the first attempt or keeps no journal."""
        if self._looks_before_first:
            try:
                self._look_before_first()
            except ConnectorError:
                self._note(lambda: self._journal.forget(self._step.key))
                raise
        return self._send()

    @property
    def _looks_before_first(self) -> bool:
        return not self._is_journalled or self._step.run.attempt != 1

    def _look_before_first(self) -> None:
        if self._step.search is None:
            if not self._is_journalled and self._step.run.attempt != 1:
                raise verdicts.not_findable(self._step, None)
            return  # a journal that knows no sending is all the proof there is
        found = look(self._step, self._journal, Evidence)
        if found.unsure:
            raise verdicts.uncertain(self._step, self._began, found.unsure)

    # --- a key that is known ------------------------------------------------------------------------------------

    def _again(self, earlier: JournalEntry) -> Record:
        if earlier.record is not None:
            return self._read_back(earlier.record)
        self._busy_until = self._began + 2 * self._longest
        if not self._journal.take(self._step.key, now=self._began, busy_until=self._busy_until):
            return self._beside(earlier)
        try:
            found = self._searched(earlier)
        except OutcomeUnknownError:
            self._rest(earlier.busy_until)
            raise
        return self._send() if found is None else found

    def _beside(self, earlier: JournalEntry) -> Record:
        """Take what another attempt has made meanwhile; whatever else is found, that attempt may still be at work."""
        found = None
        if self._step.search is not None:
            with suppress(OutcomeUnknownError):
                found = self._found(until=-inf)
        if found is not None:
            return found
        wait = max(1.0, earlier.busy_until - self._log.clock())
        raise verdicts.still_running(self._step, earlier.began_at, wait)

    def _searched(self, earlier: JournalEntry) -> Record | None:
        """Look for what an earlier request may have made, until all that it can have made must show."""
        if self._step.search is None:
            raise verdicts.not_findable(self._step, earlier.began_at)
        return self._found(until=min(earlier.busy_until, self._began) + self._step.run.settle_within)

    def _read_back(self, name: str) -> Record:
        path = self._step.path_of(name.rpartition("/")[2])
        try:
            answer = self._step.client.get(path, scope=self._step.kind.read_scope)
        except NotFoundError as error:
            raise verdicts.deleted(self._step, error) from error
        self._log.recovered = True
        return record_of(self._step.kind.module, answer)

    # --- sending, and what may come of it -----------------------------------------------------------------------

    def _send(self) -> Record:
        try:
            with self._log.ending(self._busy_until - self._step.run.settle_within):
                self._has_sent = True
                record = _posted(self._step)
        except OutcomeUnknownError as loss:
            return self._after_loss(loss)
        except ConnectorError as refusal:
            return self._after_refusal(refusal)
        self._finish(record)
        return record

    def _after_loss(self, loss: OutcomeUnknownError) -> Record:
        ended, within = self._log.clock(), self._step.run.settle_within
        try:
            found = None if self._step.search is None else self._found(until=ended + within)
        except OutcomeUnknownError as unknown:
            self._rest(ended)
            raise unknown from loss
        if found is not None:
            return found
        self._rest(ended)
        if self._step.search is None:
            raise verdicts.not_findable(self._step, self._began, loss.details) from loss
        raise verdicts.not_found(self._step, self._first_sent(), within, loss.details) from loss

    def _after_refusal(self, refusal: ConnectorError) -> Record:
        """Forget the key, for nothing was executed; unless an earlier request of it may have been."""
        if self._earlier is None:
            self._note(lambda: self._journal.forget(self._step.key))
            raise refusal
        ended = self._earlier.busy_until
        if isinstance(refusal, RejectedError) and refusal.code in _DUPLICATES:
            try:
                found = self._found(until=self._log.clock() + self._step.run.settle_within)
            except OutcomeUnknownError as unknown:
                self._rest(ended)
                raise unknown from refusal
            if found is not None:
                return found
        self._rest(ended)
        raise refusal

    # --- looking ------------------------------------------------------------------------------------------------

    def _found(self, until: float) -> Record | None:
        """Look until the record is found or the time is over; raises ``OutcomeUnknownError`` for what is not clear."""
        unclear: OutcomeUnknownError | None = None
        before: list[str] = []
        for _ in self._looks(until):
            unclear = None
            try:
                found = look(self._step, self._journal, self._evidence)
                record = self._claimed(found)
            except ConnectorError as failure:
                unclear = verdicts.not_looked(self._step, self._first_sent(), failure)
                continue
            if record is not None:
                self._log.recovered = True
                return record
            if found.ours or found.unsure:
                ids = [*map(self._step.id_of, found.ours), *found.unsure]
                unclear = verdicts.uncertain(self._step, self._first_sent(), ids)
            if found.unsure and found.unsure == before:
                break  # another look would bring no other proof
            before = found.unsure
        if unclear is not None:
            raise unclear
        return None

    def _looks(self, until: float) -> Iterator[None]:
        """Yield at least once, and then at growing intervals, for the last time when the time is over."""
        yield
        for pause in _pauses(self._log.within(until - self._log.clock())):
            self._sleep(pause)
            if self._log.ended():
                return
            yield

    def _claimed(self, found: Findings) -> Record | None:
        if len(found.ours) != 1 or found.unsure:
            return None
        [record] = found.ours
        name = self._step.record_name(self._step.id_of(record))
        created = (created_at(record) or 0.0) - self._offset()
        return record if self._journal.claim(self._step.key, name, created_at=created) else None

    def _evidence(self) -> Evidence:
        """Date the sending by Zoho's clock: as it was noted, or else as it is now."""
        zoho_now = self._step.client.zoho_clock.now()
        if zoho_now is None:
            return Evidence(self._first_sent(), self._log.clock())
        if self._earlier is None:
            return Evidence(zoho_now - (self._monotonic() - self._began_monotonic), zoho_now, certain=True)
        noted = self._earlier.offset
        offset = self._offset() if noted is None else noted
        ended = zoho_now if self._has_sent else min(zoho_now, self._earlier.busy_until + offset)
        return Evidence(self._earlier.began_at + offset, ended, certain=noted is not None)

    def _first_sent(self) -> float:
        return self._began if self._earlier is None else self._earlier.began_at

    def _offset(self) -> float:
        """Seconds to add to this machine's clock for Zoho's."""
        zoho_now = self._step.client.zoho_clock.now()
        return 0.0 if zoho_now is None else zoho_now - self._log.clock()

    # --- the journal --------------------------------------------------------------------------------------------

    def _finish(self, record: Record) -> None:
        name = self._step.record_name(self._step.id_of(record))
        self._note(lambda: self._journal.finish(self._step.key, name))

    def _rest(self, ended: float) -> None:
        offset = self._offset() if self._step.client.zoho_clock.now() is not None else None
        self._note(lambda: self._journal.rest(self._step.key, ended_at=ended, offset=offset))

    def _note(self, write: Callable[[], None]) -> None:
        """Write to the journal after the fact: what it missed, the next attempt finds by looking."""
        try:
            write()
        except ConnectorError as error:
            self._step.client.warn(f"The outcome could not be noted in the journal: {error.message}")


def _pauses(seconds: float) -> Iterator[float]:
    """Divide a time into pauses that grow."""
    pause, left = _FIRST_PAUSE, seconds
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(_LAST_PAUSE, pause * 2)
