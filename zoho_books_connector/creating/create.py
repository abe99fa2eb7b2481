"""Creates a record so that it is never there twice: journal, send, and look where the answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.api.modules import only_record, record_of
from zoho_books_connector.boundary import JournalEntry
from zoho_books_connector.creating import verdicts
from zoho_books_connector.creating.digests import differing_parts
from zoho_books_connector.creating.finding import Finder
from zoho_books_connector.creating.judging import Evidence
from zoho_books_connector.creating.kinds import Kind
from zoho_books_connector.creating.looking import look
from zoho_books_connector.creating.no_journal import NoJournal
from zoho_books_connector.creating.sendings import Sendings
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

Record = dict[str, Any]

#: Seconds after which to ask again when another attempt has just begun.
_TAKEN: Final = 5.0
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
        runtime, http = step.run.runtime, step.run.runtime.http
        self._step = step
        self._log = step.client.log
        self._journal = runtime.journal or NoJournal()
        self._is_journalled = runtime.journal is not None
        #: The longest that a request can be on its way and then be looked for. An attempt that looks first takes twice.
        self._longest = http.wait_ceiling + http.connect_timeout + http.read_timeout + step.run.settle_within
        self._began = step.now()
        #: Until when this attempt may be at work, as the journal has it.
        self._lease = self._began.later((2 if self._looks_before_first else 1) * self._longest)
        self._sendings = Sendings(step, self._began)
        self._finder = Finder(step, self._journal, self._sendings)
        #: Whether an earlier attempt may have sent something that was executed.
        self._is_known = False

    def run(self) -> Record:
        if self._step.reference:
            name = str(self._step.kind.free_field).replace("_", " ")
            self._step.client.warn(f"The {name} {self._step.reference} was added, so that nothing is created twice.")
        entry = self._step.entry(self._began, busy_until=self._lease)
        earlier = self._journal.begin(self._step.key, entry)
        if earlier is None:
            return self._first()
        if earlier.idle:
            return self._send()
        pointers = differing_parts(earlier.inputs, entry.inputs)
        if pointers:
            raise verdicts.key_reused(pointers)
        return self._again(earlier)

    # --- a key that is new --------------------------------------------------------------------------------------

    def _first(self) -> Record:
        """Send, after a look where the host cannot say that this is the first attempt or keeps no journal."""
        if self._looks_before_first:
            try:
                with self._ending():
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
            raise verdicts.uncertain(self._step, self._sendings.when, found.unsure)

    # --- a key that is known ------------------------------------------------------------------------------------

    def _again(self, earlier: JournalEntry) -> Record:
        if earlier.record is not None:
            return self._read_back(earlier.record)
        self._is_known = True
        self._sendings.follow(earlier)
        found, unclear = self._finder.glance()
        if found is not None:
            return found
        passed = self._take_over(earlier)
        try:
            with self._ending():
                found = self._searched(self._step.run.settle_within - passed, unclear)
        except OutcomeUnknownError:
            self._rest()
            raise
        return self._send() if found is None else found

    def _take_over(self, earlier: JournalEntry) -> float:
        """Return for how many seconds no request of an earlier attempt can have been on its way.

        Raises ``OutcomeUnknownError`` while one can be. When no clock can tell, the time begins to count now.
        """
        now = self._step.now()
        passed = now.since(earlier.busy_until)
        if passed is None:
            again = now.later(self._longest)
            self._journal.rest(self._step.key, seen=earlier.busy_until, began=earlier.began, busy_until=again)
            raise verdicts.still_running(self._step, self._sendings.when, self._longest)
        if passed < 0:
            raise verdicts.still_running(self._step, self._sendings.when, -passed)
        self._lease = now.later(2 * self._longest)
        if not self._journal.take(self._step.key, seen=earlier.busy_until, busy_until=self._lease):
            raise verdicts.still_running(self._step, self._sendings.when, _TAKEN)
        return passed

    def _searched(self, patience: float, unclear: OutcomeUnknownError | None) -> Record | None:
        """Look for as long as what an earlier request has made may still come to show."""
        if self._step.search is None:
            raise verdicts.not_findable(self._step, self._sendings.when)
        if patience > 0:
            return self._finder.found(patience)
        if unclear is not None:
            raise unclear
        return None

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
            with self._ending():
                record = _posted(self._step)
        except OutcomeUnknownError as loss:
            return self._after_loss(loss)
        except ConnectorError as refusal:
            return self._after_refusal(refusal)
        name = self._step.record_name(self._step.id_of(record))
        self._note(lambda: self._journal.finish(self._step.key, name))
        return record

    def _ending(self) -> AbstractContextManager[None]:
        """Let everything end while the journal still keeps other attempts out, with time left to look afterwards."""
        return self._log.ending(self._lease.wall - self._step.run.settle_within)

    def _after_loss(self, loss: OutcomeUnknownError) -> Record:
        self._sendings.ended()
        within = self._step.run.settle_within
        try:
            found = None if self._step.search is None else self._finder.found(within)
        except OutcomeUnknownError as unknown:
            self._rest()
            raise unknown from loss
        if found is not None:
            return found
        self._rest()
        if self._step.search is None:
            raise verdicts.not_findable(self._step, self._sendings.when, loss.details) from loss
        raise verdicts.not_found(self._step, self._sendings.when, within, loss.details) from loss

    def _after_refusal(self, refusal: ConnectorError) -> Record:
        """Let the key be idle, for nothing was executed; unless an earlier request of it may have been."""
        if not self._is_known:
            self._note(lambda: self._journal.free(self._step.key, seen=self._lease))
            raise refusal
        if isinstance(refusal, RejectedError) and refusal.code in _DUPLICATES:
            try:
                found = self._finder.found(self._step.run.settle_within)
            except OutcomeUnknownError as unknown:
                self._rest()
                raise unknown from refusal
            if found is not None:
                return found
        self._rest()
        raise refusal

    # --- the journal --------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Note that nothing of this attempt is on its way any more."""
        first, last = self._sendings.first, self._sendings.last
        self._note(lambda: self._journal.rest(self._step.key, seen=self._lease, began=first, busy_until=last))

    def _note(self, write: Callable[[], None]) -> None:
        """Write to the journal after the fact: what it missed, the next attempt finds by looking."""
        try:
            write()
        except ConnectorError as error:
            self._step.client.warn(f"The outcome could not be noted in the journal: {error.message}")
