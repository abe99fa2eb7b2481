"""Tokens that live as long as the process: for tests, trials and hosts that keep tokens elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zoho_books_connector.boundary import StaleTokensError, TokenSet


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
