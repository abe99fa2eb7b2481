"""What a host remembers of creates, so that none is made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class JournalEntry:
    """What is kept of one key: digests and times, nothing that was sent."""

    #: A digest for each part of the inputs, by its JSON pointer.
    inputs: Mapping[str, str]
    #: A digest of what the record would be searched by; empty when nothing can find it.
    handle: str
    #: When the first request was sent, in unix seconds of this machine.
    began_at: float
    #: Seconds to add for Zoho's clock, as far as it was known then.
    offset: float | None
    #: Until when a request may still be on its way, in unix seconds of this machine.
    busy_until: float
    #: The record that came of it, once it is known.
    record: str | None = None


class Journal(Protocol):
    """Remembers which creates were sent, in all processes of a host, for at least 30 days.

    What ``begin`` has stored must survive a crash. Keys, handles and records are opaque texts. A method that cannot
    do its work raises any ``ConnectorError``.
    """

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:
        """Store ``entry`` before anything is sent; returns what is stored already when ``key`` is known."""

    def take(self, key: str, *, now: float, busy_until: float) -> bool:
        """Let the caller send for a known ``key`` that has no record; False while another's request may be on its way.

        A sending that was noted more than a minute in the future was noted before the clock was set back, and is over.
        """

    def rest(self, key: str, *, ended_at: float, offset: float | None) -> None:
        """Note that nothing is on its way any more and the outcome is unknown; an ``offset`` fills in a missing one."""

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named; a key that had claimed it by looking is open again."""

    def claim(self, key: str, record: str, *, created_at: float) -> bool:
        """Note a record that was found by looking, created at ``created_at`` by this machine's clock.

        False when another key has it, or when a key without a record, of the same handle, could be the one it belongs
        to: one that was busy within two minutes before.
        """

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""

    def forget(self, key: str) -> None:
        """Drop a key of which Zoho executed nothing; one that has a record stays."""
