"""Tokens, and a journal, that live as long as the process: for tests, trials and hosts that keep them elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from zoho_books_connector.boundary import JournalEntry, StaleTokensError, Stamp, TokenSet
from zoho_books_connector.stores.journal import CLAIMED_WRONGLY, LATE, logger


class MemoryTokenStore:
    """A ``TokenStore`` for one connection and many threads; other processes do not see it.

    ``clock`` measures how long a lock is held and waited for, so a monotonic one is due.
    """

    def __init__(self, tokens: TokenSet | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._tokens = tokens
        #: Only ever grows, so that a version from before a ``clear`` never fits what was stored after it.
        self._version = 0 if tokens is None else 1
        self._holder: object | None = None
        self._held_until = 0.0

    def load(self) -> tuple[TokenSet, int] | None:
        """Return the tokens and their version."""
        with self._changed:
            return None if self._tokens is None else (self._tokens, self._version)

    def save(self, tokens: TokenSet, *, expected: int | None) -> int:
        """Store ``tokens`` unless another writer was faster."""
        with self._changed:
            current = None if self._tokens is None else self._version
            if current != expected:
                raise StaleTokensError(f"Expected version {expected}, found {current}.")
            self._tokens, self._version = tokens, self._version + 1
            return self._version

    def clear(self) -> None:
        """Forget the tokens."""
        with self._changed:
            self._tokens = None

    @contextmanager
    def lock(self, *, ttl: float, wait: float) -> Iterator[None]:
        """Keep other threads out; not reentrant. After ``ttl`` the next one may enter even if this one still works."""
        holder = object()
        self._acquire(holder, ttl=ttl, wait=wait)
        try:
            yield
        finally:
            with self._changed:
                if self._holder is holder:
                    self._holder = None
                    self._changed.notify()

    def _acquire(self, holder: object, *, ttl: float, wait: float) -> None:
        give_up = self._clock() + wait
        with self._changed:
            while self._holder is not None and (now := self._clock()) < self._held_until:
                if now >= give_up:
                    raise TimeoutError("The tokens of this connection stayed locked by another thread.")
                self._changed.wait(min(give_up, self._held_until) - now)
            self._holder, self._held_until = holder, self._clock() + ttl


class MemoryJournal:
    """A ``Journal`` for the threads of one process, which forgets everything at its end, and nothing before.

    For tests and trials: after a crash a step that had created something is no longer known.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, JournalEntry] = {}
        self._holders: dict[str, str] = {}

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:
        """Store ``entry``, unless ``key`` is known; returns what was stored before."""
        with self._lock:
            known = self._entries.get(key)
            if known is None or known.idle:
                self._entries[key] = entry
            return known

    def take(self, key: str, *, seen: Stamp, busy_until: Stamp) -> bool:
        """Let the caller send for a key, not idle and without a record, whose time is still ``seen``."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.record is not None or entry.idle or entry.busy_until != seen:
                return False
            self._entries[key] = replace(entry, busy_until=busy_until)
            return True

    def rest(self, key: str, *, seen: Stamp, began: Stamp, busy_until: Stamp) -> None:
        """Note what is known better of the times, unless somebody else has taken the key."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.busy_until == seen:
                self._entries[key] = replace(entry, began=began, busy_until=busy_until)

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named, even if another key has claimed it: that key is open again."""
        with self._lock:
            holder = self._holders.get(record, key)
            if holder != key:
                self._entries[holder] = replace(self._entries[holder], record=None)
                del self._holders[record]
                logger.warning(CLAIMED_WRONGLY)
            self._hold(key, record)

    def claim(self, key: str, record: str, *, created_at: float) -> bool:
        """Note a record that was found by looking, unless it is or could be another key's."""
        with self._lock:
            mine = self._entries.get(key)
            if mine is None or mine.record is not None:
                return mine is not None and mine.record == record
            if record in self._holders or self._has_rivals(key, mine.handle, created_at):
                return False
            self._hold(key, record)
            return True

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""
        with self._lock:
            return self._holders.get(record)

    def forget(self, key: str) -> None:
        """Drop a key for which nothing was sent; one that has a record stays."""
        with self._lock:
            if key in self._entries and self._entries[key].record is None:
                del self._entries[key]

    def free(self, key: str, *, seen: Stamp) -> None:
        """Note that Zoho executed nothing of an open key, unless somebody else has taken it."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.record is None and entry.busy_until == seen:
                self._entries[key] = replace(entry, idle=True)

    def _has_rivals(self, key: str, handle: str, created_at: float) -> bool:
        return bool(handle) and any(
            entry.handle == handle and entry.record is None and not entry.idle and _may_have_made(entry, created_at)
            for other, entry in self._entries.items()
            if other != key
        )

    def _hold(self, key: str, record: str) -> None:
        if entry := self._entries.get(key):
            self._holders.pop(entry.record or "", None)
            self._entries[key] = replace(entry, record=record, idle=False)
            self._holders[record] = key


def _may_have_made(entry: JournalEntry, created_at: float) -> bool:
    busy_until = entry.busy_until.zoho
    return busy_until is None or busy_until + LATE >= created_at
