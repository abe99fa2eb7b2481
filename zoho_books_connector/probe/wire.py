"""Sends the probe's calls through the connector's own transport and counts them; every answer is taken as it comes."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from zoho_books_connector.api.client import auth_for, region_table
from zoho_books_connector.boundary import RunContext, TokenStore
from zoho_books_connector.errors import ConnectorError, CredentialError
from zoho_books_connector.oauth.auth import SCOPE
from zoho_books_connector.oauth.credential import parse_credential
from zoho_books_connector.probe.findings import UnsettledError
from zoho_books_connector.sending.calls import BUCKET, EXTENSION, RunLog
from zoho_books_connector.sending.pool import books_channel
from zoho_books_connector.sending.transport import parse_envelope

#: Calls of one probe, token refreshes and clean-up included.
MOST_CALLS: Final = 45
#: Calls of the day that the probe leaves to the organization's other apps.
DAILY_RESERVE: Final = 100

#: First part of a path → group of scopes.
_GROUPS: Final = {
    "contacts": "contacts",
    "items": "settings",
    "organizations": "settings",
    "chartofaccounts": "accountants",
    "bankaccounts": "banking",
    "fixedassets": "fixedasset",
    "salespersons": "settings",
}
_OPERATIONS: Final = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}
#: In the form of a token, and nobody's.
_MADE_UP_TOKEN: Final = "1000.probe.probe"  # noqa: S105 - no token at all


@dataclass(frozen=True)
class Answer:
    """An answer as it came; ``code`` is ``None`` where there was no envelope."""

    status: int
    code: int | None
    body: dict[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def succeeded(self) -> bool:
        """Whether it is a 2xx with code 0."""
        return 200 <= self.status < 300 and self.code == 0

    def __str__(self) -> str:
        return f"status {self.status}" + (f" with code {self.code}" if self.code else "")

    def required(self) -> Answer:
        """Return the answer, or raise ``UnsettledError`` unless it succeeded."""
        if not self.succeeded:
            raise UnsettledError(f"A call it needs was answered {self}.")
        return self


class Wire:
    """One connection, one organization; stops by itself before it spends too much."""

    def __init__(self, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext) -> None:
        parsed = parse_credential(credential, region_table(run))
        self.organization_id = parsed.require_organization()
        self.log = RunLog.of(run)
        self.bodies: list[dict[str, Any]] = []
        #: Calls that the clean-up will need.
        self.reserved = 0
        #: Whether the outcome of a create is unknown.
        self.lost = False
        self._stop = ""
        self._base_url = parsed.region.base_api_url
        self._channel = books_channel(run.runtime)
        self._auth = auth_for(parsed, tokens, self.log)

    def get(self, path: str, **query: str) -> Answer:
        """Read."""
        return self._send("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Create."""
        return self._send("POST", path, body=body)

    def put(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Update."""
        return self._send("PUT", path, body=body)

    def get_with_made_up_token(self, path: str) -> Answer:
        """Read with a token that nobody ever issued."""
        return self._send("GET", path, auth=_MadeUp())

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        auth: httpx.Auth | None = None,
    ) -> Answer:
        self._check_budget()
        request = self._channel.request(
            method,
            f"{self._base_url}{path}?{urlencode({**(query or {}), 'organization_id': self.organization_id})}",
            None if body is None else json.dumps(body).encode(),
            {EXTENSION: self.log, BUCKET: self.organization_id, SCOPE: scope_of(method, path)},
        )
        try:
            response = self._channel.send(request, auth or self._auth)
        except CredentialError:
            raise  # the connection itself is broken: there is nothing to probe
        except (httpx.RequestError, ConnectorError) as error:
            self.lost |= method == "POST"
            raise UnsettledError("A call it needs brought no answer.") from error
        return self._judged(method, path, response, made_up=auth is not None)

    def _judged(self, method: str, path: str, response: httpx.Response, *, made_up: bool) -> Answer:
        envelope = parse_envelope(response)
        code = envelope["code"] if envelope else None
        answer = Answer(response.status_code, code, envelope or {}, dict(response.headers))
        self.bodies.append(answer.body)
        if method == "POST" and (answer.status >= 500 or (envelope is None and answer.status < 400)):
            self.lost = True
        if answer.status == 429:
            self._stop = f"The probe stopped at a rate limit ({answer})."
            raise UnsettledError(self._stop)
        if answer.status == 401 and not made_up:
            raise UnsettledError(f"The connection lacks {scope_of(method, path)}, or the user the role ({answer}).")
        remaining = response.headers.get("x-rate-limit-remaining", "")
        if remaining.isdecimal() and int(remaining) < DAILY_RESERVE:
            self._stop = f"The probe stopped: fewer than {DAILY_RESERVE} calls of the day were left."
        return answer

    def _check_budget(self) -> None:
        if not self._stop and len(self.log.records) + self.reserved >= MOST_CALLS:
            self._stop = f"The probe stopped: it makes at most {MOST_CALLS} calls, clean-up included."
        if self._stop:
            raise UnsettledError(self._stop)


def scope_of(method: str, path: str) -> str:
    """Return the scope that a call needs."""
    first = path.split("/")[1]
    return f"ZohoBooks.{_GROUPS.get(first, first)}.{_OPERATIONS[method]}"


class _MadeUp(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Zoho-oauthtoken {_MADE_UP_TOKEN}"
        yield request
