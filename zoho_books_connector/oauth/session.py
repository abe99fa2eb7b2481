"""Keeps one connection's access token fresh: refreshed by one caller, used by all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from zoho_books_connector.boundary import StaleTokensError, TokenSet, TokenStore
from zoho_books_connector.errors import CredentialError, UnavailableError
from zoho_books_connector.oauth.token_endpoint import TokenEndpoint
from zoho_books_connector.sending.calls import RunLog

#: Refresh this long before expiry, in seconds, or at a tenth of a shorter life.
_MARGIN: Final = 300.0
#: A token refused when it is younger than this lacks a scope or a role; a refresh would not help. Seconds.
_YOUNG: Final = 60.0
_LOCK_TTL: Final = 60.0
_LOCK_WAIT: Final = 45.0
_REMEMBERED: Final = 10_000


class Denials:
    """Remembers which access token was refused which scope, so that no refresh is spent on it again.

    Holds fingerprints, no tokens; forgets everything when it has grown large.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def add(self, tokens: TokenSet, scope: str) -> None:
        """Remember that ``tokens`` lack ``scope``."""
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen.add((_fingerprint(tokens), scope))

    def __contains__(self, denial: tuple[TokenSet, str]) -> bool:
        tokens, scope = denial
        return (_fingerprint(tokens), scope) in self._seen


@contextmanager
def locked(store: TokenStore, log: RunLog) -> Iterator[None]:
    """Keep everybody else from changing the tokens; raises ``UnavailableError`` when they stay locked for too long."""
    try:
        with store.lock(ttl=_LOCK_TTL, wait=log.within(_LOCK_WAIT)):
            yield
    except TimeoutError as error:
        raise UnavailableError(
            "refresh_busy",
            "Another run has been refreshing this connection's token for too long.",
            "Try again in a minute.",
        ) from error


def _fingerprint(tokens: TokenSet) -> str:
    return hashlib.sha256(tokens.access_token.encode()).hexdigest()


class TokenSession:
    """The tokens of one connection, for one run."""

    def __init__(
        self,
        store: TokenStore,
        endpoint: Callable[[TokenSet], TokenEndpoint],
        denials: Denials,
        log: RunLog,
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._denials = denials
        self._log = log

    def current(self) -> TokenSet:
        """Return tokens that are good for minutes; raises ``CredentialError`` when there are none."""
        tokens, _ = self._load()
        return self._renew(refused=None) if self._expiring(tokens) else tokens

    def after_refusal(self, refused: TokenSet, scope: str) -> TokenSet | None:
        """Return other tokens to try after a 401, or ``None`` when a refresh cannot help."""
        if (refused, scope) in self._denials:
            return None
        if self._log.clock() - refused.issued_at < _YOUNG:
            self._denials.add(refused, scope)
            return None
        return self._renew(refused=refused)

    def deny(self, tokens: TokenSet, scope: str) -> None:
        """Remember that even fresh ``tokens`` were refused ``scope``."""
        self._denials.add(tokens, scope)

    def _renew(self, refused: TokenSet | None) -> TokenSet:
        """Lock, look again, refresh, save: whoever comes second finds the tokens of the first."""
        with locked(self._store, self._log):
            tokens, version = self._load()
            if refused is not None and tokens.access_token != refused.access_token:
                return tokens
            if refused is None and not self._expiring(tokens):
                return tokens
            renewed = self._endpoint(tokens).refresh(tokens)
            return self._save(renewed, version)

    def _save(self, renewed: TokenSet, version: int) -> TokenSet:
        try:
            self._store.save(renewed, expected=version)
        except StaleTokensError:
            # Somebody re-authorized meanwhile: theirs are newer.
            return self._load()[0]
        return renewed

    def _load(self) -> tuple[TokenSet, int]:
        stored = self._store.load()
        if stored is None:
            raise CredentialError(
                "not_connected",
                "This connection has not been authorized yet.",
                "Authorize the connection.",
                reason="not_connected",
            )
        return stored

    def _expiring(self, tokens: TokenSet) -> bool:
        margin = min(_MARGIN, (tokens.expires_at - tokens.issued_at) / 10)
        return tokens.expires_at - self._log.clock() < margin
