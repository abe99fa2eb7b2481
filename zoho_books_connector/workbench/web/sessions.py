"""Sessions: a cookie that we marked, which tells browsers apart and who gave the password; nothing of it is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from zoho_books_connector.workbench.settings import Settings

_SESSION_BYTES: Final = 32


def session_key(kept: bytes, password: str | None) -> bytes:
    """Return the key of sessions: another one under another password, so that a change logs everybody out."""
    return hmac.digest(kept, (password or "").encode("utf-8", "surrogatepass"), hashlib.sha256)


def new_session(key: bytes, *, logged_in: bool = False) -> str:
    """Return a new session's cookie: a random text, whether its owner gave the password, and our mark under both."""
    body = f"{secrets.token_urlsafe(_SESSION_BYTES)}.{'in' if logged_in else 'out'}"
    return f"{body}.{_mark(key, 'session', body)}"


def read_session(headers: Headers, settings: Settings, key: bytes) -> str | None:
    """Return the session's cookie when it is one of ours; what others at this address have set may be of any form."""
    value = cookie_parser(headers.get("cookie", "")).get(cookie_name(settings), "")
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


def cookie_name(settings: Settings) -> str:
    """Return the name of the session's cookie: browsers give one to all ports, so each workbench has its own."""
    return f"workbench-{settings.port}"


def cookie(session: str, settings: Settings, scheme: str) -> str:
    """Return the header that sets the session's cookie. Lax: Zoho's page leads back to ours.

    It is kept to encrypted connections where there are any; behind a proxy the scheme is the proxy's own.
    """
    is_secure = scheme == "https" or settings.url.startswith("https:")
    return f"{cookie_name(settings)}={session}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if is_secure else ''}"


def _mark(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}:{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
