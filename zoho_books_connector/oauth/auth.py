"""Attaches the access token to a request and, after a refusal, tries once with a newer one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

import httpx

from zoho_books_connector.oauth.session import TokenSession

#: The extension in which a request names the scope that it needs.
SCOPE: Final = "zoho_books.scope"


class ZohoAuth(httpx.Auth):
    """The auth flow of one run. A 401 was not executed, so sending once more is safe for every method."""

    requires_response_body = True

    def __init__(self, session: TokenSession) -> None:
        self._session = session

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request, and once more after a 401 that a newer token may heal."""
        scope: str = request.extensions.get(SCOPE, "")
        tokens = self._session.current()
        response = yield _authorized(request, tokens.access_token)
        if response.status_code != 401:
            return
        newer = self._session.after_refusal(tokens, scope)
        if newer is None:
            return
        response = yield _authorized(request, newer.access_token)
        if response.status_code == 401:
            self._session.deny(newer, scope)


def _authorized(request: httpx.Request, access_token: str) -> httpx.Request:
    request.headers["Authorization"] = f"Zoho-oauthtoken {access_token}"
    return request
