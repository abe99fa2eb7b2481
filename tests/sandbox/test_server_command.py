"""The sandbox as a command, and as a fixture."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.sandbox.server_command import serve

pytest_plugins = ["zoho_books_connector.sandbox.pytest_fixture"]


def served(arguments: list[str], meanwhile: Callable[[str], object] = len) -> tuple[int, str]:
    out = io.StringIO()
    status = serve(["--ports", "0,0", *arguments], out=out, wait=lambda: meanwhile(out.getvalue()))
    return status, out.getvalue()


def test_it_says_where_everything_is_and_answers_there() -> None:
    def call(text: str) -> None:
        [url, _] = re.findall(r"Books API +(\S+)", text)
        with Caller(url) as caller:
            assert caller.get("/organizations").code == 14

    status, text = served(["--data-centres", "us,in"], call)
    assert status == 0
    assert re.search(r"client id +1000\.\w+", text)
    assert re.search(r"client secret +\w{42}", text)
    assert len(re.findall(r"organization +\d+", text)) == 4
    assert "Ctrl-C" in text


def test_ctrl_c_stops_it() -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    status, text = served([], interrupt)
    assert status == 0
    assert text.endswith("Stopped.\n")


def test_switches_and_the_demo_seed() -> None:
    status, _ = served(["--switch", "blanks=typed", "--seed", "demo", "--no-limits"])
    assert status == 0


@pytest.mark.parametrize(("arguments", "started"), [([], 0), (["--send-webhooks"], 1)])
def test_deliveries_are_sent_only_when_asked_for(
    arguments: list[str], started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[Sandbox] = []
    monkeypatch.setattr(Sandbox, "start_sending", lambda sandbox: starts.append(sandbox))
    status, _ = served(arguments)
    assert (status, len(starts)) == (0, started)


@pytest.mark.parametrize("arguments", [["--switch", "blanks=sometimes"], ["--ports", "none"]])
def test_what_makes_no_sense_is_said_in_a_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(arguments, wait=lambda: None) == 2
    assert capsys.readouterr().err.startswith("zoho-books sandbox: ")


def test_the_module_runs() -> None:
    command = [sys.executable, "-m", "zoho_books_connector.sandbox", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--data-centres" in done.stdout


def test_the_fixture_is_a_running_sandbox(zoho_sandbox: Sandbox) -> None:
    with Caller(zoho_sandbox["in"].api_url) as caller:
        assert caller.get("/organizations").status == 401


def test_a_taken_port_is_said_in_a_sentence_and_gives_the_others_back(
    zoho_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = zoho_sandbox["us"].accounts_url.rsplit(":", 1)[1]
    assert serve(["--ports", f"0,{taken}"], wait=lambda: None) == 2
    assert capsys.readouterr().err.startswith("zoho-books sandbox: ")


def test_a_port_per_data_centre_is_asked_for() -> None:
    with pytest.raises(ValueError):
        Sandbox(("us", "in"), ports=[0])
