"""The command line in this process, a home of its own, a sandbox, and a browser that grants what it is shown."""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.cli import main
from zoho_books_connector.cli.callback import callback_url
from zoho_books_connector.sandbox import Client, Sandbox


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err.splitlines()[-1])


Cli = Callable[..., Ended]


def ids_in(text: str) -> list[str]:
    """The ids of connections in a text."""
    found: list[str] = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", text)
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without connections; nothing of the machine's own settings reaches a test."""
    for name in ("KEY", "CLIENT_ID", "CLIENT_SECRET", "SANDBOX"):
        monkeypatch.delenv(f"ZOHO_BOOKS_{name}", raising=False)
    folder = tmp_path / "home"
    monkeypatch.setenv("ZOHO_BOOKS_HOME", str(folder))
    monkeypatch.setenv("COLUMNS", "100")
    return folder


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command in this process."""

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = main(list(words))
        return Ended(code, *capsys.readouterr())

    return run


class Keyboard(io.StringIO):
    """Somebody at the terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a person type lines, and something where nothing is shown."""

    def prepare(*lines: str, hidden: str = "") -> None:
        monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr("getpass.getpass", lambda _prompt: hidden)

    return prepare


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on standard input."""
    return lambda given: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))


@dataclass
class Browser:
    """Opens the consent page, decides, and follows the redirect, as a person's browser does."""

    decision: str = "accept"
    data_centre: str = "us"
    #: What it asks of the callback's origin before it follows the redirect.
    strays: tuple[str, ...] = ()
    opened: list[str] = field(default_factory=list)
    #: Status and text of every page of the callback.
    pages: list[tuple[int, str]] = field(default_factory=list)
    _at_work: list[threading.Thread] = field(default_factory=list)

    def open(self, url: str) -> bool:
        self.opened.append(url)
        self._at_work.append(threading.Thread(target=self._visit, args=(url,)))
        self._at_work[-1].start()
        return True

    def close(self) -> None:
        for thread in self._at_work:
            thread.join(10)

    def _visit(self, url: str) -> None:
        _, page = self.get(url)
        form = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', page)}
        origin = form["redirect_uri"].removesuffix("/callback")
        self.pages += [self.get(origin + stray) for stray in self.strays]
        form |= {"decision": self.decision, "data_centre": self.data_centre}
        where = url.partition("?")[0]
        self.pages.append(self.get(where, urllib.parse.urlencode(form).encode()))

    @staticmethod
    def get(url: str, form: bytes | None = None) -> tuple[int, str]:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(url, form, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The browser that the command line opens."""
    opened = Browser()
    monkeypatch.setattr(webbrowser, "open", opened.open)
    yield opened
    opened.close()


@pytest.fixture
def port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox with two data centres that every command of the test knows."""
    with Sandbox() as running:
        places = ",".join(f"{name}={centre.accounts_url}" for name, centre in running.data_centres.items())
        monkeypatch.setenv("ZOHO_BOOKS_SANDBOX", places)
        yield running


@pytest.fixture
def client(home: Path, sandbox: Sandbox, port: int, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client at the sandbox, which the environment names."""
    registered = sandbox.register_client([callback_url(port)])
    monkeypatch.setenv("ZOHO_BOOKS_CLIENT_ID", registered.client_id)
    monkeypatch.setenv("ZOHO_BOOKS_CLIENT_SECRET", registered.client_secret)
    return registered


@pytest.fixture
def organization(sandbox: Sandbox) -> str:
    """The first organization of the sandbox's first data centre."""
    return str(sandbox["us"].organizations[0]["organization_id"])


@pytest.fixture
def connected(cli: Cli, sandbox: Sandbox, client: Client, organization: str) -> str:
    """The id of a connection that works."""
    code = sandbox["us"].self_client_code(client, ["ZohoBooks.fullaccess.all"])
    words = ["--region", "sandbox-us", "--self-client", code, "--organization", organization]
    assert cli("connect", *words).code == 0
    return ids_in(cli("connections").out)[0]
