"""The manifest is found in a checkout and in an installed package, and no reader can spoil it for another."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zoho_books_connector
from zoho_books_connector.manifest import find_data, load_manifest

PACKAGE = Path(zoho_books_connector.__file__).parent
READ_AS_INSTALLED = """
import sys
from zoho_books_connector.manifest import find_data, load_manifest
print(load_manifest()["connector"]["id"], find_data("schemas/manifest.schema.json").parts[-3:-1])
print(sorted(sys.modules.keys() & {"yaml", "jsonschema", "pydantic", "httpx"}))
"""


def test_each_reader_has_a_copy() -> None:
    spoilt = load_manifest()
    spoilt["actions"].clear()
    assert load_manifest()["actions"]


@pytest.mark.parametrize("name", ["connector.yaml", "schemas/manifest.schema.json", "schemas"])
def test_checkout_has_the_data_beside_the_package(name: str) -> None:
    assert find_data(name) == PACKAGE.parent / name


def test_missing_data_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no_such\.json is neither"):
        find_data("no_such.json")


def test_installed_package_reads_the_compiled_file_alone(tmp_path: Path) -> None:
    installed = tmp_path / "zoho_books_connector"
    shutil.copytree(PACKAGE, installed, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(find_data("schemas"), installed / "data" / "schemas")
    done = subprocess.run(
        [sys.executable, "-c", READ_AS_INSTALLED],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["zoho_books ('data', 'schemas')", "[]"]
