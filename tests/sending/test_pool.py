"""The pooled connections: shared, without cookies, redirects or environment, and what every request carries."""

from __future__ import annotations

import gzip
from collections.abc import Generator

import httpx
import pytest

from tests.doubles import Reply, Script, answer, json_of, runtime
from zoho_books_connector.boundary import HttpSettings, RunContext
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sending.calls import BUCKET, EXTENSION, RunLog
from zoho_books_connector.sending.pool import Channel, accounts_client, books_channel

URL = "https://www.zohoapis.eu/books/v3/items?organization_id=42"


class Twice(httpx.Auth):
    """Sends once more after any answer."""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = "first"
        yield request
        request.headers["Authorization"] = "second"
        yield request


def channel(*replies: Reply) -> tuple[Channel, Script, RunLog]:
    owner, script = runtime(*replies, http=HttpSettings(connect_timeout=3, read_timeout=7))
    return books_channel(owner), script, RunLog.of(RunContext(owner))


def send(way: Channel, log: RunLog, auth: httpx.Auth | None = None, content: bytes | None = None) -> httpx.Response:
    request = way.request("POST", URL, content, {EXTENSION: log, BUCKET: "eu:42"})
    return way.send(request, auth or httpx.Auth())


def test_every_run_shares_the_channel_and_the_accounts_client_of_its_runtime() -> None:
    with DefaultRuntime() as owner:
        assert books_channel(owner) is books_channel(owner)
        assert accounts_client(owner) is accounts_client(owner)
        assert accounts_client(owner).trust_env is False


def test_no_cookie_is_kept_and_no_redirect_followed() -> None:
    way, script, log = channel(
        httpx.Response(200, json={"code": 0}, headers={"Set-Cookie": "session=1; Path=/"}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
    )
    send(way, log)
    assert send(way, log).status_code == 302
    assert "cookie" not in script.requests[1].headers


def test_the_accounts_client_keeps_no_cookie_either() -> None:
    owner, script = runtime(httpx.Response(200, headers={"Set-Cookie": "session=1; Path=/"}), httpx.Response(200))
    for _ in range(2):
        accounts_client(owner).post("https://accounts.zoho.eu/oauth/v2/token")
    assert "cookie" not in script.requests[1].headers


def test_a_request_carries_time_outs_and_says_who_asks_and_what_it_takes() -> None:
    way, script, log = channel(answer())
    send(way, log, content=b'{"name":"x"}')
    [request] = script.requests
    assert request.extensions["timeout"] == {"connect": 3, "read": 7, "write": 7, "pool": 7}
    assert request.headers["user-agent"].startswith("zoho-books-connector/")
    assert {name: request.headers[name] for name in ("accept", "accept-encoding", "content-type", "host")} == {
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "content-type": "application/json",
        "host": "www.zohoapis.eu",
    }
    assert json_of(request) == {"name": "x"}


def test_only_a_body_has_a_type() -> None:
    way, script, log = channel(answer())
    send(way, log)
    assert "content-type" not in script.requests[0].headers


def test_a_compressed_answer_is_read() -> None:
    headers = {"Content-Encoding": "gzip"}
    way, _, log = channel(httpx.Response(200, content=gzip.compress(b'{"code":0}'), headers=headers))
    assert send(way, log).json() == {"code": 0}


def test_the_auth_flow_is_carried_out_to_its_end() -> None:
    sent: list[str] = []

    def note(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["authorization"])
        return answer(401 if len(sent) == 1 else 200)

    way, _, log = channel(note, note)
    assert send(way, log, Twice()).status_code == 200
    assert sent == ["first", "second"]


def test_what_the_auth_flow_raises_reaches_the_caller() -> None:
    def refused(request: httpx.Request) -> httpx.Request:
        raise LookupError

    class Refuses(httpx.Auth):
        def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            yield refused(request)

    way, script, log = channel()
    with pytest.raises(LookupError):
        send(way, log, Refuses())
    assert script.requests == []
