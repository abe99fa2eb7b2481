"""The command that starts a workbench: what it refuses with a sentence, and what it survives."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.workbench.running import beside, connect, ended
from tests.workbench.triggering import until
from zoho_books_connector.cli import main
from zoho_books_connector.sandbox import Fault, Sandbox
from zoho_books_connector.workbench.bench import Workbench

PASSWORD = "correct horse battery"
FLOUR = {"name": "Rye flour", "rate": 4.5}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def started(home: Path, *options: str) -> int:
    return main(["--home", str(home), "workbench", "--port", str(free_port()), *options])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--host", "192.0.2.1"], "password_missing"),
        (["--origin", "https://books.example.com"], "password_missing"),
        (["--database", "mysql://user:secret@host/name"], "database_wrong"),
        (["--origin", "books.example.com"], "origin_wrong"),
        (["--origin", "https://books.example.com/workbench"], "origin_wrong"),
        (["--origin", "https://books.example.com:port"], "origin_wrong"),
    ],
)
def test_a_workbench_that_cannot_be_meant_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: Sequence[str], code: str
) -> None:
    assert started(tmp_path, *options) == 2
    said = capsys.readouterr().err
    assert code in said
    assert "secret" not in said


@pytest.mark.parametrize(("password", "code"), [("too short", "password_short"), (PASSWORD, "origin_missing")])
def test_one_for_every_machine_needs_a_password_and_a_name(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    code: str,
) -> None:
    monkeypatch.setenv("ZOHO_BOOKS_WORKBENCH_PASSWORD", password)
    assert started(tmp_path, "--host", "::") == 2
    assert code in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert started(tmp_path, "--port", str(taken.getsockname()[1])) == 2
    assert "port_unusable" in capsys.readouterr().err


def test_an_address_of_another_machine_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOHO_BOOKS_WORKBENCH_PASSWORD", PASSWORD)
    assert started(tmp_path, "--host", "192.0.2.1") == 2
    assert "address_unusable" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["workbench.db", "durable.db"])
@pytest.mark.parametrize("harm", ["corrupt", "newer"])
def test_a_file_that_somebody_must_mend_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, harm: str
) -> None:
    if harm == "corrupt":
        (tmp_path / file).write_bytes(b"no database" * 100)
    else:
        with closing(sqlite3.connect(tmp_path / file)) as handle:
            handle.execute("PRAGMA user_version = 99")
    assert started(tmp_path, "--real") == 4
    assert f"{file.partition('.')[0]}_{harm}" in capsys.readouterr().err


@contextmanager
def running(home: Path, sandbox: Sandbox) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Start the command in a process of its own, beside a sandbox that outlives it."""
    centre, port = sandbox["us"], free_port()
    command = [
        *(sys.executable, "-m", "zoho_books_connector", "--home", str(home)),
        *("--sandbox", f"us={centre.api_domain}", "workbench", "--real", "--port", str(port)),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ) as process:
        try:
            assert process.stderr is not None
            assert str(port).encode() in process.stderr.readline()
            transport = httpx.HTTPTransport(retries=5)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, trust_env=False) as client:
                yield process, client
        finally:
            process.kill()


def post_flour(client: httpx.Client, connection: str) -> None:
    """Send the form and do not wait for its answer."""
    page = client.get("/actions/create_item", params={"connection": connection}).text
    token = re.search(r'name="csrf" value="(\w+)"', page)
    assert token is not None
    form = {"csrf": token[1], "run": "cut", "connection": connection, "/name": "Rye flour", "/rate": "4.5"}
    with pytest.raises(httpx.TimeoutException):
        client.post("/actions/create_item", data=form, timeout=1.0)


def sent_flour(sandbox: Sandbox) -> bool:
    """Tell whether the create has arrived."""
    return any(each.method == "POST" and each.path.endswith("/items") for each in sandbox["us"].requests)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_its_process_did_not_survive_is_resumed_without_a_duplicate(
    tmp_path: Path, end: signal.Signals
) -> None:
    with Sandbox(["us"]) as sandbox:
        client = sandbox.register_client()
        with Workbench(beside(sandbox, tmp_path)) as bench:
            connection = connect(bench, sandbox["us"], client)
        with running(tmp_path, sandbox) as (process, pages):
            # The record is created, and the answer that says so never comes.
            sandbox.faults.add(Fault("timeout", path="/items", commit=True, times=1))
            post_flour(pages, connection)
            until(lambda: sent_flour(sandbox))
            process.send_signal(end)
            process.wait(60)
        with Workbench(beside(sandbox, tmp_path)) as bench:
            run = ended(bench, "cut")
        organization = str(sandbox["us"].organizations[0]["organization_id"])
        held = [each for each in sandbox["us"].records(organization, "item") if each["name"] == "Rye flour"]
    assert run.state == "done"
    assert len(held) == 1
