"""The Books API as actions see it: a call returns Zoho's envelope or raises the error that it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from zoho_books_connector.api.answers import check_answer, lost_answer
from zoho_books_connector.api.modules import only_record
from zoho_books_connector.boundary import RunContext, TokenSet, TokenStore
from zoho_books_connector.errors import UnexpectedResponseError
from zoho_books_connector.oauth.auth import SCOPE, ZohoAuth
from zoho_books_connector.oauth.credential import Credential, parse_credential
from zoho_books_connector.oauth.regions import RegionTable
from zoho_books_connector.oauth.session import Denials, TokenSession
from zoho_books_connector.oauth.token_endpoint import TokenEndpoint
from zoho_books_connector.sending.calls import BUCKET, EXTENSION, RunLog, monotonic_of
from zoho_books_connector.sending.pool import Channel, accounts_client, books_channel
from zoho_books_connector.sending.zoho_clock import ZohoClock

#: The most that Zoho returns on a page.
PAGE_SIZE: Final = 200
#: A list longer than this is a server that does not page.
_MAX_PAGES: Final = 1000


class BooksClient:
    """Calls the Books API for one run: one connection, one organization.

    Every method raises the ``ConnectorError`` that the answer means. ``scope`` is what a call needs, the action's own
    unless it says otherwise, so that a refusal can name it.
    """

    def __init__(
        self,
        channel: Channel,
        auth: httpx.Auth,
        base_url: str,
        organization_id: str | None,
        log: RunLog,
        *,
        scope: str,
    ) -> None:
        self._channel = channel
        self._auth = auth
        self._base_url = base_url
        self._organization = {} if organization_id is None else {"organization_id": organization_id}
        host = base_url.partition("://")[2].partition("/")[0]
        #: Names the data centre and the organization: what limits count by, and what a journal's keys belong to.
        self.bucket = f"{host}:{organization_id or ''}"
        runtime = log.run.runtime
        self.zoho_clock = runtime.resource(f"zoho_books.zoho_clock:{host}", lambda: ZohoClock(monotonic_of(runtime)))
        self._scope = scope
        self.log = log

    def get(self, path: str, *, scope: str | None = None, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read ``path``, sent again after a passing fault."""
        return self._send("GET", path, scope, params)

    def post(
        self, path: str, body: bytes, *, scope: str | None = None, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Create with a JSON body; a lost answer raises ``OutcomeUnknownError``."""
        return self._send("POST", path, scope, params, body)

    def put(
        self,
        path: str,
        body: bytes,
        *,
        scope: str | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Update with a JSON body, sent again after a passing fault."""
        return self._send("PUT", path, scope, params, body, headers)

    def delete(self, path: str, *, scope: str | None = None) -> dict[str, Any]:
        """Delete ``path``, sent again after a passing fault."""
        return self._send("DELETE", path, scope, None)

    def pages(
        self,
        path: str,
        key: str,
        *,
        scope: str | None = None,
        params: Mapping[str, str] | None = None,
        most: int = _MAX_PAGES,
    ) -> Iterator[dict[str, Any]]:
        """Yield the records under ``key`` of every page; raises ``UnexpectedResponseError`` after ``most`` pages."""
        for page in range(1, most + 1):
            paging = {"page": str(page), "per_page": str(PAGE_SIZE)}
            answer = self.get(path, scope=scope, params={**(params or {}), **paging})
            records = answer.get(key) or []
            yield from (record for record in records if isinstance(record, dict))
            if not records or not has_more(answer):
                return
        raise UnexpectedResponseError(
            "endless_pages", f"The list did not end after {most} pages.", "Report it, with the action's name."
        )

    def warn(self, warning: str) -> None:
        """Tell the user something that did not stop the action."""
        self.log.warnings.append(warning)

    def _send(
        self,
        method: str,
        path: str,
        scope: str | None,
        params: Mapping[str, str] | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        scope = scope or self._scope
        query = urlencode({**(params or {}), **self._organization})
        url = f"{self._base_url}{path}?{query}" if query else f"{self._base_url}{path}"
        extensions = {EXTENSION: self.log, BUCKET: self.bucket, SCOPE: scope}
        request = self._channel.request(method, url, body, extensions, headers)
        try:
            response = self._channel.send(request, self._auth)
        except httpx.RequestError as error:
            raise lost_answer(method, path, error) from None  # the request in it holds the access token
        self.zoho_clock.hear(response.headers.get("date"))
        return check_answer(method, path, response, scope=scope, now=self.log.clock())


def record_of(answer: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the one record under ``key``, whether Zoho answered an object or a list of one."""
    record = only_record(answer.get(key))
    if record is not None:
        return record
    raise UnexpectedResponseError(
        "record_missing",
        f"Zoho reported success but sent no {key!r}.",
        "A write was executed: look the record up before sending it again.",
        params={"key": key},
    )


def open_client(credential: Mapping[str, Any], tokens: TokenStore, run: RunContext, *, scope: str) -> BooksClient:
    """Open a client for one run of an action; makes no request."""
    parsed = parse_credential(credential, region_table(run))
    return client_for(parsed, tokens, RunLog.of(run), organization_id=parsed.require_organization(), scope=scope)


def client_for(
    credential: Credential, tokens: TokenStore, log: RunLog, *, organization_id: str | None, scope: str
) -> BooksClient:
    """Open a client for a checked credential; without an organization only organizations can be listed."""
    auth, base_url = auth_for(credential, tokens, log), credential.region.base_api_url
    return BooksClient(books_channel(log.run.runtime), auth, base_url, organization_id, log, scope=scope)


def auth_for(credential: Credential, tokens: TokenStore, log: RunLog) -> ZohoAuth:
    """Return what attaches the connection's token to requests, and renews it."""
    denials = log.run.runtime.resource("zoho_books.denials", Denials)
    return ZohoAuth(TokenSession(tokens, lambda held: token_endpoint(credential, log, held), denials, log))


def token_endpoint(credential: Credential, log: RunLog, tokens: TokenSet | None = None) -> TokenEndpoint:
    """Return the endpoint that issued ``tokens``, if its host stands in the table, else the credential's."""
    regions = region_table(log.run)
    issuer = regions.by_url("accounts_url", tokens.accounts_url) if tokens else None
    return TokenEndpoint(accounts_client(log.run.runtime), credential, issuer or credential.region, log)


def region_table(run: RunContext) -> RegionTable:
    """Return the host's table of data centres."""
    return run.runtime.resource("zoho_books.regions", lambda: RegionTable(run.runtime.http))


def has_more(answer: Mapping[str, Any]) -> bool:
    """Tell whether a list goes on. Zoho documents an object for the context; one of its files draws a list."""
    context = answer.get("page_context")
    if isinstance(context, list):
        context = context[0] if context else None
    return isinstance(context, dict) and context.get("has_more_page") is True
