"""``zoho-books quota``, and the rate budget that all commands of a home share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.sandbox import Fault, Sandbox, Switches


@pytest.fixture
def switches() -> Switches:
    """The sandbox's switches; a test that needs others overrides this."""
    return Switches()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, switches: Switches) -> Iterator[Sandbox]:
    with Sandbox(switches=switches) as running:
        places = ",".join(f"{name}={centre.accounts_url}" for name, centre in running.data_centres.items())
        monkeypatch.setenv("ZOHO_BOOKS_SANDBOX", places)
        yield running


def sent(sandbox: Sandbox) -> int:
    """How many calls of the API reached the sandbox."""
    return len([each for each in sandbox["us"].requests if each.path.startswith("/books/v3")])


def test_what_is_left_of_the_day_and_the_minute_costs_one_read(cli: Cli, sandbox: Sandbox, connected: str) -> None:
    before = sent(sandbox)
    ended = cli("quota")
    assert ended.code == 0
    assert sent(sandbox) == before + 1
    for told in (connected, "1 of 90 calls", "0 of 9 calls", " of 5000 calls left today", "calls may be sent"):
        assert told in ended.out


def test_the_same_as_json(cli: Cli, connected: str) -> None:
    ended = cli("quota", "--json", "--connection", connected)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 1
    shown = ended.data
    assert shown["day"]["limit"] == 5000
    assert shown["day"]["remaining"] < 5000
    assert shown | {"day": {}} == {
        "connection": connected,
        "minute": {"allowed": 90, "counted": 1},
        "concurrent": {"allowed": 9, "open": 0},
        "day": {},
        "refused": None,
    }


def test_commands_spend_one_budget(cli: Cli, connected: str) -> None:
    for _ in range(3):
        assert cli("options", "item").code == 0
    assert cli("quota", "--json").data["minute"]["counted"] == 4


class TestWithoutHeaders:
    @pytest.fixture
    def switches(self) -> Switches:
        return Switches(quota_headers="absent")

    def test_what_no_answer_tells_is_unknown(self, cli: Cli, connected: str) -> None:
        assert "unknown" in cli("quota").out
        assert cli("quota", "--json").data["day"] == {"limit": None, "remaining": None, "reset": None}


def test_a_used_up_minute_is_shown_and_no_later_command_sends_anything(
    cli: Cli, sandbox: Sandbox, connected: str
) -> None:
    assert cli("quota").code == 0
    sandbox.faults.add(Fault("minute_limit"))
    ended = cli("quota")
    assert ended.code == 0
    assert "nothing is sent (minute); come back in " in ended.out
    assert " of 5000 calls left today" in ended.out
    before = sent(sandbox)
    refused = cli("options", "item", "--json-errors")
    assert (refused.code, refused.error["code"], sent(sandbox)) == (14, "budget_minute", before)
    assert cli("quota", "--json").data["refused"]["scope"] == "minute"


@pytest.mark.parametrize(
    "words",
    [["quota"], ["options", "item"], ["run", "get_contact_persons", "--set", "contact_id=1"], ["check"]],
    ids=str,
)
def test_a_budget_that_cannot_be_read_lets_nothing_be_sent(
    cli: Cli, sandbox: Sandbox, connected: str, home: Path, words: list[str]
) -> None:
    for path in home.glob("budget.db*"):
        path.unlink()
    (home / "budget.db").write_bytes(b"a letter to my mother " * 500)
    before = sent(sandbox)
    ended = cli(*words, "--json-errors")
    assert (ended.code, json.loads(ended.err)["code"], sent(sandbox)) == (4, "budget_corrupt", before)
    assert str(home / "budget.db") in ended.err


def test_an_unknown_connection_is_told(cli: Cli, connected: str) -> None:
    assert cli("quota", "--connection", "nobody").code == 11
