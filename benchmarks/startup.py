"""What validation, finding the plugin and loading the manifest cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import Final

from benchmarks.answers import invoice
from benchmarks.bench import Bench
from benchmarks.measure import Call, Comparison, compare, cpu
from benchmarks.report import Row
from zoho_books_connector.manifest import COMPILED
from zoho_books_connector.registry import load_action
from zoho_books_connector.validation import parse_input

_ROOT: Final = Path(__file__).resolve().parents[1]
#: A host that finds the plugins of a group, registers them and lists the actions.
_HOST: Final = """
import sys, pluggy
from zoho_books_connector import hookspecs
manager = pluggy.PluginManager(hookspecs.PROJECT)
manager.add_hookspecs(hookspecs)
manager.load_setuptools_entrypoints(sys.argv[1])
manager.check_pending()
assert manager.get_plugins()
manager.hook.connector_actions(connector_id="zoho_books")
"""
_EMPTY_GROUP: Final = "benchmark_of_an_empty_plugin"
_EMPTY_PLUGIN: Final = """
import pluggy
hookimpl = pluggy.HookimplMarker("workflow_connectors")
@hookimpl
def connector_actions(connector_id):
    return ["nothing"]
"""
#: Prints what loading the manifest for the first time costs in units of ``json.loads`` of the same data.
_LOAD: Final = """
import json, sys, time
from pathlib import Path
from statistics import median
from zoho_books_connector import manifest
def cpu(call):
    started = time.process_time_ns()
    call()
    return time.process_time_ns() - started
text = Path(sys.argv[1]).read_text("utf-8")
first = cpu(manifest.load_manifest)
costs = [(cpu(lambda: json.loads(text)), cpu(manifest.load_manifest), cpu(lambda: json.loads(text))) for _ in range(20)]
before, again, after = (median(each) for each in zip(*costs))
base = (before + after) / 2
print(first / base, again / base, before / after)
"""
#: Runs an action against an answer of its own, and prints how often the manifest was loaded.
_RUN: Final = """
import httpx
from zoho_books_connector import manifest
from zoho_books_connector.boundary import RunContext, TokenSet
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores import MemoryTokenStore
answer = httpx.MockTransport(lambda _: httpx.Response(201, json={"code": 0, "invoice": {"invoice_id": "1"}}))
result = connector_action("zoho_books", "create_invoice")(
    {"customer_id": "1", "line_items": [{"item_id": "1"}]},
    credential={"region": "us", "client_id": "1000.A", "client_secret": "b", "organization_id": "1"},
    tokens=MemoryTokenStore(TokenSet("1000.a", "1000.b", expires_at=4e9, issued_at=1e9)),
    run=RunContext(DefaultRuntime(resources={"zoho_books.transport": answer})),
)
assert result.data == {"invoice_id": "1"}
print(manifest._compiled.cache_info().misses)
"""
_FIRST: Final = "manifest, first load"
_AGAIN: Final = "manifest, each further load"


def validation(bench: Bench) -> Iterator[Row]:
    """Yield what checking an invoice costs."""
    model = load_action("create_invoice").inputs
    more = replace(bench.effort, calls=bench.effort.calls * 10)
    for lines in (10, 100):
        inputs = invoice(lines)
        ready = json.dumps(inputs).encode()
        of_mapping, of_bytes = f"inputs checked, {lines} lines", f"the same as JSON bytes, {lines} lines"
        subjects = {of_mapping: partial(parse_input, model, inputs), of_bytes: partial(parse_input, model, ready)}
        found = compare(partial(json.dumps, inputs), subjects, more, cpu)
        yield from (Row.of(name, "`json.dumps` of them", found) for name in subjects)


def plugin(bench: Bench) -> Iterator[Row]:
    """Yield what finding, registering and listing costs, in processes of their own."""
    with tempfile.TemporaryDirectory() as folder:
        _install_empty_plugin(Path(folder))
        ours = "finding, registering, listing"

        def host(group: str) -> None:
            _run([sys.executable, "-c", _HOST, group], folder)

        few = replace(bench.effort, rounds=bench.effort.starts, calls=1)
        found = compare(
            lambda: host(_EMPTY_GROUP), {ours: lambda: host("workflow_connectors.v1")}, few, _cpu_of_children
        )
        yield Row.of(ours, "an empty plugin", found, 1.1)


def manifest(bench: Bench) -> Iterator[Row]:
    """Yield what loading the manifest costs in an installed package, and that running an action does without."""
    with tempfile.TemporaryDirectory() as folder:
        _install(Path(folder))
        path = str(_ROOT / COMPILED)
        figures = [
            [float(word) for word in _run([sys.executable, "-c", _LOAD, path], folder).split()]
            for _ in range(max(1, bench.effort.starts // 8))
        ]
        first, again, same = (median(each) for each in zip(*figures, strict=True))
        found = Comparison({_FIRST: first, _AGAIN: again}, same)
        yield from (Row.of(name, "`json.loads` of it", found, 3.0) for name in (_FIRST, _AGAIN))
        yield Row("manifest loads to run an action", "", int(_run([sys.executable, "-c", _RUN], folder)), 0)


def _install(folder: Path) -> None:
    """Lay the package out as a wheel does: beside it no YAML, inside it the generated JSON."""
    copytree(_ROOT / "zoho_books_connector", folder / "zoho_books_connector")
    copytree(_ROOT / "schemas", folder / "zoho_books_connector" / "data" / "schemas")


def _install_empty_plugin(folder: Path) -> None:
    (folder / "empty_plugin.py").write_text(_EMPTY_PLUGIN, "utf-8")
    metadata = folder / "empty_plugin-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: empty-plugin\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[{_EMPTY_GROUP}]\nempty = empty_plugin\n", "utf-8")


def _run(command: list[str], path: str) -> str:
    # Without compiled modules on disk every start would compile, which is not what a host pays.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(  # noqa: S603 - our own programs
        command, env=environment | {"PYTHONPATH": path}, cwd=path, check=True, capture_output=True, text=True
    )
    return done.stdout


def _cpu_of_children(call: Call, calls: int) -> float:
    """Return the CPU seconds that the processes started by so many calls spend."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(calls):
        call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
