"""Generated files hold what their producers say, and the command names the ones that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoho_books_connector.authoring import __main__ as command
from zoho_books_connector.authoring import files
from zoho_books_connector.authoring.output import as_file


def test_generated_files_are_up_to_date() -> None:
    assert files.stale() == [], f"run: {files.COMMAND}"


def test_check_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "schemas" / "a.json"
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(files, "OWNED", (wanted.parent,))
    monkeypatch.setattr(files, "PRODUCERS", [lambda: iter([(wanted, lambda: as_file({"ü": 1}))])])
    assert command.main(["--check"]) == 1
    assert capsys.readouterr().err == f"{Path('schemas', 'a.json')} is out of date\nrun: {files.COMMAND}\n"
    assert command.main([]) == 0
    assert wanted.read_bytes() == '{\n  "ü": 1\n}\n'.encode()
    (wanted.parent / "left_over.json").touch()
    assert command.main(["--check"]) == 1
    command.main([])
    assert command.main(["--check"]) == 0
    assert not (wanted.parent / "left_over.json").exists()
