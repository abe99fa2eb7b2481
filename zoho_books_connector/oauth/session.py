"""Keeps one connection's access token fresh: refreshed by one caller, used by all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from zoho_books_connector.boundary import StaleTokensError, TokenSet, TokenStore
from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError
from zoho_books_connector.oauth.token_endpoint import TokenEndpoint
from zoho_books_connector.oauth.unsaved import UnsavedTokens
from zoho_books_connector.sending.calls import RunLog

logger: Final = logging.getLogger("zoho_books_connector.oauth")

#: Refresh this long before expiry, in seconds, or at a tenth of a shorter life.
_MARGIN: Final = 300.0
#: A token refused when it is younger than this lacks a scope or a role; a refresh would not help. Seconds.
_YOUNG: Final = 60.0
_LOCK_WAIT: Final = 45.0
#: What a refresh takes beyond its time-outs, at most. Seconds.
_LOCK_SLACK: Final = 5.0
_REMEMBERED: Final = 10_000
#: A refusal is believed for as long as an access token lives. Seconds.
_BELIEVED: Final = 3600.0


class Denials:
    """Remembers which authorization was refused which scope, so that no refresh is spent on it for an hour.

    By authorization, not by access token: else every process would spend a refresh on the token of the one before.
    Holds fingerprints, no tokens; forgets everything when it has grown large.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}

    def add(self, tokens: TokenSet, scope: str, now: float) -> None:
        """Remember that ``tokens``, fresh as they were, lack ``scope``."""
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[_fingerprint(tokens), scope] = now

    def hold(self, tokens: TokenSet, scope: str, now: float) -> bool:
        """Tell whether a refresh was of no help lately; what was noted in the future does not count."""
        noted = self._seen.get((_fingerprint(tokens), scope))
        return noted is not None and 0 <= now - noted < _BELIEVED


@contextmanager
def locked(store: TokenStore, log: RunLog) -> Iterator[None]:
    """Keep everybody else from changing the tokens; raises ``UnavailableError`` when they stay locked for too long.

    Held no longer than a refresh can last, so that a process that died in one blocks nobody for ever.
    """
    http = log.run.runtime.http
    try:
        with store.lock(ttl=http.connect_timeout + http.read_timeout + _LOCK_SLACK, wait=log.within(_LOCK_WAIT)):
            yield
    except TimeoutError as error:
        raise UnavailableError(
            "refresh_busy",
            "Another run has been refreshing this connection's token for too long.",
            "Try again in a minute.",
        ) from error


def _fingerprint(tokens: TokenSet) -> str:
    return hashlib.sha256(tokens.refresh_token.encode()).hexdigest()


@dataclass(frozen=True)
class _Held:
    """The newest tokens, and what the store holds; the same unless storing them failed."""

    tokens: TokenSet = field(repr=False)
    stored: TokenSet = field(repr=False)
    version: int


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
        self._unsaved = log.run.runtime.resource("zoho_books.unsaved_tokens", UnsavedTokens)
        #: Whether this run has met tokens that could not be stored, and said so.
        self._told = False

    def current(self) -> TokenSet:
        """Return tokens that are good for minutes; raises ``CredentialError`` when there are none."""
        held = self._load()
        if self._expiring(held.tokens):
            return self._renew(refused=None)
        return held.tokens if held.tokens is held.stored or self._told else self._save(held)

    def after_refusal(self, refused: TokenSet, scope: str) -> TokenSet | None:
        """Return other tokens to try after a 401, or ``None`` when a refresh cannot help."""
        now = self._log.clock()
        if _was_never_granted(scope, refused) or self._denials.hold(refused, scope, now):
            return None
        # Tokens from the future were issued before the clock was set back.
        if abs(now - refused.issued_at) < _YOUNG:
            self.deny(refused, scope)
            return None
        return self._renew(refused=refused)

    def deny(self, tokens: TokenSet, scope: str) -> None:
        """Remember that even fresh ``tokens`` were refused ``scope``."""
        self._denials.add(tokens, scope, self._log.clock())

    def _renew(self, refused: TokenSet | None) -> TokenSet:
        """Lock, look again, refresh, save: whoever comes second finds the tokens of the first."""
        with locked(self._store, self._log):
            held = self._load()
            if refused is not None and held.tokens.access_token != refused.access_token:
                return held.tokens
            if refused is None and not self._expiring(held.tokens):
                return held.tokens
            renewed = self._endpoint(held.tokens).refresh(held.tokens)
            self._unsaved.keep(held.stored, renewed)
            return self._save(_Held(renewed, held.stored, held.version))

    def _save(self, held: _Held) -> TokenSet:
        """Store the newest tokens; where that fails they are used all the same, and stored at a later use."""
        try:
            self._store.save(held.tokens, expected=held.version)
        except StaleTokensError:
            return self._overtaken(held)
        except (ConnectorError, OSError) as error:
            if isinstance(error, CredentialError) and error.reason == "not_connected":
                self._unsaved.drop(held.stored)  # deleted meanwhile
                raise
            self._tell(held, error)
            return held.tokens
        self._unsaved.drop(held.stored)
        return held.tokens

    def _overtaken(self, held: _Held) -> TokenSet:
        """Return what somebody stored meanwhile: whoever re-authorized has the newer tokens."""
        self._unsaved.drop(held.stored)
        theirs = self._load().tokens
        if held.tokens.refresh_token not in (held.stored.refresh_token, theirs.refresh_token):
            logger.warning("a new refresh token was not stored, for other tokens were stored meanwhile")
            self._log.warnings.append(
                "Zoho sent a new refresh token while other tokens were stored, which were kept. If the connection stops"
                " working, authorize it again."
            )
        return theirs

    def _tell(self, held: _Held, error: Exception) -> None:
        self._told = True
        reason = str(error) if isinstance(error, ConnectorError) else "The store cannot be written."
        code = error.code if isinstance(error, ConnectorError) else type(error).__name__
        self._log.warnings.append(
            "The new access token could not be stored; this run goes on with it, and the next one in this process tries"
            f" to store it again. {reason}"
        )
        logger.warning("a new access token could not be stored: %s", code)
        if held.tokens.refresh_token != held.stored.refresh_token:
            self._log.warnings.append(
                "Zoho sent a new refresh token as well. Mend the store before this process ends, or the connection must"
                " be authorized again."
            )
            logger.warning("a new refresh token could not be stored: %s", code)

    def _load(self) -> _Held:
        found = self._store.load()
        if found is None:
            raise CredentialError(
                "not_connected",
                "This connection has not been authorized yet.",
                "Authorize the connection.",
                reason="not_connected",
            )
        stored, version = found
        return _Held(self._unsaved.after(stored) or stored, stored, version)

    def _expiring(self, tokens: TokenSet) -> bool:
        margin = min(_MARGIN, (tokens.expires_at - tokens.issued_at) / 10)
        return tokens.expires_at - self._log.clock() < margin


def _was_never_granted(scope: str, tokens: TokenSet) -> bool:
    """Tell whether the accounts server itself said that the scope is not among those granted."""
    # Behind it is the manifest, which a run without a refusal does without.
    from zoho_books_connector.oauth.scopes import missing

    return bool(scope and tokens.scope and missing(tokens.scope, [scope]))
