"""``zoho-books probe``: the stored connection is opened, the cost is told first, the report is written."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="the command line keeps connections encrypted")
pytest.importorskip("platformdirs", reason="the command line's packages are not installed")

from tests.probe.conftest import Bench, MakeBench
from zoho_books_connector.cli import main
from zoho_books_connector.probe.command import SECRET_VARIABLE
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.stores import ConnectionStore, KeyRing

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    for name in ("ZOHO_BOOKS_KEY", "ZOHO_BOOKS_SANDBOX", SECRET_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZOHO_BOOKS_HOME", str(folder))
    return folder


@pytest.fixture
def bench(make_bench: MakeBench, home: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An account whose connection is stored as the command line stores it."""
    bench = make_bench()
    monkeypatch.setenv("ZOHO_BOOKS_SANDBOX", f"us={bench.sandbox['us'].accounts_url}")
    store = ConnectionStore(home / "connections.db", KeyRing.from_environment(home / "connections.key"))
    connection_id = store.create(bench.credential, label="Bench")
    issued = bench.sandbox["us"].issue_tokens(bench.sandbox.register_client())
    loaded = bench.tokens.load()
    assert loaded is not None
    # The command runs on the real clock, not on the one that stands still.
    now = time.time()
    fresh = replace(loaded[0], access_token=issued["access_token"], issued_at=now, expires_at=now + 3600)
    store.tokens(connection_id).save(fresh, expected=None)
    return bench


def test_the_report_goes_to_standard_output_and_the_cost_is_told_beside_it(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", "--report"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("# Probe of Zoho Books")
    assert "- Asked: the sandbox, region sandbox-us" in told.out
    assert "The probe plans 25 calls" in told.err
    assert bench.credential["client_secret"] not in told.out + told.err


def test_the_report_goes_to_a_file(bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bench.records()
    path = tmp_path / "report.md"
    assert main(["probe", "--report", str(path), "--write", "--connection", "Bench"]) == 0
    assert "reading and writing" in path.read_text("utf-8")
    assert capsys.readouterr().out == ""
    assert bench.records() == before


def test_a_delivery_needs_its_secret_from_the_environment(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, secret = tmp_path / "delivery.json", "sixteenLetters16"
    with Sandbox(("us",)) as sandbox:
        sent = sandbox.webhooks.build("item", {"item_id": "1"}, secret=secret, encoding="base64")
    path.write_text(json.dumps({"headers": dict(sent.headers), "body": sent.body.decode()}), "utf-8")
    assert main(["probe", "--delivery", str(path)]) == 2
    assert SECRET_VARIABLE in capsys.readouterr().err
    monkeypatch.setenv(SECRET_VARIABLE, secret)
    assert main(["probe", "--delivery", str(path)]) == 0
    told = capsys.readouterr()
    assert "| signature-encoding | signature_encoding | base64 | hex |" in told.out
    assert secret not in told.out + told.err


def test_without_a_connection_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe"]) == 11
    assert "There is no connection yet" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_an_error_of_the_file(bench: Bench, tmp_path: Path) -> None:
    bench.sandbox["us"].requests.clear()
    assert main(["probe", "--report", str(tmp_path / "no" / "such" / "folder.md")]) == 4
    assert bench.sandbox["us"].requests == [], "it is found out before anything is asked"
