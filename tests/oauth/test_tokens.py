"""The access token: refreshed by one, used by all, and never burnt on a missing scope."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.doubles import (
    ACCESS_TOKEN,
    NOW,
    REFRESH_TOKEN,
    Clock,
    Reply,
    answer,
    connected,
    credential,
    form_of,
    run_with,
    runtime,
    stored_in,
    token_answer,
    tokens,
)
from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import HttpSettings, RunContext, StaleTokensError, TokenSet, TokenStore
from zoho_books_connector.errors import CredentialError, UnavailableError
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.stores import MemoryTokenStore

SCOPE = "ZohoBooks.contacts.READ"
NOT_AUTHORIZED = {"status": 401, "code": 57, "message": "You are not authorized to perform this operation"}
REFRESH = "POST /oauth/v2/token"
CALL = "GET /books/v3/contacts/1"


def unauthorized() -> httpx.Response:
    return answer(**NOT_AUTHORIZED)  # type: ignore[arg-type]  # a table row


def get(store: TokenStore, run: RunContext) -> dict[str, Any]:
    return open_client(credential(), store, run, scope=SCOPE).get("/contacts/1")


def used(request: httpx.Request) -> str:
    return request.headers["authorization"].removeprefix("Zoho-oauthtoken ")


def test_a_good_token_is_used_as_it_is() -> None:
    run, script = run_with(answer())
    get(connected(), run)
    assert script.seen == [CALL]
    assert used(script.requests[0]) == ACCESS_TOKEN


@pytest.mark.parametrize("left", [-10.0, 0.0, 299.0])
def test_a_token_that_is_about_to_expire_is_refreshed_first(left: float) -> None:
    run, script = run_with(token_answer(), answer())
    store = connected(tokens(issued_at=NOW - 3600 + left, expires_at=NOW + left))
    get(store, run)
    assert script.seen == [REFRESH, CALL]
    assert form_of(script.requests[0])["refresh_token"] == REFRESH_TOKEN
    assert used(script.requests[1]) == "1000.new-access-canary"


def test_a_short_lived_token_is_not_refreshed_on_every_call() -> None:
    run, script = run_with(answer())
    get(connected(tokens(issued_at=NOW - 60, expires_at=NOW + 60)), run)
    assert script.seen == [CALL]


def test_a_refresh_keeps_the_refresh_token_that_zoho_does_not_send_again() -> None:
    run, _ = run_with(token_answer(refresh_token=""), answer())
    store = connected(tokens(expires_at=NOW, scope=SCOPE))
    get(store, run)
    stored = store.load()
    assert stored is not None
    assert (stored[0].refresh_token, stored[0].scope) == (REFRESH_TOKEN, SCOPE)
    assert stored[0].expires_at == NOW + 3600


@pytest.mark.parametrize("value", [3600, "3600", 3600.0])
def test_the_life_of_a_token_may_come_as_text(value: Any) -> None:
    run, _ = run_with(token_answer(expires_in=value), answer())
    store = connected(tokens(expires_at=NOW))
    get(store, run)
    assert stored_in(store).expires_at == NOW + 3600


@pytest.mark.parametrize("value", [..., None, "soon", -1, 0, True, [], 1e12])
def test_a_life_that_makes_no_sense_is_taken_for_the_documented_hour(value: Any) -> None:
    run, _ = run_with(token_answer(expires_in=value), answer())
    store = connected(tokens(expires_at=NOW))
    get(store, run)
    assert stored_in(store).expires_at == NOW + 3600


def test_a_refused_token_is_refreshed_once_and_the_call_repeated() -> None:
    run, script = run_with(unauthorized(), token_answer(), answer())
    get(connected(), run)
    assert script.seen == [CALL, REFRESH, CALL]


def test_a_create_is_repeated_after_a_refusal_because_it_was_not_executed() -> None:
    run, script = run_with(unauthorized(), token_answer(), answer(201))
    open_client(credential(), connected(), run, scope=SCOPE).post("/contacts", b'{"contact_name":"x"}')
    assert [request.content for request in script.requests if request.url.path.endswith("contacts")] == [
        b'{"contact_name":"x"}'
    ] * 2


def test_a_second_refusal_ends_it_and_names_the_scope() -> None:
    run, script = run_with(unauthorized(), token_answer(), unauthorized())
    with pytest.raises(CredentialError) as caught:
        get(connected(), run)
    assert script.seen == [CALL, REFRESH, CALL]
    assert caught.value.reason == "missing_scope"
    assert SCOPE in caught.value.hint


def test_a_young_token_that_is_refused_burns_no_refresh() -> None:
    run, script = run_with(unauthorized())
    with pytest.raises(CredentialError):
        get(connected(tokens(issued_at=NOW - 59)), run)
    assert script.seen == [CALL]


def test_a_missing_scope_is_remembered_and_burns_no_second_refresh() -> None:
    owner, script = runtime(unauthorized(), token_answer(), unauthorized(), unauthorized())
    store, run, clock = connected(), RunContext(owner), clock_of(owner)
    with pytest.raises(CredentialError):
        get(store, run)
    clock.now += 120
    with pytest.raises(CredentialError):
        get(store, run)
    assert script.seen == [CALL, REFRESH, CALL, CALL]


def clock_of(owner: DefaultRuntime) -> Clock:
    clock = owner.resource("zoho_books.clock", Clock)
    assert isinstance(clock, Clock)
    return clock


def test_a_dead_refresh_token_asks_for_a_new_authorization() -> None:
    run, _ = run_with(unauthorized(), httpx.Response(200, json={"error": "invalid_code"}))
    with pytest.raises(CredentialError) as caught:
        get(connected(), run)
    assert (caught.value.reason, caught.value.hint) == ("revoked", "Re-authorize the connection.")


def test_a_token_that_somebody_else_renewed_is_used_without_a_refresh() -> None:
    store = connected()

    def renew_elsewhere(_: httpx.Request) -> httpx.Response:
        loaded = store.load()
        assert loaded is not None
        store.save(tokens(access_token="1000.theirs"), expected=loaded[1])
        return unauthorized()

    run, script = run_with(renew_elsewhere, answer())
    get(store, run)
    assert script.seen == [CALL, CALL]
    assert used(script.requests[1]) == "1000.theirs"


def test_tokens_come_from_the_accounts_server_that_issued_them() -> None:
    run, script = run_with(token_answer(), answer())
    get(connected(tokens(expires_at=NOW, accounts_url="https://accounts.zoho.in")), run)
    assert script.requests[0].url.host == "accounts.zoho.in"


def test_an_issuer_outside_the_table_is_not_believed() -> None:
    run, script = run_with(token_answer(), answer())
    get(connected(tokens(expires_at=NOW, accounts_url="https://evil.example")), run)
    assert script.requests[0].url.host == "accounts.zoho.eu"


def test_a_hundred_threads_on_an_expired_token_refresh_once() -> None:
    lock = threading.Lock()
    refreshes: list[httpx.Request] = []

    def zoho(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            with lock:
                refreshes.append(request)
            return token_answer()
        return answer() if used(request) == "1000.new-access-canary" else unauthorized()

    given = {"zoho_books.transport": httpx.MockTransport(zoho), "zoho_books.clock": Clock()}
    owner = DefaultRuntime(budget=Unlimited(), resources=given)
    store, run = connected(tokens(expires_at=NOW - 1)), RunContext(owner)
    with ThreadPoolExecutor(100) as pool:
        assert len(list(pool.map(lambda _: get(store, run), range(100)))) == 100
    assert len(refreshes) == 1


def test_a_hundred_threads_with_a_refused_token_refresh_once() -> None:
    refreshes: list[httpx.Request] = []

    def zoho(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            refreshes.append(request)
            return token_answer()
        return answer() if used(request) == "1000.new-access-canary" else unauthorized()

    given = {"zoho_books.transport": httpx.MockTransport(zoho), "zoho_books.clock": Clock()}
    owner = DefaultRuntime(budget=Unlimited(), resources=given)
    store, run = connected(), RunContext(owner)
    with ThreadPoolExecutor(100) as pool:
        list(pool.map(lambda _: get(store, run), range(100)))
    assert len(refreshes) == 1


class Wrapped(MemoryTokenStore):
    """A store in which one thing goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        super().save(tokens(expires_at=NOW), expected=None)


def test_a_store_that_stays_locked_is_said_to_be_busy() -> None:
    class Locked(Wrapped):
        def lock(self, *, ttl: float, wait: float) -> Any:
            raise TimeoutError

    with pytest.raises(UnavailableError) as caught:
        get(Locked(), run_with()[0])
    assert caught.value.code == "refresh_busy"


def test_the_lock_lasts_as_long_as_a_refresh_can_and_no_longer() -> None:
    lives: list[float] = []

    class Watched(Wrapped):
        def lock(self, *, ttl: float, wait: float) -> Any:
            lives.append(ttl)
            return super().lock(ttl=ttl, wait=wait)

    run, _ = run_with(token_answer(), answer(), http=HttpSettings(connect_timeout=3, read_timeout=20))
    get(Watched(), run)
    assert lives == [28]


def test_tokens_saved_meanwhile_by_a_new_authorization_win() -> None:
    class Overtaken(Wrapped):
        def save(self, fresh: TokenSet, *, expected: int | None) -> int:
            loaded = self.load()
            super().save(tokens(access_token="1000.reauthorized"), expected=loaded[1] if loaded else None)
            raise StaleTokensError

    run, script = run_with(token_answer(), answer())
    get(Overtaken(), run)
    assert used(script.requests[1]) == "1000.reauthorized"


@pytest.mark.parametrize("reply", [httpx.ReadTimeout("x"), httpx.Response(503)])
def test_an_outage_of_the_accounts_server_is_not_a_broken_connection(reply: Reply) -> None:
    store = connected(tokens(expires_at=NOW))
    with pytest.raises(UnavailableError):
        get(store, run_with(reply)[0])
    assert stored_in(store).refresh_token == REFRESH_TOKEN


# --- the deadline of a run -----------------------------------------------------------------------------------------


def test_a_refresh_keeps_to_the_deadline_of_its_run() -> None:
    run, script = run_with(token_answer(), answer())
    get(connected(tokens(expires_at=NOW)), replace(run, deadline=NOW + 5))
    assert {request.extensions["timeout"]["read"] for request in script.requests} == {5}


def test_no_refresh_is_waited_for_past_the_deadline() -> None:
    waits: list[float] = []

    class Busy(Wrapped):
        def lock(self, *, ttl: float, wait: float) -> Any:
            waits.append(wait)
            raise TimeoutError

    with pytest.raises(UnavailableError):
        get(Busy(), replace(run_with()[0], deadline=NOW + 5))
    assert waits == [5]
