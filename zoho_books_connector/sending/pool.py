"""The pooled connections of a runtime, and what every request on them has in common."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Any, Final

import httpx

from zoho_books_connector.boundary import HttpSettings, Runtime
from zoho_books_connector.sending.calls import clock_of, sleep_of
from zoho_books_connector.sending.transport import RetryTransport

_JSON: Final = {"Content-Type": "application/json"}


class Channel:
    """The way to the Books API, shared by every run of a runtime.

    It does what an ``httpx.Client`` would do and no more: no cookies, no redirects, no environment. A client's own
    work on each call costs as much CPU as everything else that the connector does on it (docs/performance.md).
    """

    def __init__(self, transport: httpx.BaseTransport, settings: HttpSettings) -> None:
        self._transport = transport
        self._timeouts = _timeout(settings).as_dict()
        self._plain = httpx.Headers(_headers() | {"Accept-Encoding": "gzip, deflate"})
        self._json = httpx.Headers({**self._plain, **_JSON})

    def request(
        self,
        method: str,
        url: str,
        content: bytes | None,
        extensions: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """Return a request; ``url`` is complete and encoded, ``content`` is JSON, ``headers`` come on top."""
        usual = self._plain if content is None else self._json
        return httpx.Request(
            method,
            url,
            headers=httpx.Headers({**usual, **headers}) if headers else usual,
            content=content,
            extensions={"timeout": self._timeouts, **extensions},
        )

    def send(self, request: httpx.Request, auth: httpx.Auth) -> httpx.Response:
        """Send a request as often as ``auth`` asks for; returns an answer that was read whole.

        Raises ``httpx.RequestError``, and what the auth flow raises.
        """
        flow = auth.sync_auth_flow(request)
        try:
            request = next(flow)
            while True:
                response = self._transport.handle_request(request)
                response.request = request
                try:
                    request = flow.send(response)
                except StopIteration:
                    return response
        finally:
            flow.close()


def books_channel(runtime: Runtime) -> Channel:
    """Return the runtime's channel to the Books API."""
    return runtime.resource("zoho_books.channel", lambda: Channel(_retrying(runtime), runtime.http))


def accounts_client(runtime: Runtime) -> httpx.Client:
    """Return the runtime's client for accounts servers: no retries, no budget of the Books API."""
    return runtime.resource("zoho_books.accounts_client", lambda: _client(runtime))


def _retrying(runtime: Runtime) -> RetryTransport:
    clock, sleep, ceiling = clock_of(runtime), sleep_of(runtime), runtime.http.wait_ceiling
    return RetryTransport(_bottom(runtime), runtime.budget, ceiling=ceiling, clock=clock, sleep=sleep)


def _bottom(runtime: Runtime) -> httpx.BaseTransport:
    """Return the one layer that a test replaces."""
    return runtime.resource("zoho_books.transport", lambda: _http_transport(runtime.http))


def _http_transport(settings: HttpSettings) -> httpx.HTTPTransport:
    return httpx.HTTPTransport(
        verify=ssl.create_default_context(cafile=settings.ca_bundle) if settings.ca_bundle else True,
        proxy=settings.proxy,
        trust_env=False,
        limits=httpx.Limits(
            max_connections=settings.max_connections, max_keepalive_connections=settings.max_connections
        ),
    )


def _client(runtime: Runtime) -> httpx.Client:
    return httpx.Client(
        transport=_bottom(runtime),
        timeout=_timeout(runtime.http),
        headers=_headers(),
        # A session cookie of one connection must never travel with another's.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


def _timeout(settings: HttpSettings) -> httpx.Timeout:
    return httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout)


def _headers() -> dict[str, str]:
    return {"User-Agent": f"zoho-books-connector/{version('zoho-books-connector')}", "Accept": "application/json"}
