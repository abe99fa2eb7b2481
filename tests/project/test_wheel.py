"""The wheel in a fresh environment: its entry point loads, and it carries what a host reads."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from zoho_books_connector.manifest import COMPILED, SOURCE, find_data, manifest_json
from zoho_books_connector.registry import ACTIONS

ROOT = Path(__file__).parents[2]

PROGRAM = """
import importlib.util, json, sys
import pluggy
from zoho_books_connector import hookspecs
plugins = pluggy.PluginManager(hookspecs.PROJECT)
plugins.add_hookspecs(hookspecs)
plugins.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
plugins.check_pending()
[actions] = plugins.hook.connector_actions(connector_id="zoho_books")
early = sorted({"httpx", "pydantic", "jsonschema", "yaml"} & set(sys.modules))
[manifest] = plugins.hook.connector_manifest()
read = "yaml" in sys.modules
[handler] = plugins.hook.connector_action(connector_id="zoho_books", action_id="create_invoice")
from zoho_books_connector.manifest import find_data
where = str(find_data("schemas/inputs/create_invoice.json"))
[form] = plugins.hook.connector_form(connector_id="zoho_books", form_id="action:create_invoice")
title = form().schema["title"]
[sample] = plugins.hook.connector_document(connector_id="zoho_books", path=manifest["actions"]["get_record"]["sample"])
authoring = importlib.util.find_spec("zoho_books_connector.authoring") is not None
print(json.dumps({"actions": actions, "early": early, "manifest": manifest, "yaml": read, "where": where,
                  "title": title, "sample": sorted(sample), "authoring": authoring}))
"""


def run(*command: str | Path) -> str:
    return subprocess.run(list(command), check=True, capture_output=True, text=True, cwd=Path(sys.prefix)).stdout


@pytest.fixture(scope="module")
def fresh_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with nothing but the wheel and what it needs."""
    place = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", place, ROOT)
    [wheel] = place.glob("*.whl")
    venv.create(place / "env", with_pip=True)
    python = place / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return python


def test_the_entry_point_loads_from_the_wheel(fresh_python: Path) -> None:
    told = json.loads(run(fresh_python, "-c", PROGRAM))
    assert told["actions"] == list(ACTIONS)
    assert told["early"] == []
    assert "site-packages" in told["where"]
    assert told["title"] == "Create Invoice"
    assert told["sample"] == ["input", "output"]
    assert told["authoring"] is False, "it writes files of a checkout"


def test_the_wheel_reads_the_compiled_manifest_which_equals_the_source(fresh_python: Path) -> None:
    told = json.loads(run(fresh_python, "-c", PROGRAM))
    assert told["yaml"] is False
    assert told["manifest"] == json.loads(manifest_json(find_data(SOURCE)))
    assert told["manifest"] == json.loads((ROOT / COMPILED).read_text("utf-8"))


def test_the_command_says_which_extra_is_missing(fresh_python: Path) -> None:
    command = fresh_python.with_name("zoho-books.exe" if sys.platform == "win32" else "zoho-books")
    assert "create_invoice" in run(command, "actions")
    done = subprocess.run([command, "connections"], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "zoho-books-connector[cli]" in done.stderr
