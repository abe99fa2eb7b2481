"""The tokens of one connection, and where a host keeps them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class TokenSet:
    """The tokens of one connection. Never shown: ``repr`` names no token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    #: Unix seconds.
    expires_at: float
    #: Unix seconds at which the access token was issued.
    issued_at: float
    #: Scopes that were granted, separated by commas; empty when the accounts server did not say.
    scope: str = ""
    accounts_url: str = ""


class TokenStore(Protocol):
    """Durable tokens of ONE connection, refresh token included: losing it disconnects."""

    def load(self) -> tuple[TokenSet, int] | None:
        """Return the tokens and their version, or ``None`` when nothing is stored."""

    def save(self, tokens: TokenSet, *, expected: int | None) -> int:
        """Store ``tokens`` and return their version; ``expected`` is the version that was loaded.

        Raises ``StaleTokensError`` when another writer was faster, ``expected=None`` meaning that none is there yet. A
        ``ConnectorError`` or ``OSError`` means that they could not be stored: the run goes on with them, and warns.
        """

    def clear(self) -> None:
        """Forget the tokens."""

    def lock(self, *, ttl: float, wait: float) -> AbstractContextManager[None]:
        """Keep every other holder out, in any process, for at most ``ttl`` seconds, waiting at most ``wait``.

        Raises ``TimeoutError`` when ``wait`` is over.
        """


class StaleTokensError(Exception):
    """The stored tokens changed since they were loaded."""
