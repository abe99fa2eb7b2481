"""The same run elsewhere: as a line for the command line, and as a program that uses the hooks."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from pprint import pformat
from typing import Any, Final

from zoho_books_connector.boundary import DataCentre

_WIDTH: Final = 100
_PROGRAM: Final = """from pathlib import Path

import pluggy

from zoho_books_connector import hookspecs
from zoho_books_connector.boundary import {boundary}
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.stores import ConnectionStore, KeyRing, SqliteJournal

home = Path({home!r})
store = ConnectionStore(home / "connections.db", KeyRing.from_environment(home / "connections.key"))
connection = {connection!r}

plugins = pluggy.PluginManager(hookspecs.PROJECT)
plugins.add_hookspecs(hookspecs)
plugins.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
[{action}] = plugins.hook.connector_action(connector_id="zoho_books", action_id={action_id!r})

inputs = {inputs}
with DefaultRuntime({runtime}journal=SqliteJournal(home / "journal.db")) as runtime:
    result = {action}(
        inputs,
        credential=store.credential(connection),
        tokens=store.tokens(connection),
        # A key of your own that names the step: the same on every attempt, and for no other step.
        run=RunContext(runtime, idempotency_key={step!r}, attempt=1),
    )
print(result.data)
"""


def as_command(
    action_id: str, connection_id: str, inputs: Mapping[str, Any], home: Path, sandboxes: Sequence[DataCentre] = ()
) -> str:
    """Return the run for a POSIX shell; the inputs stand below the line."""
    words = ["zoho-books", "--home", str(home)]
    if sandboxes:
        named = (f"{each.code.removeprefix('sandbox-')}={each.api_domain}" for each in sandboxes)
        words += ["--sandbox", ",".join(named)]
    words += ["run", action_id, "--connection", connection_id, "--input", "-"]
    # No line of indented JSON is this word alone, so nothing in the inputs can end them.
    return f"{shlex.join(words)} <<'JSON'\n{json.dumps(inputs, indent=2, ensure_ascii=False)}\nJSON\n"


def as_python(
    action_id: str,
    connection_id: str,
    inputs: Mapping[str, Any],
    home: Path,
    sandboxes: Sequence[DataCentre] = (),
    *,
    step: str,
) -> str:
    """Return the run as a program; ``step`` is what no other program has."""
    centres = "".join(
        f"DataCentre({each.code!r}, {each.title!r}, {each.accounts_url!r}, {each.api_domain!r}), " for each in sandboxes
    )
    return _PROGRAM.format(
        action=action_id,
        action_id=action_id,
        connection=connection_id,
        home=str(home),
        step=f"my-workflow/{step}",
        inputs=pformat(inputs, width=_WIDTH, sort_dicts=False),
        boundary="DataCentre, HttpSettings, RunContext" if sandboxes else "RunContext",
        runtime=f"HttpSettings(sandboxes=[{centres.removesuffix(', ')}]), " if sandboxes else "",
    )
