"""The token endpoint: exchange, refresh, revocation, limits, and errors that arrive with status 200."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from zoho_books_connector.sandbox import Client, Limits, Sandbox, Switches
from zoho_books_connector.sandbox.caller import Caller, Reply

CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = ["ZohoBooks.settings.READ", "AaaServer.profile.READ"]


class Clock:
    """Stands still until told."""

    now = 1_781_224_686.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        yield sandbox


def asks(sandbox: Sandbox, fields: dict[str, str], name: str = "us", **headers: str) -> Reply:
    with Caller(sandbox[name].accounts_url) as caller:
        return caller.form("/oauth/v2/token", fields, **headers)


def exchange(client: Client, code: str, name: str = "us", **changes: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client.client_id,
        "client_secret": client.secrets.get(name, "unknown-here"),
    } | changes


def refresh(client: Client, refresh_token: str, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    } | changes


def granted(sandbox: Sandbox, client: Client, name: str = "us", **changes: str) -> dict[str, Any]:
    """Go through consent as a browser does; answers the exchanged tokens."""
    fields = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "ZohoBooks.settings.READ",
        "access_type": "offline",
        "prompt": "consent",
        "decision": "accept",
        "data_centre": name,
    } | changes
    with Caller(sandbox["us"].accounts_url) as caller:
        location = caller.form("/oauth/v2/auth", fields).headers["location"]
    code = location.split("code=")[1].split("&")[0]
    return asks(sandbox, exchange(client, code, name, redirect_uri=CALLBACK), name).data


def test_an_exchange_answers_tokens_and_the_api_domain(sandbox: Sandbox) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    reply = asks(sandbox, exchange(client, us.self_client_code(client, SCOPES)))
    assert reply.status == 200
    assert reply.data.keys() == {"access_token", "refresh_token", "api_domain", "token_type", "expires_in"}
    assert reply.data["api_domain"] == us.api_domain
    assert reply.data["expires_in"] == 3600


@pytest.mark.parametrize("position", ["absent", "present"])
def test_scope_is_in_the_answer_by_switch(position: Any) -> None:
    with Sandbox(switches=Switches(answered_scope=position)) as sandbox:
        client = sandbox.register_client()
        data = asks(sandbox, exchange(client, sandbox["us"].self_client_code(client, SCOPES))).data
        assert ("scope" in data) == (position == "present")


def test_parameters_may_come_by_query_or_basic_authorization_but_not_as_json(sandbox: Sandbox) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    with Caller(us.accounts_url) as caller:
        fields = exchange(client, us.self_client_code(client, SCOPES))
        assert "access_token" in caller.post("/oauth/v2/token", **fields).data
        basic = base64.b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
        rest = {"grant_type": "authorization_code", "code": us.self_client_code(client, SCOPES)}
        assert "access_token" in caller.form("/oauth/v2/token", rest, Authorization=f"Basic {basic}").data
        fields = exchange(client, us.self_client_code(client, SCOPES))
        assert caller.post("/oauth/v2/token", fields).data == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1000.NOBODY"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client_secret"),
        ({"code": "1000.x.y"}, "invalid_code"),
        ({"grant_type": "password"}, "invalid_client"),
    ],
)
def test_errors_arrive_with_status_200(sandbox: Sandbox, changes: dict[str, str], error: str) -> None:
    client = sandbox.register_client()
    reply = asks(sandbox, exchange(client, sandbox["us"].self_client_code(client, SCOPES)) | changes)
    assert (reply.status, reply.data) == (200, {"error": error})


def test_a_missing_grant_type_and_a_wrong_verb_have_status_400(sandbox: Sandbox) -> None:
    client = sandbox.register_client()
    fields = exchange(client, "x")
    del fields["grant_type"]
    assert asks(sandbox, fields).status == 400
    with Caller(sandbox["us"].accounts_url) as caller:
        reply = caller.get("/oauth/v2/token", **exchange(client, "x"))
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/html")


def test_a_code_works_once(sandbox: Sandbox) -> None:
    client = sandbox.register_client()
    fields = exchange(client, sandbox["us"].self_client_code(client, SCOPES))
    assert "access_token" in asks(sandbox, fields).data
    assert asks(sandbox, fields).data == {"error": "invalid_code"}


@pytest.mark.parametrize("seconds", [120, 60])
def test_a_code_lives_for_the_seconds_of_the_switch(clock: Clock, seconds: Any) -> None:
    with Sandbox(switches=Switches(code_seconds=seconds), clock=clock) as sandbox:
        client = sandbox.register_client()
        vault = sandbox["us"].vault
        codes = [
            vault.grant(client.client_id, SCOPES, redirect_uri=None, offline=True, prompted=True) for _ in range(2)
        ]
        clock.now += seconds - 1
        assert "access_token" in asks(sandbox, exchange(client, codes[0])).data
        clock.now += 1
        assert asks(sandbox, exchange(client, codes[1])).data == {"error": "invalid_code"}


def test_the_redirect_uri_of_the_exchange_must_be_the_one_of_consent(sandbox: Sandbox) -> None:
    client = sandbox.register_client()
    vault = sandbox["us"].vault
    code = vault.grant(client.client_id, SCOPES, redirect_uri=CALLBACK, offline=True, prompted=True)
    wrong = asks(sandbox, exchange(client, code, redirect_uri="http://127.0.0.1:9/other"))
    assert wrong.data == {"error": "invalid_redirect_uri"}
    assert "access_token" in asks(sandbox, exchange(client, code, redirect_uri=CALLBACK)).data


def test_a_second_consent_gives_a_refresh_token_only_with_prompt(sandbox: Sandbox) -> None:
    client = sandbox.register_client()
    assert "refresh_token" in granted(sandbox, client, prompt="")
    assert "refresh_token" not in granted(sandbox, client, prompt="")
    assert "refresh_token" in granted(sandbox, client, prompt="consent")
    assert "refresh_token" not in granted(sandbox, client, access_type="online")


def test_a_user_of_another_data_centre_exchanges_there_and_only_there(sandbox: Sandbox) -> None:
    client = sandbox.register_client(same_secret=False)
    assert client.secrets["us"] != client.secrets["in"]
    tokens = granted(sandbox, client, "in")
    assert tokens["api_domain"] == sandbox["in"].api_domain
    code = sandbox["in"].self_client_code(client, SCOPES)
    assert asks(sandbox, exchange(client, code, "us"), "us").data == {"error": "invalid_code"}
    assert asks(sandbox, exchange(client, code, "us"), "in").data == {"error": "invalid_client_secret"}


def test_a_client_of_one_data_centre_is_unknown_elsewhere(sandbox: Sandbox) -> None:
    client = sandbox.register_client(multi_dc=False)
    code = sandbox["us"].self_client_code(client, SCOPES)
    assert asks(sandbox, exchange(client, code, "us"), "in").data == {"error": "invalid_client"}


def test_a_refresh_answers_no_refresh_token_and_the_old_one_stays(sandbox: Sandbox) -> None:
    client = sandbox.register_client()
    first = sandbox["us"].issue_tokens(client)
    for _ in range(2):
        answer = asks(sandbox, refresh(client, first["refresh_token"])).data
        assert answer["access_token"] != first["access_token"]
        assert "refresh_token" not in answer


@pytest.mark.parametrize("status", [400, 200])
def test_asking_too_often_blocks_for_ten_minutes(clock: Clock, status: Any) -> None:
    with Sandbox(switches=Switches(throttle_status=status), clock=clock) as sandbox:
        client = sandbox.register_client()
        fields = refresh(client, sandbox["us"].issue_tokens(client)["refresh_token"])
        for _ in range(9):
            assert "access_token" in asks(sandbox, fields).data
        refused = asks(sandbox, fields)
        assert (refused.status, refused.data["error"]) == (status, "Access Denied")
        assert refused.data["status"] == "failure"
        clock.now += 599
        assert "error" in asks(sandbox, fields).data
        clock.now += 1
        assert "access_token" in asks(sandbox, fields).data


def test_the_sixteenth_access_token_ends_the_oldest() -> None:
    with Sandbox(limits=Limits(access_tokens_per_window=None)) as sandbox:
        us, client = sandbox["us"], sandbox.register_client()
        first = us.issue_tokens(client)
        for _ in range(14):
            asks(sandbox, refresh(client, first["refresh_token"]))
        with Caller(us.api_url, first["access_token"]) as caller:
            assert caller.get("/organizations").status == 200
            asks(sandbox, refresh(client, first["refresh_token"]))
            assert caller.get("/organizations").status == 401


def test_the_twenty_first_refresh_token_ends_the_oldest(sandbox: Sandbox) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    first = us.issue_tokens(client)["refresh_token"]
    for _ in range(19):
        us.issue_tokens(client)
    assert "access_token" in asks(sandbox, refresh(client, first)).data
    us.issue_tokens(client)
    assert asks(sandbox, refresh(client, first)).data == {"error": "invalid_code"}


@pytest.mark.parametrize("path", ["/oauth/v2/token/revoke", "/oauth/v2/revoke/token"])
def test_both_forms_of_revocation_end_the_tokens(sandbox: Sandbox, path: str) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    tokens = us.issue_tokens(client)
    with Caller(us.accounts_url) as caller:
        assert caller.form(path, {"token": tokens["refresh_token"]}).status == 200
        assert caller.form(path, {"token": tokens["refresh_token"]}).status == 400
    assert asks(sandbox, refresh(client, tokens["refresh_token"])).data == {"error": "invalid_code"}
    with Caller(us.api_url, tokens["access_token"]) as caller:
        assert caller.get("/organizations").code == 57


def test_access_tokens_die_after_an_hour_or_on_demand(sandbox: Sandbox, clock: Clock) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    tokens = us.issue_tokens(client)
    with Caller(us.api_url, tokens["access_token"]) as caller:
        clock.now += 3599
        assert caller.get("/organizations").status == 200
        clock.now += 1
        assert caller.get("/organizations").status == 401
    fresh = asks(sandbox, refresh(client, tokens["refresh_token"])).data["access_token"]
    us.expire_access_tokens()
    with Caller(us.api_url, fresh) as caller:
        assert caller.get("/organizations").status == 401
    assert "access_token" in asks(sandbox, refresh(client, tokens["refresh_token"])).data
    us.revoke_all()
    assert asks(sandbox, refresh(client, tokens["refresh_token"])).data == {"error": "invalid_code"}


def test_user_information_needs_its_scope(sandbox: Sandbox) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    for scope, status in (("AaaServer.profile.READ", 200), ("ZohoBooks.fullaccess.all", 401)):
        with Caller(us.accounts_url, us.issue_tokens(client, scope)["access_token"]) as caller:
            reply = caller.get("/oauth/user/info")
        assert reply.status == status
    with Caller(us.accounts_url, "dead") as caller:
        assert caller.get("/oauth/user/info").status == 401


def test_requests_are_remembered_with_authorization_masked(sandbox: Sandbox) -> None:
    us, client = sandbox["us"], sandbox.register_client()
    token = us.issue_tokens(client)["access_token"]
    with Caller(us.api_url, token) as caller:
        caller.get("/organizations")
    [request] = us.requests
    assert (request.method, request.path, request.status, request.code) == ("GET", "/books/v3/organizations", 200, 0)
    assert request.headers["authorization"] == "***"
    assert token not in repr(us.requests)
