"""The commands on the pages work as they stand there, and print what the page shows."""

from __future__ import annotations

import json
import re
import shlex
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Browser
from tests.docs.conftest import Account
from tests.docs.reading import Block, blocks, every
from zoho_books_connector.authoring.samples import sample
from zoho_books_connector.cli import main
from zoho_books_connector.stores import ConnectionStore, KeyRing

#: Lines that are not run here, by how they begin, and why.
NOT_RUN = {
    "make ": "works on the checkout that the test runs in",
    "pip install ": "installs from a package index; tests/project/test_wheel.py installs the wheel",
    "export ZOHO_BOOKS_SANDBOX=": "the sandbox of the test has ports of its own",
    "zoho-books sandbox ": "runs until Ctrl-C; tests/sandbox/test_server_command.py starts and stops it",
    "zoho-books trigger listen ": "runs until Ctrl-C; tests/cli/test_trigger_listening.py starts and stops it",
    "zoho-books workbench": "runs until Ctrl-C; tests/workbench/test_command.py starts and stops it",
    "export ZOHO_BOOKS_WORKBENCH_PASSWORD=": "belongs to the workbench, see above",
    "python -m tests.cassettes.record": "writes to the checkout; tests/docs/test_contributing.py runs it in a copy",
}
#: Page → files that its reader brings along.
READERS_OWN = {"README.md": {"invoice.json": json.dumps(sample("create_invoice")["input"])}}
BLOCKS = every("sh", "console")
_FILE = re.compile(r"as `([\w.]+\.json)`")


@dataclass(frozen=True)
class Shell:
    """Runs the commands of a page in this process, with the sandbox in Zoho's place."""

    account: Account
    browser: Browser
    capture: pytest.CaptureFixture[str]

    def run(self, command: str) -> tuple[int, str]:
        """Return the exit code of a command, and what it prints."""
        words, _, target = self._stand_in(command).partition(" > ")
        self.capture.readouterr()
        code = main(shlex.split(words, comments=True)[1:])
        said = "".join(self.capture.readouterr())
        if target:
            Path(target).write_text(said, "utf-8")
        return code, said

    def prepare(self, block: Block) -> None:
        """Make what a block takes for granted: the files that it reads, and a connection unless it makes one."""
        for name, text in files(block).items():
            Path(name).write_text(text, "utf-8")
            self.account.plant(json.loads(text))
        if "connect --region" not in block.text:
            store = ConnectionStore("connections.db", KeyRing.from_environment("connections.key"))
            connection_id = store.create(self.account.credential, label="Our books")
            store.tokens(connection_id).save(self.account.tokens(), expected=None)

    def _stand_in(self, command: str) -> str:
        """Replace a region, and the grant code that only the console makes, by those of the sandbox."""
        named = re.search(r"--region (?:sandbox-)?(us|in)\b", command)
        code = named[1] if named else "us"
        centre = self.account.sandbox[code]
        self.browser.data_centre = code
        if command.startswith("zoho-books connect "):
            chosen = f"--port {self.account.port} --organization {centre.organizations[0]['organization_id']}"
            command = re.sub(r"--region \S+", f"--region sandbox-{code} {chosen}", command)
        return command.replace(
            " CODE", f" {centre.self_client_code(self.account.client, ['ZohoBooks.fullaccess.all'])}"
        )


@pytest.fixture
def shell(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A home without a connection, a browser that accepts, and a terminal of a hundred columns."""
    places = ",".join(f"{name}={centre.accounts_url}" for name, centre in account.sandbox.data_centres.items())
    for name, value in {
        "COLUMNS": "100",
        "ZOHO_BOOKS_HOME": str(tmp_path),
        "ZOHO_BOOKS_SANDBOX": places,
        "ZOHO_BOOKS_CLIENT_ID": account.client.client_id,
        "ZOHO_BOOKS_CLIENT_SECRET": account.client.client_secret,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ZOHO_BOOKS_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    browser = Browser()
    monkeypatch.setattr(webbrowser, "open", browser.open)
    yield Shell(account, browser, capsys)
    browser.close()


def commands(block: Block) -> list[tuple[str, str]]:
    """Return each command of a block with the output that the page shows, empty where it shows none."""
    if block.language == "sh":
        return [(line, "") for line in block.text.splitlines() if line.strip()]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def files(block: Block) -> dict[str, str]:
    """Return the files that a page shows, and those that a reader is taken to have."""
    shown = {name: given.text for given in blocks(block.page, "json") for name in _FILE.findall(given.said)}
    return READERS_OWN.get(block.place[0], {}) | shown


def fits(shown: str, said: str) -> bool:
    """Tell whether an output is the shown one, in which ``…`` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.rstrip("\n").split("…"))
    return re.fullmatch(pattern, said.rstrip("\n"), re.DOTALL) is not None


def test_an_output_is_compared() -> None:
    assert fits("a\n…\nz\n", "a\nb\nz\n")
    assert not fits("a\n…\nz\n", "a\nb\ny\n")
    assert not fits("a\n", "a\nb\n")


def test_every_command_is_run_or_listed() -> None:
    told = [command for block in BLOCKS for command, _ in commands(block)]
    assert [each for each in told if not each.startswith(("zoho-books ", *NOT_RUN))] == []
    assert [start for start in NOT_RUN if not any(each.startswith(start) for each in told)] == [], "listed in vain"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_the_commands_of_a_block_work(block: Block, shell: Shell) -> None:
    shell.prepare(block)
    for command, shown in commands(block):
        if command.startswith("zoho-books ") and not command.startswith(tuple(NOT_RUN)):
            code, said = shell.run(command)
            told = re.search(r"Exit code +(\d+)", shown)
            assert code == int(told[1] if told else 0), said
            assert fits(shown, said) or not shown, said
