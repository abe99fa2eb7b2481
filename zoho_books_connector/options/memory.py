"""Remembers the pages of pickers for a short time, for each user apart, so that typing and reopening ask nobody."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.boundary import Option, RunContext, TokenStore

#: Seconds for which a page is good.
SECONDS: Final = 60.0
#: Pages kept: about 20,000 choices, and no more however many users there are.
PAGES: Final = 100
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Fetched:
    """What one asking brought: choices in order, whether there are more, and what to tell the user."""

    options: tuple[Option, ...]
    more: bool = False
    warnings: tuple[str, ...] = ()


class Memory:
    """The remembered pages of one process; safe across threads. Holds fingerprints of tokens, never a token."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, tuple[float, Fetched]] = OrderedDict()
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(16)

    @classmethod
    def of(cls, run: RunContext) -> Memory:
        """Return the runtime's memory."""
        return run.runtime.resource("zoho_books.options", cls)

    def who(self, tokens: TokenStore) -> str:
        """Return a fingerprint of who asks.

        Of both tokens: two users of one organization see different things, and a new consent, even one that keeps the
        refresh token, may reach other organizations.
        """
        loaded = tokens.load()
        if loaded is None:
            return ""
        held = f"{loaded[0].refresh_token}\n{loaded[0].access_token}"
        return hashlib.blake2b(held.encode(), key=self._salt, digest_size=16).hexdigest()

    def recall(self, key: Key, now: float) -> Fetched | None:
        """Return what is remembered and still good."""
        with self._lock:
            since, page = self._pages.get(key, (0.0, None))
            if page is not None and not 0 <= now - since < SECONDS:
                del self._pages[key]
                return None
            return page

    def keep(self, key: Key, page: Fetched, now: float) -> None:
        """Remember a page; the oldest makes room."""
        with self._lock:
            self._pages.pop(key, None)
            self._pages[key] = (now, page)
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)
