"""``zoho-books connect``: the consent in a browser, what it asks, and that it stores all or nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Browser, Cli
from zoho_books_connector.cli.callback import Callback
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.sandbox import Client, Fault, Sandbox
from zoho_books_connector.stores import ConnectionStore

pytestmark = pytest.mark.usefixtures("client")

Words = list[str]


@pytest.fixture
def words(port: int, organization: str) -> Words:
    """A call that succeeds."""
    return ["connect", "--region", "sandbox-us", "--port", str(port), "--organization", organization]


def test_a_consent_in_the_browser_becomes_a_stored_connection(
    cli: Cli, browser: Browser, words: Words, organization: str
) -> None:
    ended = cli(*words, "--name", "My books")
    assert ended.code == 0
    assert "Connected     My books" in ended.out
    assert organization in ended.out
    assert "zoho-books check" in ended.out
    assert "My books" in cli("connections").out
    assert cli("check").code == 0


def test_the_person_sees_the_callback_url_the_page_and_how_to_go_on(
    cli: Cli, browser: Browser, words: Words, port: int
) -> None:
    ended = cli(*words)
    assert f"Callback URL to register: http://127.0.0.1:{port}/callback" in ended.err
    assert browser.opened[0] in ended.err
    browser.close()
    status, page = browser.pages[0]
    assert status == 200
    assert "Access granted" in page


def test_the_name_is_the_organizations_unless_one_is_given(cli: Cli, browser: Browser, words: Words) -> None:
    cli(*words)
    assert "Bowman Sandbox Inc" in cli("connections").out


def test_the_account_may_live_in_another_data_centre_than_the_client(
    cli: Cli, browser: Browser, sandbox: Sandbox, words: Words
) -> None:
    browser.data_centre = "in"
    theirs = sandbox["in"].organizations[0]["organization_id"]
    ended = cli(*words[:-1], theirs)
    assert ended.code == 0
    assert "Sandbox (in)" in ended.err
    assert "sandbox-in" in cli("connections").out


def test_without_a_browser_the_url_is_only_printed(
    cli: Cli, browser: Browser, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(Callback, "wait", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
    ended = cli(*words, "--no-browser")
    assert ended.code == 130
    assert "/oauth/v2/auth?" in ended.err
    assert not opened


# --- asking ---------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_asked_and_the_secret_is_typed_unseen(
    cli: Cli,
    browser: Browser,
    client: Client,
    port: int,
    typed: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ZOHO_BOOKS_CLIENT_ID")
    monkeypatch.delenv("ZOHO_BOOKS_CLIENT_SECRET")
    typed("sandbox-us", client.client_id, "2", hidden=client.client_secret)
    ended = cli("connect", "--port", str(port))
    assert ended.code == 0
    assert "sandbox-in" in ended.err  # the regions to choose from
    assert "2. Mehta Sandbox Private Limited" in ended.err
    assert "Mehta Sandbox Private Limited" in ended.out
    assert client.client_secret not in ended.out + ended.err


def test_the_secret_may_come_from_a_file(
    cli: Cli, browser: Browser, client: Client, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZOHO_BOOKS_CLIENT_SECRET")
    file = tmp_path / "secret.txt"
    file.write_text(client.client_secret + "\r\n", encoding="utf-8-sig")
    assert cli(*words, "--client-secret-file", str(file)).code == 0


@pytest.mark.parametrize("content", [b"", b"secret-canary\ntwo", b"\xff\xfe\xff"])
def test_a_secret_file_that_is_none_is_told_without_its_content(
    cli: Cli, words: Words, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(content)
    ended = cli(*words, "--client-secret-file", str(file))
    assert ended.code == 4
    assert "secret-canary" not in ended.err


@pytest.mark.parametrize(
    ("missing", "named"),
    [("REGION", "--region"), ("ZOHO_BOOKS_CLIENT_ID", "--client-id"), ("ZOHO_BOOKS_CLIENT_SECRET", "Client Secret")],
)
def test_when_nobody_can_be_asked_the_missing_thing_is_named(
    cli: Cli,
    words: Words,
    missing: str,
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    piped: Callable[[bytes], None],
) -> None:
    piped(b"")
    monkeypatch.delenv(missing, raising=False)
    ended = cli(*(words if missing != "REGION" else ["connect"]))
    assert ended.code == 2
    assert f"{named} is missing" in ended.err


def test_an_unknown_region_names_the_known_ones(cli: Cli) -> None:
    ended = cli("connect", "--region", "uk")
    assert ended.code == 2
    assert "sandbox-us" in ended.err
    assert "--enable-region" in ended.err


# --- several organizations ------------------------------------------------------------------------------------------


def test_several_organizations_need_a_choice_when_nobody_can_be_asked(
    cli: Cli, browser: Browser, sandbox: Sandbox, words: Words, piped: Callable[[bytes], None]
) -> None:
    piped(b"")
    ended = cli(*words[:-2])
    assert ended.code == 2
    for organization in sandbox["us"].organizations:
        assert organization["organization_id"] in ended.err.replace("\n", " ")
    assert "There is no connection yet" in cli("connections").err


def test_an_organization_of_somebody_else_is_refused(cli: Cli, browser: Browser, words: Words) -> None:
    ended = cli(*words[:-1], "999")
    assert ended.code == 2
    assert "does not belong to organization 999" in ended.err


# --- nothing half -----------------------------------------------------------------------------------------------------


def nothing_is_left(cli: Cli, sandbox: Sandbox) -> bool:
    revoked = [each for each in sandbox["us"].requests if "revoke" in each.path]
    return bool(revoked) and "There is no connection yet" in cli("connections").err


def test_what_was_granted_is_revoked_when_no_organization_is_chosen(
    cli: Cli, browser: Browser, sandbox: Sandbox, words: Words, typed: Callable[..., None]
) -> None:
    typed("nonsense")
    assert cli(*words[:-2]).code == 2
    assert nothing_is_left(cli, sandbox)


def test_a_connection_whose_tokens_cannot_be_stored_is_not_stored(
    cli: Cli, browser: Browser, sandbox: Sandbox, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Any, _id: str) -> None:
        raise CredentialError("store_full", "The disk is full.", reason="store_unreadable")

    monkeypatch.setattr(ConnectionStore, "tokens", fail)
    assert cli(*words).code == 11
    assert nothing_is_left(cli, sandbox)


def test_a_refused_consent_stores_nothing(cli: Cli, browser: Browser, words: Words) -> None:
    browser.decision = "reject"
    ended = cli(*words)
    browser.close()
    assert ended.code == 11
    assert "The consent was refused." in ended.err
    assert "No access granted" in browser.pages[0][1]
    assert "There is no connection yet" in cli("connections").err


def test_a_wrong_secret_stores_nothing(
    cli: Cli, browser: Browser, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOHO_BOOKS_CLIENT_SECRET", "wrong-canary")
    ended = cli(*words)
    assert ended.code == 11
    assert "does not accept the Client Secret" in ended.err
    assert "wrong-canary" not in ended.err
    assert "There is no connection yet" in cli("connections").err


def test_an_accounts_server_that_fails_stores_nothing(
    cli: Cli, browser: Browser, sandbox: Sandbox, words: Words
) -> None:
    sandbox.faults.add(Fault("503", method="POST", path="/oauth/v2/token"))
    assert cli(*words).code == 15
    assert "There is no connection yet" in cli("connections").err


# --- the callback -----------------------------------------------------------------------------------------------------


def test_only_the_redirect_of_this_run_counts(cli: Cli, browser: Browser, words: Words) -> None:
    browser.strays = ("/favicon.ico", "/callback", "/callback?code=1000.stray&state=stray", "/callback/?code=1")
    assert cli(*words).code == 0
    browser.close()
    assert [status for status, _ in browser.pages] == [404, 400, 400, 404, 200]
    assert all("stray" not in page for _, page in browser.pages)


def test_a_port_in_use_is_told_before_the_browser_opens(cli: Cli, browser: Browser, words: Words, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        ended = cli(*words)
    assert ended.code == 2
    assert f"Port {port}" in ended.err
    assert "--port" in ended.err
    assert not browser.opened


def test_nobody_waits_for_ever(port: int) -> None:
    moments = iter([0.0, 0.0, 301.0])
    with Callback(port, "s", clock=lambda: next(moments)) as callback, pytest.raises(CredentialError) as caught:
        callback.wait()
    assert caught.value.code == "consent_timeout"


# --- without a browser, and again -------------------------------------------------------------------------------------


def test_a_self_clients_code_may_come_from_standard_input(
    cli: Cli, sandbox: Sandbox, client: Client, organization: str, piped: Callable[[bytes], None]
) -> None:
    code = sandbox["us"].self_client_code(client, ["ZohoBooks.fullaccess.all"])
    piped(f"{code}\n".encode())
    ended = cli("connect", "--region", "sandbox-us", "--self-client", "-", "--organization", organization)
    assert ended.code == 0
    assert code not in ended.out + ended.err


def test_an_empty_code_is_told(cli: Cli, piped: Callable[[bytes], None]) -> None:
    piped(b"")
    assert cli("connect", "--region", "sandbox-us", "--self-client", "-").code == 2


def test_a_connection_is_authorized_again_without_asking_anything(
    cli: Cli, browser: Browser, sandbox: Sandbox, connected: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZOHO_BOOKS_CLIENT_ID")
    monkeypatch.delenv("ZOHO_BOOKS_CLIENT_SECRET")
    sandbox["us"].revoke_all()
    assert cli("check").code == 11
    ended = cli("connect", "--connection", connected[:8], "--port", str(port))
    assert ended.code == 0
    assert connected in ended.out
    assert cli("check").code == 0
    assert cli("connections").out.count("sandbox-us") == 1


def test_a_failed_second_authorization_leaves_the_connection_working(
    cli: Cli, browser: Browser, connected: str, port: int
) -> None:
    browser.decision = "reject"
    assert cli("connect", "--connection", connected, "--port", str(port)).code == 11
    assert cli("check").code == 0
