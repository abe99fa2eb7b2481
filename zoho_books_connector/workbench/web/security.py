"""Who may use the pages, and what a browser may do with them.

Every answer carries the same strict policy. A request must name a host of ours (a page elsewhere cannot rebind a name
to this machine), and one that changes something must come from our own pages: its origin is compared, and it carries a
token that is derived from the session's cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zoho_books_connector.workbench.settings import Settings

COOKIE: Final = "workbench"
FIELD: Final = "csrf"
TOKEN_HEADER: Final = "x-csrf-token"  # noqa: S105 - a header's name
LOGIN: Final = "/login"
#: Where deliveries come in. No person sends them, so neither session nor form nor password is asked for: each is proven
#: by its signature, and who looks after the names of hosts is the page behind.
HOOKS: Final = "/hooks/"
#: Zoho's own pages are reached by links and by htmx's redirects, which no policy for forms concerns.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_SAFE: Final = frozenset({"GET", "HEAD"})
_SESSION_BYTES: Final = 32


class Guard:
    """The outermost layer: checks host, session and origin, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, key: bytes) -> None:
        self._app = app
        self._hosts = allowed_hosts(settings)
        self._origins = {settings.url, *(f"http://{host}" for host in self._hosts)}
        self._key = key
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(HOOKS):
            await self._app(scope, receive, _dressed(send, None, is_secure=False))
            return
        headers = Headers(scope=scope)
        session = read_session(headers, self._key)
        fresh = session is None
        session = session or new_session(self._key)
        scope["state"] = {**scope.get("state", {}), "session": session, "csrf": csrf_token(self._key, session)}
        refused = self._refusal(scope, headers, session)
        app = refused or self._app
        secure = is_secure(self._settings, scope["scheme"])
        await app(scope, receive, _dressed(send, session if fresh else None, is_secure=secure))

    def _refusal(self, scope: Scope, headers: Headers, session: str) -> Response | None:
        if headers.get("host", "") not in self._hosts:
            return PlainTextResponse(
                "This workbench is not reached by that name. The option --origin says how people reach it.", 421
            )
        if scope["method"] not in _SAFE:
            origin = headers.get("origin")
            if origin is not None and origin not in self._origins:
                return PlainTextResponse("This came from another site, so it was not done.", 403)
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return PlainTextResponse("This came from another site, so it was not done.", 403)
        if self._settings.password is not None and not is_logged_in(session, self._key) and not _is_open(scope["path"]):
            return RedirectResponse(LOGIN, 303)
        return None


def session_key(kept: bytes, password: str | None) -> bytes:
    """Return the key of sessions: another one under another password, so that a change logs everybody out."""
    return hmac.digest(kept, (password or "").encode("utf-8", "surrogatepass"), hashlib.sha256)


def is_secure(settings: Settings, scheme: str) -> bool:
    """Tell whether the session's cookie may be kept to encrypted connections; behind a proxy the scheme is its own."""
    return scheme == "https" or settings.url.startswith("https:")


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the values of the Host header that mean this workbench."""
    named = {urlsplit(settings.url).netloc}
    if settings.is_private:
        named |= {f"{name}:{settings.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return frozenset(named)


def new_session(key: bytes, *, logged_in: bool = False) -> str:
    """Return a new session's cookie: a random text, whether its owner gave the password, and our mark under both."""
    body = f"{secrets.token_urlsafe(_SESSION_BYTES)}.{'in' if logged_in else 'out'}"
    return f"{body}.{_mark(key, 'session', body)}"


def read_session(headers: Headers, key: bytes) -> str | None:
    """Return the session's cookie when it is one of ours."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    value = morsel.value if morsel else ""
    body, _, mark = value.rpartition(".")
    return value if body and hmac.compare_digest(_mark(key, "session", body).encode(), mark.encode()) else None


def is_logged_in(session: str, key: bytes) -> bool:
    """Tell whether the session's owner gave the password."""
    body, _, mark = session.rpartition(".")
    genuine = hmac.compare_digest(_mark(key, "session", body).encode(), mark.encode())
    return genuine and body.endswith(".in")


def csrf_token(key: bytes, session: str) -> str:
    """Return the token that the session's forms carry."""
    return _mark(key, "csrf", session)


def is_password(given: str, right: str) -> bool:
    """Compare a password in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def came_from_our_page(request: Request, form: FormData) -> bool:
    """Tell whether a request that changes something carries the session's token, in a header or in its form."""
    given = request.headers.get(TOKEN_HEADER) or form.get(FIELD)
    wanted: str = request.state.csrf
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def _mark(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}:{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()


def _is_open(path: str) -> bool:
    return path == LOGIN or path.startswith("/static/")


def dress(headers: MutableHeaders) -> None:
    """Put the headers on an answer that every answer carries."""
    for name, value in _HEADERS.items():
        headers[name] = value
    headers.setdefault("cache-control", "no-store")


def _dressed(send: Send, session: str | None, *, is_secure: bool) -> Callable[[Message], Awaitable[None]]:
    """Return ``send`` with our headers on every answer, and a new session's cookie where there was none."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            dress(headers)
            if session is not None and not any(name == "set-cookie" for name, _ in headers.items()):
                headers.append("set-cookie", cookie(session, is_secure=is_secure))
        await send(message)

    return dressed


def cookie(session: str, *, is_secure: bool) -> str:
    """Return the header that sets the session's cookie. Lax: Zoho's page leads back to ours."""
    return f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if is_secure else ''}"
