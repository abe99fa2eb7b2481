"""Consent: what the accounts server asks, refuses, and sends back to the client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from zoho_books_connector.sandbox import Client, Sandbox
from zoho_books_connector.sandbox.caller import Caller, Reply

CALLBACK = "http://127.0.0.1:9/callback"
SCOPE = "ZohoBooks.contacts.READ,ZohoBooks.settings.READ"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("us", "in", "cn")) as sandbox:
        yield sandbox


def asked(client: Client, **changes: str) -> dict[str, str]:
    parameters = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "access_type": "offline",
        "prompt": "consent",
        "state": "s1",
    } | changes
    return {name: value for name, value in parameters.items() if value}


def accounts(sandbox: Sandbox, name: str = "us") -> Caller:
    return Caller(sandbox[name].accounts_url)


def decided(sandbox: Sandbox, parameters: dict[str, str], decision: str = "accept", **more: str) -> dict[str, str]:
    with accounts(sandbox) as caller:
        reply = caller.form("/oauth/v2/auth", parameters | {"decision": decision} | more)
    assert reply.status == 302
    assert reply.headers["location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(reply.headers["location"]).query).items()}


def shown(sandbox: Sandbox, parameters: dict[str, str], name: str = "us") -> Reply:
    with accounts(sandbox, name) as caller:
        return caller.get("/oauth/v2/auth", **parameters)


class Form(HTMLParser):
    """Collects what a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.buttons: list[str] = []
        self.options: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: dict[str, Any] = dict(attrs)
        if tag == "input":
            self.hidden[found["name"]] = found["value"]
        if tag == "button":
            self.buttons.append(found["value"])
        if tag == "option":
            self.options.append(found["value"])
        if tag == "label":
            self.labels.append(found["for"])


def test_the_page_is_a_form_that_a_browser_can_send(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    reply = shown(sandbox, asked(client))
    form = Form()
    form.feed(reply.body.decode())
    assert reply.status == 200
    assert form.hidden == asked(client)
    assert form.buttons == ["accept", "reject"]
    assert form.options == ["us", "in"]
    assert form.labels == ["data_centre"]


def test_a_client_of_one_data_centre_is_not_asked_for_a_region(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK], multi_dc=False)
    assert b"<select" not in shown(sandbox, asked(client)).body


def test_everything_a_client_sends_is_escaped(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    page = shown(sandbox, asked(client, state='"><script>alert(1)</script>')).body.decode()
    assert "<script" not in page
    refused = shown(sandbox, asked(client, scope="<b>.x")).body.decode()
    assert "<b>" not in refused


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"client_id": "1000.NOBODY"}, "Invalid Client"),
        ({"client_id": ""}, "Invalid Client"),
        ({"redirect_uri": f"{CALLBACK}/"}, "Invalid Redirect Uri"),
        ({"response_type": "token"}, "Invalid response type"),
        ({"scope": "ZohoBooks.modules.ALL"}, "Invalid OAuth Scope"),
        ({"scope": "zohobooks.contacts.READ"}, "Invalid OAuth Scope"),
        ({"scope": ""}, "Invalid OAuth Scope"),
    ],
)
def test_what_stops_at_an_error_page(sandbox: Sandbox, change: dict[str, str], title: str) -> None:
    client = sandbox.register_client([CALLBACK])
    reply = shown(sandbox, asked(client, **change))
    assert reply.status == 400
    assert f"<h1>{title}</h1>" in reply.body.decode()
    with accounts(sandbox) as caller:
        posted = caller.form("/oauth/v2/auth", asked(client, **change) | {"decision": "accept"})
    assert posted.status == 400


@pytest.mark.parametrize("scope", [SCOPE, SCOPE.replace(",", " "), "ZohoBooks.fullaccess.all"])
def test_scopes_come_with_commas_or_spaces_and_full_access_is_known(sandbox: Sandbox, scope: str) -> None:
    assert shown(sandbox, asked(sandbox.register_client([CALLBACK]), scope=scope)).status == 200


def test_accepting_sends_the_code_and_the_data_centre_of_the_user(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    back = decided(sandbox, asked(client), data_centre="in")
    assert back["state"] == "s1"
    assert re.fullmatch(r"1000\.\w{32}\.\w{32}", back["code"])
    assert back["location"] == "in"
    assert back["accounts-server"] == sandbox["in"].accounts_url


def test_a_client_of_one_data_centre_gets_no_region(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK], multi_dc=False)
    assert decided(sandbox, asked(client)).keys() == {"code", "state"}


def test_rejecting_sends_access_denied(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    assert decided(sandbox, asked(client), "reject") == {"error": "access_denied", "state": "s1"}


def test_a_redirect_uri_with_a_query_keeps_it(sandbox: Sandbox) -> None:
    client = sandbox.register_client([f"{CALLBACK}?tenant=7"])
    back = decided(sandbox, asked(client, redirect_uri=f"{CALLBACK}?tenant=7"))
    assert back["tenant"] == "7"
    assert "code" in back


def test_china_stands_apart(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    assert "cn" not in client.secrets
    assert shown(sandbox, asked(client), "cn").status == 400
    chinese = sandbox.register_client([CALLBACK], home="cn")
    assert set(chinese.secrets) == {"cn"}


def test_grant_codes_are_limited(sandbox: Sandbox) -> None:
    client = sandbox.register_client([CALLBACK])
    for _ in range(10):
        decided(sandbox, asked(client))
    with accounts(sandbox) as caller:
        assert caller.form("/oauth/v2/auth", asked(client) | {"decision": "accept"}).status == 400


def test_the_region_directory_lists_the_data_centres(sandbox: Sandbox) -> None:
    with accounts(sandbox) as caller:
        found = caller.get("/oauth/serverinfo").data
    assert found["locations"] == {name: sandbox[name].accounts_url for name in sandbox}
