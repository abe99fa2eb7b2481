"""Grant codes, refresh tokens and access tokens of one data centre, with their lives and limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .switches import Limits, Switches


class TokenRefusedError(Exception):
    """A token request that is not carried out; `error` is the word Zoho answers with."""

    def __init__(self, error: str, *, throttled: bool = False) -> None:
        """Note the word, and whether it is about asking too often."""
        super().__init__(error)
        self.error = error
        self.throttled = throttled


@dataclass(frozen=True)
class Grant:
    """A grant code that waits to be exchanged once."""

    client_id: str
    scopes: tuple[str, ...]
    redirect_uri: str | None
    with_refresh_token: bool
    expires_at: float


@dataclass(frozen=True)
class AccessToken:
    """An access token; it is dead once it is expired or no longer listed."""

    client_id: str
    scopes: tuple[str, ...]
    expires_at: float
    refresh_token: str | None


@dataclass
class RefreshToken:
    """A refresh token and the access tokens it lately gave."""

    client_id: str
    scopes: tuple[str, ...]
    issued: deque[float] = field(default_factory=deque)
    active: deque[str] = field(default_factory=deque)
    blocked_until: float = 0


class TokenVault:
    """What one data centre's accounts server remembers; callers hold the data centre's lock."""

    def __init__(
        self,
        *,
        api_domain: str,
        clock: Callable[[], float],
        new_token: Callable[[int], str],
        switches: Switches,
        limits: Limits,
    ) -> None:
        """Start empty."""
        self._api_domain = api_domain
        self._clock = clock
        self._new_token = new_token
        self._switches = switches
        self._limits = limits
        self._grants: dict[str, Grant] = {}
        self._granted: dict[str, deque[float]] = {}
        self._consented: set[str] = set()
        self._refresh: dict[str, RefreshToken] = {}
        self._access: dict[str, AccessToken] = {}

    def grant(
        self,
        client_id: str,
        scopes: Iterable[str],
        *,
        redirect_uri: str | None,
        offline: bool,
        prompted: bool,
        seconds: float | None = None,
    ) -> str:
        """Give a code; it carries a refresh token at the first offline consent and after `prompt=consent`."""
        now = self._clock()
        granted = self._granted.setdefault(client_id, deque())
        self._slide(granted, now)
        most = self._limits.grant_codes_per_window
        if most is not None and len(granted) >= most:
            raise TokenRefusedError("access_denied", throttled=True)
        granted.append(now)
        with_refresh_token = offline and (prompted or client_id not in self._consented)
        self._consented.add(client_id)
        code = self._new()
        life = seconds or self._switches.code_seconds
        self._grants[code] = Grant(client_id, tuple(scopes), redirect_uri, with_refresh_token, now + life)
        return code

    def exchange(self, code: str, client_id: str, redirect_uri: str) -> dict[str, Any]:
        """Exchange a code, once, for an answer with tokens."""
        grant = self._grants.get(code)
        if grant is None or grant.client_id != client_id or grant.expires_at <= self._clock():
            raise TokenRefusedError("invalid_code")
        if grant.redirect_uri is not None and grant.redirect_uri != redirect_uri:
            raise TokenRefusedError("invalid_redirect_uri")
        del self._grants[code]
        return self.issue(client_id, grant.scopes, with_refresh_token=grant.with_refresh_token)

    def refresh(self, refresh_token: str, client_id: str) -> dict[str, Any]:
        """Give a new access token; the refresh token stays as it is and is not repeated."""
        held = self._refresh.get(refresh_token)
        if held is None or held.client_id != client_id:
            raise TokenRefusedError("invalid_code")
        self._throttle(held)
        return self._answer(client_id, held.scopes, refresh_token)

    def issue(self, client_id: str, scopes: Iterable[str], *, with_refresh_token: bool) -> dict[str, Any]:
        """Make tokens without any ceremony."""
        scopes = tuple(scopes)
        if not with_refresh_token:
            return self._answer(client_id, scopes, None)
        self._drop_oldest_refresh_token(client_id)
        refresh_token = self._new()
        self._refresh[refresh_token] = RefreshToken(client_id, scopes)
        answer = self._answer(client_id, scopes, refresh_token)
        return {"access_token": answer.pop("access_token"), "refresh_token": refresh_token, **answer}

    def find(self, access_token: str) -> AccessToken | None:
        """The access token, if it is alive here."""
        token = self._access.get(access_token)
        return token if token and token.expires_at > self._clock() else None

    def revoke(self, token: str) -> bool:
        """End a refresh token with its access tokens, or one access token; whether there was any."""
        held = self._refresh.pop(token, None)
        if held is None:
            return self._access.pop(token, None) is not None
        for access_token in held.active:
            self._access.pop(access_token, None)
        return True

    def expire_access_tokens(self) -> None:
        """Let every access token die while refresh tokens live on."""
        self._access.clear()

    def revoke_all(self) -> None:
        """Let every token and code die."""
        self._access.clear()
        self._refresh.clear()
        self._grants.clear()

    def _answer(self, client_id: str, scopes: tuple[str, ...], refresh_token: str | None) -> dict[str, Any]:
        access_token = self._new()
        life = self._limits.access_token_seconds
        self._access[access_token] = AccessToken(client_id, scopes, self._clock() + life, refresh_token)
        if refresh_token is not None:
            self._count_active(self._refresh[refresh_token], access_token)
        answer: dict[str, Any] = {"access_token": access_token}
        if self._switches.answered_scope == "present":
            answer["scope"] = " ".join(scopes)
        return answer | {"api_domain": self._api_domain, "token_type": "Bearer", "expires_in": life}

    def _count_active(self, held: RefreshToken, access_token: str) -> None:
        now = self._clock()
        held.issued.append(now)
        alive = [token for token in held.active if token in self._access]
        held.active = deque([*alive, access_token])
        most = self._limits.active_access_tokens
        while most is not None and len(held.active) > most:
            self._access.pop(held.active.popleft(), None)

    def _throttle(self, held: RefreshToken) -> None:
        now = self._clock()
        most = self._limits.access_tokens_per_window
        if most is None:
            return
        self._slide(held.issued, now)
        if held.blocked_until <= now and len(held.issued) >= most:
            held.blocked_until = now + self._limits.oauth_block_seconds
        if held.blocked_until > now:
            raise TokenRefusedError("Access Denied", throttled=True)

    def _slide(self, times: deque[float], now: float) -> None:
        while times and times[0] <= now - self._limits.oauth_window_seconds:
            times.popleft()

    def _drop_oldest_refresh_token(self, client_id: str) -> None:
        mine = [token for token, held in self._refresh.items() if held.client_id == client_id]
        most = self._limits.refresh_tokens_per_user
        if most is not None and len(mine) >= most:
            self.revoke(mine[0])

    def _new(self) -> str:
        return f"1000.{self._new_token(32)}.{self._new_token(32)}"
