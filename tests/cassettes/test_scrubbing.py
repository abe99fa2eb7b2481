"""No secret reaches a cassette: planted ones are searched for, and every committed cassette is searched."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest

from tests.cassettes import scrubbing
from tests.cassettes.scrubbing import MASK
from tests.cassettes.stage import NOW, sandbox_account
from tests.cassettes.tape import FOLDER, recorded
from zoho_books_connector.boundary import RunContext
from zoho_books_connector.plugin import connector_authorization
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.stores import MemoryTokenStore

#: What must not be found in any cassette, whatever recorded it.
TOKEN_LIKE = {
    "a token of Zoho": re.compile(r"1000\.[0-9a-zA-Z]{8,}"),
    "a value of the Authorization header": re.compile(r"(?i)(zoho-oauthtoken|bearer|basic)\s+[\w.+/=-]{4,}"),
    "a secret in a form": re.compile(
        rf"(client_id|client_secret|refresh_token|access_token|code|token)=(?!{MASK})[\w.%-]+"
    ),
    "a token in an answer": re.compile(rf'"(access_token|refresh_token|id_token)":\s*"(?!{MASK}")'),
    "a cookie": re.compile(r"(?i)set-cookie"),
}


def test_planted_secrets_of_a_refresh_and_a_call_are_not_in_the_file(tmp_path: Path) -> None:
    with Sandbox(("us",), clock=lambda: NOW) as sandbox:
        centre = sandbox["us"]
        client = sandbox.register_client()
        refresh_token = centre.issue_tokens(client)["refresh_token"]
        account = sandbox_account(
            centre.accounts_url,
            client_id=client.client_id,
            client_secret=client.client_secret,
            refresh_token=refresh_token,
        )
        path = tmp_path / "call.yaml"
        with recorded(path):
            result = account.run("create_item", {"name": "Canary", "rate": 1})
        living = list(centre.vault._access)
    assert [call.path for call in result.calls] == ["/oauth/v2/token", "/books/v3/items"]
    assert len(living) == 2, "one token was issued before, one by the refresh"
    _search(path, [client.client_id, client.client_secret, refresh_token, *living])


def test_planted_secrets_of_a_code_exchange_and_a_revocation_are_not_in_the_file(tmp_path: Path) -> None:
    with Sandbox(("us",), clock=lambda: NOW) as sandbox:
        centre = sandbox["us"]
        client = sandbox.register_client()
        code = centre.self_client_code(client, ["ZohoBooks.fullaccess.all"])
        account = sandbox_account(
            centre.accounts_url, client_id=client.client_id, client_secret=client.client_secret, refresh_token=""
        )
        path, store = tmp_path / "consent.yaml", MemoryTokenStore()
        authorization = connector_authorization("zoho_books")
        assert authorization is not None
        with DefaultRuntime(account.http, resources={"zoho_books.clock": account.clock}) as runtime, recorded(path):
            authorization.redeem(account.credential, tokens=store, run=RunContext(runtime), code=code)
            loaded = store.load()
            assert loaded is not None
            authorization.revoke(account.credential, tokens=store, run=RunContext(runtime))
    tokens = loaded[0]
    _search(path, [client.client_id, client.client_secret, code, tokens.access_token, tokens.refresh_token])


def test_a_cookie_and_a_secret_in_a_query_are_not_in_the_file(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"deep": [{"access_token": "canary-6"}]}, headers={"Set-Cookie": "s=canary-7"})

    path = tmp_path / "query.yaml"
    with (
        recorded(path),
        httpx.Client(transport=httpx.MockTransport(answer), base_url="https://accounts.zoho.eu") as http,
    ):
        http.post("/oauth/v2/token/revoke?token=canary-1", headers={"Authorization": "Basic canary-2"})
        http.get("/oauth/user/info", headers={"Authorization": "Bearer canary-3", "Cookie": "s=canary-4"})
    assert "canary" not in path.read_text("utf-8")


def test_an_answer_without_secrets_stays_as_it_came_byte_for_byte() -> None:
    scrub = scrubbing.settings()["before_record_response"][0]
    body = b'{"code":0,  "total": 12.50, "language_code": "de"}'
    kept = scrub({"headers": {"Date": ["now"]}, "body": {"string": body}})
    assert kept == {"headers": {"Date": ["now"]}, "body": {"string": body}}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_committed_cassette_holds_anything_like_a_secret(path: Path) -> None:
    _search(path, [])


@pytest.mark.parametrize(
    "leak",
    [
        "1000.0123456789abcdef0123456789abcdef.fedcba",
        "Zoho-oauthtoken 1000.abc",
        "client_secret=abcdef",
        '"access_token": "abc"',
        "Set-Cookie: x",
    ],
)
def test_the_search_would_find_a_leak(leak: str, tmp_path: Path) -> None:
    path = tmp_path / "leak.yaml"
    path.write_text(leak, "utf-8")
    with pytest.raises(AssertionError):
        _search(path, [])


def _search(path: Path, secrets: list[str]) -> None:
    text = path.read_text("utf-8")
    # A long text may be broken over lines in YAML, in the middle of a secret.
    texts = (text, re.sub(r"\\?\n\s*\\?", "", text))
    for secret in filter(None, secrets):
        for spelling in {secret, quote(secret), quote_plus(secret)}:
            assert not any(spelling in each for each in texts), f"{path.name} holds a planted secret"
    for what, pattern in TOKEN_LIKE.items():
        assert not any(pattern.search(each) for each in texts), f"{path.name} holds {what}"
