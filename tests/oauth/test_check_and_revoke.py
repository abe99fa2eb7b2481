"""Checking and revoking a connection over a scripted wire."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.doubles import (
    CLIENT_SECRET,
    REFRESH_TOKEN,
    Reply,
    Script,
    answer,
    connected,
    credential,
    form_of,
    run_with,
    tokens,
)
from zoho_books_connector.boundary import TokenSet
from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError
from zoho_books_connector.oauth.authorization import ZohoAuthorization
from zoho_books_connector.stores import MemoryTokenStore

BOTH = ({"organization_id": "10234695", "name": "Bakery"}, {"organization_id": "20234695", "name": "Mill"})
authorization = ZohoAuthorization()


def organizations(*found: dict[str, Any]) -> httpx.Response:
    return answer(organizations=list(found))


# --- check --------------------------------------------------------------------------------------------------------


def check(*replies: Reply, stored: TokenSet | None = None, **changes: Any) -> Any:
    run, _ = run_with(*replies)
    return authorization.check(credential(**changes), tokens=connected(stored), run=run)


def test_a_check_returns_the_organization() -> None:
    status = check(organizations(*BOTH))
    assert status.organization["name"] == "Bakery"
    assert status.missing_scopes == ()


def test_a_check_names_the_missing_scopes() -> None:
    status = check(organizations(*BOTH), stored=tokens(scope="ZohoBooks.settings.ALL,ZohoBooks.contacts.ALL"))
    assert "ZohoBooks.invoices.CREATE" in status.missing_scopes
    assert not any(".contacts." in scope or ".settings." in scope for scope in status.missing_scopes)


def test_a_check_tells_another_organization() -> None:
    with pytest.raises(CredentialError) as caught:
        check(organizations(BOTH[1]))
    assert caught.value.reason == "wrong_organization"
    assert "Mill" in caught.value.message


def test_a_check_before_consent_says_so() -> None:
    with pytest.raises(CredentialError) as caught:
        authorization.check(credential(), tokens=MemoryTokenStore(), run=run_with()[0])
    assert caught.value.reason == "not_connected"


# --- revoke --------------------------------------------------------------------------------------------------------


def revoke(*replies: Reply) -> tuple[Script, MemoryTokenStore, ConnectorError | None]:
    run, script = run_with(*replies)
    store = connected()
    try:
        authorization.revoke(credential(), tokens=store, run=run)
    except ConnectorError as error:
        return script, store, error
    return script, store, None


def test_revoking_forgets_the_tokens_and_puts_none_in_a_url() -> None:
    script, store, error = revoke(httpx.Response(200, json={"status": "success"}))
    assert error is None
    assert store.load() is None
    assert form_of(script.requests[0])["token"] == REFRESH_TOKEN
    assert script.requests[0].url.query == b""


def test_the_second_documented_form_is_tried() -> None:
    script, store, _ = revoke(httpx.Response(404), httpx.Response(200, json={}))
    assert script.seen == ["POST /oauth/v2/revoke/token", "POST /oauth/v2/token/revoke"]
    assert store.load() is None


@pytest.mark.parametrize("name", ["invalid_code", "invalid_token"])
def test_a_dead_token_counts_as_revoked(name: str) -> None:
    _, store, error = revoke(httpx.Response(400, json={"error": name}))
    assert (error, store.load()) == (None, None)


REFUSED = httpx.Response(200, json={"error": "invalid_client"})


@pytest.mark.parametrize("replies", [(httpx.Response(500),) * 2, (httpx.ConnectError("x"),), (REFUSED, REFUSED)])
def test_tokens_stay_when_zoho_does_not_confirm(replies: tuple[Reply, ...]) -> None:
    _, store, error = revoke(*replies)
    assert isinstance(error, UnavailableError)
    assert store.load() is not None


def test_revoking_what_was_never_connected_does_nothing() -> None:
    authorization.revoke(credential(), tokens=MemoryTokenStore(), run=run_with()[0])


def test_no_basic_authentication_header_carries_the_secret() -> None:
    script, _, _ = revoke(httpx.Response(200))
    header = script.requests[0].headers.get("authorization", "")
    assert base64.b64encode(CLIENT_SECRET.encode()).decode() not in header
