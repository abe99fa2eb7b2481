"""What every action must have: a forgotten step is named by the test that misses it."""

from __future__ import annotations

import ast
import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from tests.cassettes.scenes import SCENES
from zoho_books_connector.actions import Action
from zoho_books_connector.api import modules
from zoho_books_connector.cli.errors import EXITS
from zoho_books_connector.errors import ConnectorError, CredentialReason
from zoho_books_connector.manifest import find_data, load_manifest
from zoho_books_connector.models.base import Input, Output
from zoho_books_connector.registry import ACTIONS, load_action

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "zoho_books_connector"
MANIFEST = load_manifest()
ACTION_IDS = list(ACTIONS)


def schema(folder: str, action_id: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(find_data(f"schemas/{folder}/{action_id}.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_step_1_every_action_has_its_models(action_id: str) -> None:
    action = load_action(action_id)
    assert issubclass(action.inputs, Input)
    assert issubclass(action.output, Output)


def test_step_2_every_action_of_the_manifest_has_a_function() -> None:
    assert set(MANIFEST["actions"]) <= set(ACTIONS), "connector.yaml names an action that registry.py does not"


def test_step_2_every_decorated_function_stands_in_the_registry() -> None:
    found = {
        name: path.stem
        for path in (PACKAGE / "actions").glob("*.py")
        for name, member in vars(import_module(f"zoho_books_connector.actions.{path.stem}")).items()
        if isinstance(member, Action) and not name.startswith("_")
    }
    assert found == ACTIONS, "registry.py and actions/ name different actions"


def test_step_3_every_action_stands_in_the_manifest() -> None:
    assert set(ACTIONS) <= set(MANIFEST["actions"]), "registry.py names an action that connector.yaml does not"


@pytest.mark.parametrize("folder", ["inputs", "outputs"])
def test_step_4_every_action_has_its_generated_schema(folder: str) -> None:
    found = {path.stem for path in (ROOT / "schemas" / folder).glob("*.json")}
    assert found == set(ACTIONS), "run `make write-generated`"


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_step_5_every_action_has_what_its_tests_need(action_id: str) -> None:
    tests = ROOT / "tests"
    assert (tests / "models" / "examples" / f"{action_id}.json").is_file()
    assert (tests / "cassettes" / "documented" / f"{action_id}.yaml").is_file()
    assert action_id in SCENES, "tests/cassettes/scenes.py"


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_the_manifest_refers_to_the_schemas_of_the_action(action_id: str) -> None:
    entry = MANIFEST["actions"][action_id]
    assert (entry["input"], entry["output"]) == (
        f"schemas/inputs/{action_id}.json",
        f"schemas/outputs/{action_id}.json",
    )


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_the_revision_is_the_same_in_code_and_manifest(action_id: str) -> None:
    assert MANIFEST["actions"][action_id]["revision"] == load_action(action_id).revision


@pytest.mark.parametrize("action_id", [each for each in ACTION_IDS if each != "get_record"])
def test_the_scope_is_the_same_in_code_and_manifest(action_id: str) -> None:
    assert MANIFEST["actions"][action_id]["scopes"]["call"] == [load_action(action_id).scope]


def test_reading_by_id_needs_the_scope_of_the_module() -> None:
    by_module = MANIFEST["actions"]["get_record"]["scopes"]["call_by"]["scopes"]
    assert by_module == {key: module.full_scope for key, module in modules.MODULES.items()}


@pytest.mark.parametrize("action_id", ACTION_IDS)
@pytest.mark.parametrize("folder", ["inputs", "outputs"])
@pytest.mark.parametrize("dialect", [jsonschema.Draft202012Validator, jsonschema.Draft7Validator])
def test_schemas_are_valid_in_both_dialects(action_id: str, folder: str, dialect: Any) -> None:
    dialect.check_schema(schema(folder, action_id))


@pytest.mark.parametrize("action_id", ACTION_IDS)
@pytest.mark.parametrize("folder", ["inputs", "outputs"])
def test_schemas_use_no_word_that_draft_07_reads_otherwise(action_id: str, folder: str) -> None:
    beyond = {"dependentRequired", "dependentSchemas", "prefixItems", "unevaluatedProperties", "$dynamicRef", "$defs"}
    assert not beyond & set(_keywords(schema(folder, action_id)))


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_inputs_refuse_unknown_keys_and_outputs_take_them(action_id: str) -> None:
    assert schema("inputs", action_id)["additionalProperties"] is False
    assert "additionalProperties" not in schema("outputs", action_id)


@pytest.mark.parametrize("action_id", ACTION_IDS)
def test_every_action_is_a_documented_function_over_client_and_inputs(action_id: str) -> None:
    action = load_action(action_id)
    assert inspect.getdoc(action.run)
    assert list(inspect.signature(action.run).parameters) == ["client", "inputs"]


def _keywords(node: object) -> set[str]:
    if isinstance(node, dict):
        names = {str(key) for key in node}
        return names.union(*(_keywords(child) for child in node.values()))
    return set().union(*(_keywords(child) for child in node)) if isinstance(node, list) else set()


# --- the rings -----------------------------------------------------------------------------------------------------

SOURCES = sorted(PACKAGE.rglob("*.py"))
CORE = {"pluggy", "pydantic", "pydantic_core", "httpx", "jsonschema", "yaml"}
HTTPX = {"pool.py", "transport.py", "auth.py", "client.py", "answers.py", "token_endpoint.py"}
AROUND = ("sandbox", "demo", "probe", "cli", "workbench", "authoring")


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports anywhere, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


def inner(path: Path) -> bool:
    return path.relative_to(PACKAGE).parts[0] not in (*AROUND, "__main__.py")


@pytest.mark.parametrize("path", [p for p in SOURCES if inner(p)], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_inwards_only(path: Path) -> None:
    ours = [name.split(".") for name in imports_of(path) if name.startswith("zoho_books_connector.")]
    assert not [name for name in ours if name[1] in AROUND]


def test_the_workbench_uses_the_connector_as_every_host_can() -> None:
    """By its hooks, and by what the host author's guide names; the command line is a host, too, and lends its tools."""
    table = (ROOT / "docs" / "hosts.md").read_text("utf-8").partition("## What to import")[2]
    named = set(re.findall(r"`([a-z_.]+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))
    assert {"boundary", "stores", "forms.order"} <= named
    used = {
        name.removeprefix("zoho_books_connector.")
        for path in (PACKAGE / "workbench").rglob("*.py")
        for name in imports_of(path)
        if name.startswith("zoho_books_connector.")
    }
    allowed = (*named, "cli", "workbench")
    assert not [name for name in used if not any(f"{name}.".startswith(f"{each}.") for each in allowed)]


def test_the_sandbox_imports_nothing_of_the_connector() -> None:
    for path in (PACKAGE / "sandbox").rglob("*.py"):
        assert not [n for n in imports_of(path) if n.startswith("zoho_books_connector")], path.name


def test_httpx_stays_in_the_transport_modules() -> None:
    users = {path.name for path in SOURCES if inner(path) and "httpx" in imports_of(path)}
    assert users == HTTPX


def test_the_core_needs_five_packages() -> None:
    third_party = {
        name.partition(".")[0]
        for path in SOURCES
        if inner(path) and path.parent.name != "stores"
        for name in imports_of(path)
    }
    import sys

    assert third_party - set(sys.stdlib_module_names) - {"zoho_books_connector"} <= CORE


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_no_module_is_named_after_nothing() -> None:
    assert not [path.name for path in SOURCES if path.stem in {"utils", "helpers", "common", "manager", "misc"}]


def test_the_words_of_the_project_speak_of_the_project() -> None:
    forbidden = re.compile(r"/work/|/root/|/home/\w|files\.python" r"hosted|registry\.npm" r"js", re.IGNORECASE)
    texts = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".yaml", ".toml", ".json"} and _ours(p)]
    assert not [str(path.relative_to(ROOT)) for path in texts if forbidden.search(path.read_text("utf-8"))]


def _ours(path: Path) -> bool:
    hidden = [part for part in path.relative_to(ROOT).parts if part.startswith(".") or part in {"dist", "build"}]
    return not hidden and path != Path(__file__)


# --- what people read ----------------------------------------------------------------------------------------------


def test_troubleshooting_covers_every_kind_with_its_exit_code_and_every_reason() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    exits = {row.kind: row.code for row in EXITS}
    kinds = [cls.kind for cls in ConnectorError.__subclasses__() if cls.__module__ == "zoho_books_connector.errors"]
    assert not [kind for kind in kinds if f"| `{kind}` | {exits[kind]} |" not in text]
    assert not [reason for reason in get_args(CredentialReason) if f"| `{reason}` |" not in text]


def test_every_logger_is_documented() -> None:
    named = {
        name
        for path in SOURCES
        if inner(path)
        for name in re.findall(r'getLogger\("([\w.]+)"\)', path.read_text("utf-8"))
    }
    documented = (ROOT / "docs" / "hosts.md").read_text("utf-8")
    assert len(named) == 6
    assert not [name for name in named if f"| `{name}` |" not in documented]
