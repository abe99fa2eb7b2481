"""What a host remembers of creates, so that none is made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

#: Two clocks that measured the same time differ by less than this. Seconds.
_AGREE: Final = 2.0


@dataclass(frozen=True)
class Stamp:
    """A moment by each clock that was known then, so that no clock that is set can hide how long ago it was."""

    #: Unix seconds of this machine, whose clock may be set at any time.
    wall: float
    #: Seconds of a clock that cannot be set, since the machine was started.
    steady: float
    #: Unix seconds by Zoho's clock.
    zoho: float | None = None

    def later(self, seconds: float) -> Stamp:
        """Return the moment that comes ``seconds`` later."""
        zoho = None if self.zoho is None else self.zoho + seconds
        return Stamp(self.wall + seconds, self.steady + seconds, zoho)

    def since(self, earlier: Stamp) -> float | None:
        """Return the seconds from ``earlier`` to this moment; ``None`` when no clock can tell.

        Zoho's clock tells. Where it was not known, this machine's tells if it was neither set nor started anew since.
        """
        if self.zoho is not None and earlier.zoho is not None:
            return self.zoho - earlier.zoho
        steady = self.steady - earlier.steady
        return steady if abs(self.wall - earlier.wall - steady) < _AGREE else None

    def dated(self, now: Stamp) -> Stamp:
        """Return this moment with Zoho's time, as far as ``now``, a later one, can tell it."""
        passed = now.since(self)
        if self.zoho is not None or now.zoho is None or passed is None:
            return self
        return replace(self, zoho=now.zoho - passed)


@dataclass(frozen=True)
class JournalEntry:
    """What is kept of one key: digests and times, nothing that was sent."""

    #: A digest for each part of the inputs, by its JSON pointer.
    inputs: Mapping[str, str]
    #: A digest of what the record would be searched by; empty when nothing can find it.
    handle: str
    #: When the first request was sent.
    began: Stamp
    #: Until when a request may still be on its way.
    busy_until: Stamp
    #: The record that came of it, once it is known.
    record: str | None = None
    #: Whether Zoho executed nothing of it, for certain.
    idle: bool = False


class Journal(Protocol):
    """Remembers which creates were sent, in all processes of a host, for at least 30 days.

    What ``begin`` has stored must survive a crash. Keys, handles and records are opaque texts. A method that cannot
    do its work raises any ``ConnectorError``.
    """

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:
        """Store ``entry`` before anything is sent, unless ``key`` is known; returns what was stored before.

        A stored entry that is idle gives way to the new one, and is returned as well.
        """

    def take(self, key: str, *, seen: Stamp, busy_until: Stamp) -> bool:
        """Let the caller send for a key, neither idle nor with a record, that nobody took since it was ``seen``."""

    def rest(self, key: str, *, seen: Stamp, began: Stamp, busy_until: Stamp) -> None:
        """Note what is known better of the times, unless somebody else has taken the key since it was ``seen``."""

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named; a key that had claimed it by looking is open again."""

    def claim(self, key: str, record: str, *, created_at: float) -> bool:
        """Note a record that was found by looking; ``created_at`` is in unix seconds by Zoho's clock.

        False when another key has it, or when another open key of the same handle could be the one it belongs to: one
        that was busy within two minutes before, or of which Zoho's time is not known.
        """

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""

    def forget(self, key: str) -> None:
        """Drop a key for which nothing was sent; one that has a record stays."""

    def free(self, key: str, *, seen: Stamp) -> None:
        """Note that Zoho executed nothing of an open key, so that it is idle, unless somebody else has taken it."""
