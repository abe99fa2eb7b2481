"""Who may use the pages, and what a browser may do with them.

Every answer carries the same strict policy. A request must name a host of ours (a page elsewhere cannot rebind a name
to this machine), and one that changes something must come from our own pages: its origin is compared, and it carries a
token that is derived from the session's cookie.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zoho_books_connector.workbench.settings import LOOPBACK, Settings, authority
from zoho_books_connector.workbench.web.sessions import cookie, csrf_token, is_logged_in, new_session, read_session

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
            await self._app(scope, receive, _dressed(send, None))
            return
        headers = Headers(scope=scope)
        session = read_session(headers, self._settings, self._key)
        fresh = session is None
        session = session or new_session(self._key)
        scope["state"] = {**scope.get("state", {}), "session": session, "csrf": csrf_token(self._key, session)}
        refused = self._refusal(scope, headers, session)
        app = refused or self._app
        given = cookie(session, self._settings, scope["scheme"]) if fresh else None
        await app(scope, receive, _dressed(send, given))

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
            return _to_the_door(scope, headers)
        return None


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the values of the Host header that mean this workbench."""
    named = {urlsplit(settings.url).netloc}
    if settings.is_private:
        named |= {authority(name, settings.port) for name in LOOPBACK}
    return frozenset(named)


def is_password(given: str, right: str) -> bool:
    """Compare a password in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def came_from_our_page(request: Request, form: FormData) -> bool:
    """Tell whether a request that changes something carries the session's token, in a header or in its form."""
    given = request.headers.get(TOKEN_HEADER) or form.get(FIELD)
    wanted: str = request.state.csrf
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


def _is_open(path: str) -> bool:
    return path == LOGIN or path.startswith("/static/")


def _to_the_door(scope: Scope, headers: Headers) -> Response:
    """Lead to the page that asks for the password, which leads back: to the page itself, or to that of a form."""
    is_part = headers.get("hx-request") == "true"
    if scope["method"] in _SAFE and not is_part:
        back = b"?".join(filter(None, (scope["raw_path"], scope["query_string"]))).decode("latin-1")
    else:
        back = urlsplit(headers.get("referer", "")).path
    door = f"{LOGIN}?{urlencode({'back': back})}" if back not in ("", "/") else LOGIN
    if is_part:  # what htmx asked for is no place for a whole page
        return Response(status_code=403, headers={"HX-Redirect": door})
    return RedirectResponse(door, 303)


def dress(headers: MutableHeaders) -> None:
    """Put the headers on an answer that every answer carries."""
    for name, value in _HEADERS.items():
        headers[name] = value
    headers.setdefault("cache-control", "no-store")


def _dressed(send: Send, given: str | None) -> Callable[[Message], Awaitable[None]]:
    """Return ``send`` with our headers on every answer, and the cookie that is ``given`` where none is set."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            dress(headers)
            if given is not None and not any(name == "set-cookie" for name, _ in headers.items()):
                headers.append("set-cookie", given)
        await send(message)

    return dressed
