"""The plugin as a host meets it: found by its entry point, asked by hooks, cheap until it is used."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pluggy
import pytest

from zoho_books_connector import boundary, hookspecs, plugin, registry
from zoho_books_connector.migrations import add_region

HOOKS = [name for name, member in inspect.getmembers(hookspecs, inspect.isfunction) if name.startswith("connector_")]
HEAVY = ("httpx", "pydantic", "pydantic_core", "jsonschema", "yaml", "cryptography")


@pytest.fixture
def plugins() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
    manager.check_pending()
    return manager


def imported_by(program: str) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after a program."""
    check = f"import sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", f"{program}\n{check}"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


LOAD = """
import pluggy
from zoho_books_connector import hookspecs
manager = pluggy.PluginManager(hookspecs.PROJECT)
manager.add_hookspecs(hookspecs)
manager.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
manager.check_pending()
"""


def test_registering_and_listing_imports_nothing_heavy() -> None:
    assert (
        imported_by(LOAD + "[ids] = manager.hook.connector_actions(connector_id='zoho_books'); assert len(ids) == 11")
        == set()
    )


@pytest.mark.parametrize(
    "module", ["hookspecs", "boundary", "errors", "plugin", "registry", "runtime", "oauth.regions", "forms.source"]
)
def test_the_contract_needs_the_standard_library_and_pluggy_only(module: str) -> None:
    assert imported_by(f"import zoho_books_connector.{module}") == set()


def test_binding_an_action_is_what_imports_the_rest() -> None:
    bound = LOAD + "[h] = manager.hook.connector_action(connector_id='zoho_books', action_id='create_invoice')"
    assert imported_by(bound) == {"httpx", "pydantic", "pydantic_core"}


def test_every_hook_is_implemented_with_the_parameters_of_its_specification() -> None:
    for name in HOOKS:
        specified = inspect.signature(getattr(hookspecs, name))
        implemented = inspect.signature(getattr(plugin, name))
        assert list(implemented.parameters) == list(specified.parameters), name
        assert all(p.default is p.empty for p in implemented.parameters.values()), name
        assert all(p.kind is p.POSITIONAL_OR_KEYWORD for p in implemented.parameters.values()), name


def test_no_hook_takes_a_secret() -> None:
    allowed = {"connector_id", "action_id", "trigger_id", "source_id", "form_id", "kind", "version", "path"}
    for name in HOOKS:
        assert set(inspect.signature(getattr(hookspecs, name)).parameters) <= allowed, name


def test_hooks_are_plain_so_that_no_plugin_wins_silently() -> None:
    for name in HOOKS:
        assert not getattr(getattr(hookspecs, name), f"{hookspecs.PROJECT}_spec")["firstresult"], name


ASKED: list[tuple[str, dict[str, Any]]] = [
    ("connector_actions", {}),
    ("connector_action", {"action_id": "create_invoice"}),
    ("connector_trigger", {"trigger_id": "webhook"}),
    ("connector_authorization", {}),
    ("connector_form", {"form_id": "credential"}),
    ("connector_options", {"source_id": "organization"}),
    ("connector_migrate", {"kind": "credential", "version": 1}),
]


@pytest.mark.parametrize(("hook", "arguments"), ASKED, ids=[hook for hook, _ in ASKED])
def test_each_hook_answers_once_for_this_connector_and_not_for_another(
    plugins: pluggy.PluginManager, hook: str, arguments: dict[str, Any]
) -> None:
    ask = getattr(plugins.hook, hook)
    assert len(ask(connector_id="zoho_books", **arguments)) == 1
    assert ask(connector_id="another", **arguments) == []


@pytest.mark.parametrize(
    ("hook", "arguments"),
    [
        ("connector_action", {"action_id": "delete_everything"}),
        ("connector_action", {"action_id": "__class__"}),
        ("connector_trigger", {"trigger_id": "poll"}),
        ("connector_form", {"form_id": "create_invoice"}),
        ("connector_options", {"source_id": "nothing"}),
        ("connector_migrate", {"kind": "credential", "version": 2}),
        ("connector_migrate", {"kind": "action:create_invoice", "version": 1}),
    ],
)
def test_what_does_not_exist_has_no_answer(plugins: pluggy.PluginManager, hook: str, arguments: dict[str, Any]) -> None:
    assert getattr(plugins.hook, hook)(connector_id="zoho_books", **arguments) == []


def test_migration_is_found_by_what_the_host_stored(plugins: pluggy.PluginManager) -> None:
    [migrate] = plugins.hook.connector_migrate(connector_id="zoho_books", kind="credential", version=1)
    assert migrate is add_region


def test_every_action_has_its_id_as_its_name() -> None:
    assert {registry.load_action(action_id).id for action_id in registry.ACTIONS} == set(registry.ACTIONS)
    assert len(registry.ACTIONS) == 11


def test_the_manifest_belongs_to_its_reader(plugins: pluggy.PluginManager) -> None:
    [first] = plugins.hook.connector_manifest()
    first["actions"].clear()
    [second] = plugins.hook.connector_manifest()
    assert set(second["actions"]) == set(registry.ACTIONS)


def test_every_public_boundary_type_is_documented() -> None:
    for name, member in inspect.getmembers(boundary, inspect.isclass):
        if member.__module__.startswith(boundary.__name__):
            assert inspect.getdoc(member), name


@pytest.mark.parametrize("action_id", list(registry.ACTIONS))
def test_a_host_gets_the_documents_that_the_manifest_names(plugins: pluggy.PluginManager, action_id: str) -> None:
    [manifest] = plugins.hook.connector_manifest()
    for key in ("input", "output"):
        path = manifest["actions"][action_id][key]
        [document] = plugins.hook.connector_document(connector_id="zoho_books", path=path)
        assert document["type"] == "object"


@pytest.mark.parametrize(
    "path",
    [
        "schemas/inputs/no_such.json",
        "schemas/../schemas/event.json",
        "schemas//event.json",
        "/etc/passwd",
        "connector.yaml",
        "schemas",
        "schemas/inputs",
        "schemas/event.json\n",
        "",
    ],
)
def test_no_other_file_is_handed_out(plugins: pluggy.PluginManager, path: str) -> None:
    assert plugins.hook.connector_document(connector_id="zoho_books", path=path) == []
