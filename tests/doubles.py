"""Stand-ins for the layers around the one under test: a scripted bottom transport, a clock, a credential."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from zoho_books_connector.boundary import Budget, HttpSettings, RunContext, TokenSet, TokenStore
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores import MemoryTokenStore

NOW = 1_790_000_000.0
ACCESS_TOKEN = "1000.access-canary"
REFRESH_TOKEN = "1000.refresh-canary"
CLIENT_SECRET = "secret-canary"

Reply = httpx.Response | httpx.RequestError | Callable[[httpx.Request], httpx.Response]


def credential(**changes: Any) -> dict[str, Any]:
    """A valid credential; a test changes one thing."""
    form = {
        "schema_version": 2,
        "region": "eu",
        "authorization_url": "https://accounts.zoho.eu/oauth/v2/auth",
        "token_url": "https://accounts.zoho.eu/oauth/v2/token",
        "base_api_url": "https://www.zohoapis.eu/books/v3",
        "client_id": "1000.ABC",
        "client_secret": CLIENT_SECRET,
        "scope": "ZohoBooks.fullaccess.all",
        "organization_id": "10234695",
    }
    return {name: value for name, value in (form | changes).items() if value is not ...}


def answer(status: int = 200, code: int = 0, message: str = "success", **body: Any) -> httpx.Response:
    """An envelope as Zoho sends it."""
    return httpx.Response(status, json={"code": code, "message": message, **body})


def token_answer(status: int = 200, **changes: Any) -> httpx.Response:
    """A token answer; a test changes or (with ``...``) leaves out one thing."""
    body = {
        "access_token": "1000.new-access-canary",
        "api_domain": "https://www.zohoapis.eu",
        "token_type": "Bearer",
        "expires_in": 3600,
    } | changes
    return httpx.Response(status, json={name: value for name, value in body.items() if value is not ...})


@dataclass
class Script:
    """A bottom transport that answers from a list and keeps what it was asked."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if not self.replies:
            raise AssertionError(f"unexpected request: {request.method} {request.url.path}")
        reply = self.replies.pop(0)
        if isinstance(reply, httpx.RequestError):
            raise reply
        return reply(request) if callable(reply) else reply

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    @property
    def seen(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps."""

    now: float = NOW
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def tokens(**changes: Any) -> TokenSet:
    """Tokens that are good for an hour and old enough to be refreshed after a refusal."""
    fields: dict[str, Any] = {
        "access_token": ACCESS_TOKEN,
        "refresh_token": REFRESH_TOKEN,
        "issued_at": NOW - 600,
        "expires_at": NOW + 3000,
    }
    return TokenSet(**(fields | changes))


def stored_in(store: TokenStore) -> TokenSet:
    """The tokens that a store holds."""
    loaded = store.load()
    assert loaded is not None
    return loaded[0]


def connected(stored: TokenSet | None = None) -> MemoryTokenStore:
    """A token store that holds tokens."""
    store = MemoryTokenStore()
    store.save(stored or tokens(), expected=None)
    return store


def runtime(
    *replies: Reply, http: HttpSettings | None = None, budget: Budget | None = None
) -> tuple[DefaultRuntime, Script]:
    """A runtime whose bottom transport is scripted."""
    script = Script(list(replies))
    clock = Clock()
    resources = {
        "zoho_books.transport": script.transport,
        "zoho_books.clock": clock,
        "zoho_books.monotonic": clock,
        "zoho_books.sleep": clock.sleep,
    }
    return DefaultRuntime(http, budget=budget, resources=resources), script


def run_with(*replies: Reply, http: HttpSettings | None = None) -> tuple[RunContext, Script]:
    """A run on a scripted runtime."""
    owner, script = runtime(*replies, http=http)
    return RunContext(owner), script


def form_of(request: httpx.Request) -> dict[str, str]:
    """The form fields of a request."""
    return dict(httpx.QueryParams(request.content.decode()))


def json_of(request: httpx.Request) -> Any:
    """The JSON body of a request."""
    return json.loads(request.content)


def texts_of(error: BaseException) -> Iterator[str]:
    """Everything of an error that could reach a log or a screen."""
    yield from (str(error), repr(error), repr(error.args))
    if hasattr(error, "to_dict"):
        yield json.dumps(error.to_dict())
