"""Consent, callback and exchange over a scripted wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.doubles import (
    ACCESS_TOKEN,
    CLIENT_SECRET,
    NOW,
    REFRESH_TOKEN,
    Reply,
    answer,
    credential,
    form_of,
    run_with,
    texts_of,
    token_answer,
    tokens,
)
from zoho_books_connector.boundary import Connection, HttpSettings
from zoho_books_connector.errors import ConnectorError, CredentialError, RateLimitedError, UnavailableError
from zoho_books_connector.oauth.authorization import ZohoAuthorization
from zoho_books_connector.stores import MemoryTokenStore

REDIRECT = "https://host.example/callback"
BOTH = ({"organization_id": "10234695", "name": "Bakery"}, {"organization_id": "20234695", "name": "Mill"})
PENDING = {"state": "s-canary", "redirect_uri": REDIRECT, "started_at": NOW - 30}
CODE = "1000.code-canary"
CANARIES = (ACCESS_TOKEN, REFRESH_TOKEN, CLIENT_SECRET, CODE, "1000.new-access-canary", "1000.new-refresh-canary")

authorization = ZohoAuthorization()


def organizations(*found: dict[str, Any]) -> httpx.Response:
    return answer(organizations=list(found))


def new_tokens(**changes: Any) -> httpx.Response:
    return token_answer(**({"refresh_token": "1000.new-refresh-canary"} | changes))


class Callback:
    """A callback that succeeds; a test changes one thing."""

    def __init__(self, *replies: Reply, http: HttpSettings | None = None, **changes: Any) -> None:
        self.store = MemoryTokenStore()
        self.run, self.script = run_with(*(replies or (new_tokens(), organizations(*BOTH))), http=http)
        self.form = credential(**changes)

    def complete(self, pending: Mapping[str, Any] = PENDING, /, **query: Any) -> Connection:
        brought = {"code": CODE, "state": "s-canary"} | query
        return authorization.complete(
            self.form,
            tokens=self.store,
            run=self.run,
            pending=pending,
            query={name: value for name, value in brought.items() if value is not ...},
        )

    def refused(self, pending: Mapping[str, Any] = PENDING, /, **query: Any) -> ConnectorError:
        with pytest.raises(ConnectorError) as caught:
            self.complete(pending, **query)
        assert not any(canary in text for canary in CANARIES for text in texts_of(caught.value))
        assert self.store.load() is None
        return caught.value


def test_the_authorization_url_asks_for_offline_access_and_consent() -> None:
    run, script = run_with()
    begin = authorization.begin(credential(scope="A.b.C, D.e.F"), redirect_uri=REDIRECT, run=run)
    url = urlsplit(begin.url)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert url._replace(query="").geturl() == "https://accounts.zoho.eu/oauth/v2/auth"
    assert query.pop("state") == begin.pending["state"]
    assert query == {
        "response_type": "code",
        "client_id": "1000.ABC",
        "scope": "A.b.C,D.e.F",
        "redirect_uri": REDIRECT,
        "access_type": "offline",
        "prompt": "consent",
    }
    assert script.requests == []


def test_no_secret_is_in_the_url_or_in_what_the_host_keeps() -> None:
    begin = authorization.begin(credential(), redirect_uri=REDIRECT, run=run_with()[0])
    assert CLIENT_SECRET not in begin.url + str(begin.pending)


def test_every_authorization_has_a_state_of_its_own() -> None:
    run = run_with()[0]
    states = {authorization.begin(credential(), redirect_uri=REDIRECT, run=run).pending["state"] for _ in range(20)}
    assert len(states) == 20


def test_without_scopes_the_least_that_the_actions_need_are_asked_for() -> None:
    begin = authorization.begin(credential(scope=""), redirect_uri=REDIRECT, run=run_with()[0])
    asked = parse_qs(urlsplit(begin.url).query)["scope"][0].split(",")
    assert {"ZohoBooks.contacts.CREATE", "ZohoBooks.invoices.CREATE", "ZohoBooks.settings.READ"} <= set(asked)
    assert not any(scope.endswith((".ALL", ".DELETE", ".all")) for scope in asked)


def test_a_scope_that_zoho_does_not_list_is_warned_of() -> None:
    [warning] = authorization.validate(credential(scope="ZohoBooks.modules.ALL"), run=run_with()[0])
    assert "ZohoBooks.modules.ALL" in warning
    assert "ZohoBooks.invoices.CREATE" in warning


def test_a_callback_is_exchanged_with_every_secret_in_the_body() -> None:
    callback = Callback()
    callback.complete()
    exchange = callback.script.requests[0]
    assert str(exchange.url) == "https://accounts.zoho.eu/oauth/v2/token"
    assert form_of(exchange) == {
        "grant_type": "authorization_code",
        "code": CODE,
        "client_id": "1000.ABC",
        "client_secret": CLIENT_SECRET,
        "redirect_uri": REDIRECT,
    }


def test_the_tokens_are_stored_and_not_handed_out() -> None:
    callback = Callback()
    connection = callback.complete()
    stored = callback.store.load()
    assert stored is not None
    assert stored[0].refresh_token == "1000.new-refresh-canary"
    assert stored[0].expires_at - stored[0].issued_at == 3600
    assert "canary" not in repr(connection) + repr(stored)


def test_a_new_authorization_replaces_the_stored_tokens() -> None:
    callback = Callback()
    callback.store.save(tokens(), expected=None)
    callback.complete()
    stored = callback.store.load()
    assert stored is not None
    assert stored[0].access_token == "1000.new-access-canary"


def test_an_organization_of_the_account_stays_chosen() -> None:
    connection = Callback().complete()
    assert connection.credential["organization_id"] == "10234695"
    assert [o["name"] for o in connection.organizations] == ["Bakery", "Mill"]


def test_the_only_organization_is_chosen() -> None:
    callback = Callback(new_tokens(), organizations(BOTH[1]), organization_id="")
    assert callback.complete().credential["organization_id"] == "20234695"


def test_several_organizations_are_left_to_the_person() -> None:
    assert Callback(organization_id="").complete().credential["organization_id"] is None


def test_an_organization_of_somebody_else_is_not_kept() -> None:
    connection = Callback(organization_id="999").complete()
    assert connection.credential["organization_id"] is None
    assert "not a member" in connection.warnings[0]


@pytest.mark.parametrize(
    "trouble", [answer(401, 57, "You are not authorized"), httpx.Response(500), answer(429, 44, "limit")]
)
def test_a_list_of_organizations_that_fails_does_not_waste_the_consent(trouble: httpx.Response) -> None:
    callback = Callback(new_tokens(), *[trouble] * 3)
    connection = callback.complete()
    assert callback.store.load() is not None
    assert connection.credential["organization_id"] == "10234695"
    assert "by hand" in connection.warnings[0]


@pytest.mark.parametrize(
    "query", [{"accounts-server": "https://accounts.zoho.in", "location": "in"}, {"location": "in"}]
)
def test_the_region_follows_the_callback(query: dict[str, str]) -> None:
    callback = Callback(new_tokens(api_domain="https://www.zohoapis.in"), organizations(*BOTH))
    connection = callback.complete(**query)
    assert [request.url.host for request in callback.script.requests] == ["accounts.zoho.in", "www.zohoapis.in"]
    assert connection.credential["region"] == "in"
    assert connection.credential["token_url"] == "https://accounts.zoho.in/oauth/v2/token"
    assert connection.credential["base_api_url"] == "https://www.zohoapis.in/books/v3"
    assert connection.credential["authorization_url"] == "https://accounts.zoho.eu/oauth/v2/auth"
    assert "India" in connection.warnings[0]


@pytest.mark.parametrize(
    "server",
    [
        "https://accounts.zoho.eu.evil.example",
        "https://evil.example",
        "http://accounts.zoho.eu",
        "https://accounts.zoho.uk",
        "https://accounts.zoho.eu/../evil",
    ],
)
def test_the_secret_goes_to_no_accounts_server_outside_the_table(server: str) -> None:
    callback = Callback()
    error = callback.refused(**{"accounts-server": server})
    assert isinstance(error, CredentialError)
    assert error.reason == "untrusted_host"
    assert callback.script.requests == []


@pytest.mark.parametrize("domain", ["https://evil.example", "https://api.zoho.com", "https://www.zohoapis.in"])
def test_an_api_domain_that_disagrees_is_not_followed(domain: str) -> None:
    callback = Callback(new_tokens(api_domain=domain), organizations(*BOTH))
    connection = callback.complete()
    assert callback.script.requests[1].url.host == "www.zohoapis.eu"
    assert connection.credential["base_api_url"] == "https://www.zohoapis.eu/books/v3"
    assert "Europe is used" in connection.warnings[0]


@pytest.mark.parametrize(
    ("pending", "state"),
    [
        (PENDING, "other"),
        (PENDING, ...),
        (PENDING, "s-canary\u00e9"),
        (PENDING, "\ud800"),
        ({**PENDING, "state": ""}, ""),
        ({}, ...),
        ({**PENDING, "started_at": NOW - 3601}, "s-canary"),
    ],
)
def test_a_callback_of_another_authorization_is_refused(pending: dict[str, Any], state: Any) -> None:
    callback = Callback()
    error = callback.refused(pending, state=state)
    assert error.code == "state_mismatch"
    assert callback.script.requests == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"error": "access_denied", "code": ...}, "consent_refused"),
        ({"error": "invalid_scope", "code": ...}, "authorization_failed"),
        ({"code": ...}, "authorization_failed"),
        ({"error": "access_denied"}, "consent_refused"),
    ],
)
def test_a_refused_consent_is_a_clean_message(query: dict[str, Any], code: str) -> None:
    callback = Callback()
    assert callback.refused(**query).code == code
    assert callback.script.requests == []


@pytest.mark.parametrize("value", [..., "", None])
def test_a_missing_refresh_token_is_said_at_once(value: Any) -> None:
    assert Callback(new_tokens(refresh_token=value)).refused().code == "no_refresh_token"


LONG_DENIAL = {"error": "Access Denied", "error_description": "too many requests", "status": "failure"}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": "invalid_code"}, "grant_code_expired"),
        ({"error": "invalid_client"}, "client_rejected"),
        ({"error": "invalid_client_secret"}, "client_secret_rejected"),
        ({"error": "invalid_redirect_uri"}, "redirect_uri_rejected"),
        ({"error": "something_new"}, "token_refused"),
        ({"error": "access_denied"}, "token_requests_throttled"),
        (LONG_DENIAL, "token_requests_throttled"),
        ({"error": "server error"}, "accounts_outage"),
        ({}, "accounts_outage"),
        ({"access_token": ""}, "accounts_outage"),
        ({"access_token": ["x"]}, "accounts_outage"),
        ({"access_token": "x\r\nHost: evil.example"}, "accounts_outage"),
        ({"access_token": "caf\u00e9"}, "accounts_outage"),
        ({"access_token": None, "error": "invalid_code"}, "grant_code_expired"),
    ],
)
def test_a_refusal_is_told_by_its_error_whatever_its_status(status: int, body: dict[str, Any], code: str) -> None:
    assert Callback(httpx.Response(status, json=body)).refused().code == code


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(503, html="<html>"),
        httpx.Response(503, json={"error": "invalid_code"}),
        httpx.Response(200, html="<html>"),
        httpx.Response(200, content=b'["access_token"]'),
        httpx.Response(200, content=b"\xff"),
        httpx.ConnectError(CLIENT_SECRET),
        httpx.ReadTimeout(CLIENT_SECRET),
    ],
)
def test_an_outage_is_not_taken_for_a_refusal(reply: Reply) -> None:
    assert isinstance(Callback(reply).refused(), UnavailableError)


def test_throttling_says_when_to_come_back() -> None:
    error = Callback(httpx.Response(400, json=LONG_DENIAL)).refused()
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, error.scope) == (600.0, "tokens")


def test_tokens_that_stay_locked_are_said_to_be_busy() -> None:
    class Locked(MemoryTokenStore):
        def lock(self, *, ttl: float, wait: float) -> Any:
            raise TimeoutError

    callback = Callback()
    callback.store = Locked()
    assert callback.refused().code == "refresh_busy"


def test_a_self_client_is_redeemed_without_a_redirect() -> None:
    run, script = run_with(new_tokens(), organizations(BOTH[0]))
    store = MemoryTokenStore()
    connection = authorization.redeem(credential(organization_id=""), tokens=store, run=run, code=f" {CODE}\n")
    assert form_of(script.requests[0]).get("redirect_uri") is None
    assert form_of(script.requests[0])["code"] == CODE
    assert connection.credential["organization_id"] == "10234695"
