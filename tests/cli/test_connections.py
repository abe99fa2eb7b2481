"""``connections``, ``check`` and ``disconnect``, and which connection a command means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, ids_in
from zoho_books_connector.cli.errors import UnreadableFileError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.sandbox import Client, Fault, Sandbox


@pytest.fixture
def second(cli: Cli, sandbox: Sandbox, client: Client, connected: str) -> str:
    """The id of another connection, to the other organization, called Mill."""
    code = sandbox["us"].self_client_code(client, ["ZohoBooks.settings.READ"])
    organization = sandbox["us"].organizations[1]["organization_id"]
    words = ["--self-client", code, "--organization", organization, "--name", "Mill"]
    assert cli("connect", "--region", "sandbox-us", *words).code == 0
    return next(each for each in ids_in(cli("connections").out) if each != connected)


def test_no_connection_leaves_no_file_behind(cli: Cli, home: Path) -> None:
    ended = cli("connections")
    assert ended.code == 0
    assert "zoho-books connect" in ended.err
    assert not home.exists()


def test_a_home_that_this_user_may_not_write_into_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(UnreadableFileError, match="may not write into the folder"):
        Home(home).store()


def test_a_command_that_needs_a_connection_says_how_to_get_one(cli: Cli) -> None:
    ended = cli("check")
    assert ended.code == 11
    assert "zoho-books connect --region REGION" in ended.err


def test_the_list_shows_region_organization_and_name(cli: Cli, connected: str, organization: str) -> None:
    line = next(line for line in cli("connections").out.splitlines() if connected in line)
    assert "sandbox-us" in line
    assert organization in line
    assert "Bowman Sandbox Inc" in line


def test_check_tells_the_state_of_a_connection(cli: Cli, connected: str, organization: str) -> None:
    ended = cli("check")
    assert ended.code == 0
    for told in (connected, organization, "United States", "Sandbox (us)", "good until", "complete"):
        assert told in ended.out


def test_check_names_missing_scopes_and_fails(cli: Cli, sandbox: Sandbox, client: Client, organization: str) -> None:
    code = sandbox["us"].self_client_code(client, ["ZohoBooks.settings.READ"])
    words = ["--self-client", code, "--organization", organization, "--scope", "ZohoBooks.settings.READ"]
    assert cli("connect", "--region", "sandbox-us", *words).code == 0
    ended = cli("check")
    assert ended.code == 11
    assert "ZohoBooks.invoices.CREATE" in ended.out
    assert "connect --connection" in ended.err


def test_several_connections_need_a_choice(cli: Cli, connected: str, second: str) -> None:
    ended = cli("check")
    assert ended.code == 2
    assert connected in ended.err
    assert second in ended.err


@pytest.mark.parametrize("choice", ["id", "start", "name"])
def test_a_connection_is_named_by_id_start_or_name(cli: Cli, connected: str, second: str, choice: str) -> None:
    named = {"id": second, "start": second[:8].upper(), "name": "mill"}[choice]
    ended = cli("check", "--connection", named)
    assert second in ended.out


def test_an_unknown_connection_names_the_known_ones(cli: Cli, connected: str) -> None:
    ended = cli("check", "--connection", "somewhere")
    assert ended.code == 11
    assert connected in ended.err


def test_disconnect_revokes_and_forgets(cli: Cli, sandbox: Sandbox, connected: str) -> None:
    ended = cli("disconnect")
    assert ended.code == 0
    assert connected in ended.out
    assert [each for each in sandbox["us"].requests if "revoke" in each.path]
    assert "There is no connection yet" in cli("connections").err


def test_disconnecting_says_where_events_stay(cli: Cli, connected: str, home: Path) -> None:
    Home(home).inbox(connected)
    said = " ".join(cli("disconnect").err.split())
    assert f"unencrypted, in an inbox named by this id in {home}." in said
    assert list(home.glob(f"*{connected}*"))


def test_what_cannot_be_revoked_stays(cli: Cli, sandbox: Sandbox, connected: str) -> None:
    sandbox.faults.add(Fault("503", path="revoke", times=None))
    ended = cli("disconnect", connected)
    assert ended.code == 15
    assert "--forget" in ended.err
    assert connected in cli("connections").out


def test_forget_deletes_what_cannot_be_revoked(cli: Cli, sandbox: Sandbox, connected: str) -> None:
    sandbox.stop()
    ended = cli("disconnect", "--forget")
    assert ended.code == 0
    assert "not revoked" in ended.err
    assert "There is no connection yet" in cli("connections").err


def test_a_lost_key_is_told_and_the_connection_can_still_be_forgotten(cli: Cli, connected: str, home: Path) -> None:
    (home / "connections.key").unlink()
    assert cli("check").code == 11
    assert cli("disconnect", "--forget").code == 0
