"""The pages of the actions: what each takes, brings and needs, what may go wrong, and an example."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring import error_text
from zoho_books_connector.authoring.action_schemas import output_schema
from zoho_books_connector.authoring.field_tables import FieldTables
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.likely_errors import concerns, likely
from zoho_books_connector.authoring.markdown import code, fence, plain, table
from zoho_books_connector.authoring.module_page import module_page
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.samples import USUAL, record_sample, sample
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.registry import load_action
from zoho_books_connector.schemas import schema_of

_FOLDER: Final = ROOT / "docs" / "actions"
_PURPOSES: Final = {
    "call": "the call itself",
    "merge": "reading before an update that keeps what is not given",
    "settle": "looking whether a create with a lost answer was executed",
    "upsert": "the call itself, when `unique_field` is given",
    "options": "the pickers of its fields",
    "check": "testing the connection",
}
#: How an action is sent → what becomes of a lost answer.
_LOST: Final = {
    "create": "It is never sent again blindly. Where the host passes a key for the step, the connector looks for the "
    "record ([safe creates](../safe-creates.md)); else the run ends with `outcome_unknown`: look in Zoho Books before "
    "you run it again.",
    "update": "It is sent again, as an update ends the same however often it runs. When that does not help, the run "
    "ends with `outcome_unknown` and `safe_to_resend`.",
    "read": "It is sent again. When that does not help, the run ends with `unavailable`, and nothing was changed.",
}
_HINTS: Final = {
    "readOnlyHint": ("Only reads.", "Changes data."),
    "destructiveHint": ("May overwrite what is stored.", ""),
    "idempotentHint": ("May be repeated without harm.", "Repeating it may do it twice."),
}


def action_pages() -> Iterator[Generated]:
    """Yield the page of every action, their list, and the table of modules."""
    yield _FOLDER / "index.md", _index
    yield _FOLDER / "modules.md", module_page
    for action_id, action in load_manifest()["actions"].items():
        yield _FOLDER / f"{action_id}.md", partial(_page, action_id, action)


def action_list() -> str:
    """Return the table of actions, for the README."""
    rows = load_manifest()["actions"].items()
    return table(
        ("action", "id", "what it does"),
        (
            (plain(each["title"]), f"[{code(action_id)}](docs/actions/{action_id}.md)", plain(each["description"]))
            for action_id, each in rows
        ),
    )


def _index() -> str:
    rows = table(
        ("Action", "Id", "What it does"),
        (
            (f"[{plain(each['title'])}]({action_id}.md)", code(action_id), plain(each["description"]))
            for action_id, each in load_manifest()["actions"].items()
        ),
    )
    return (
        "# Actions\n\nEach page says what an action takes, brings and needs, and what may go wrong. "
        f"`zoho-books show ACTION` prints the same in a terminal.\n\n{rows}\n"
        "- [Modules that can be read by id](modules.md)\n"
    )


def _page(action_id: str, action: dict[str, Any]) -> str:
    code_of = load_action(action_id)
    inputs, outputs = schema_of(code_of.inputs, action["title"]), output_schema(code_of)
    parts = (
        f"# {plain(action['title'])}\n\n{plain(action['description'])}\n",
        _facts(action_id, action),
        f"## Scopes\n\n{_scopes(action['scopes'])}",
        f"## What goes in\n\n{_about_inputs(action_id, action)}",
        *FieldTables(inputs, "what goes in").inputs(),
        f"## What comes out\n\nAny field may be null, and what Zoho sends besides comes along ([schema]"
        f"(../../{action['output']})).\n",
        *FieldTables(outputs, "what comes out").outputs(),
        f"## What may go wrong\n\n{_errors(action_id, action)}",
        _example(action_id),
    )
    return "\n".join(part for part in parts if part)


def _facts(action_id: str, action: dict[str, Any]) -> str:
    call = action["call"]
    behaviour = [told for name, said in _HINTS.items() if (told := said[not action["hints"][name]])]
    return table(
        ("What", "How"),
        (
            ("Id", code(action_id)),
            ("Zoho's call", f"{code(call['method'] + ' ' + call['path'])} ([documentation]({call['documentation']}))"),
            ("Behaviour", " ".join(behaviour)),
            ("When its answer is lost", _LOST[action["retry"]]),
        ),
    )


def _scopes(scopes: dict[str, Any]) -> str:
    by_module = [(_PURPOSES["call"], "that of the [module](modules.md)")] if "call_by" in scopes else []
    listed = [(said, ", ".join(map(code, scopes[each]))) for each, said in _PURPOSES.items() if scopes.get(each)]
    return table(("Needed for", "Scope"), [*by_module, *listed])


def _about_inputs(action_id: str, action: dict[str, Any]) -> str:
    said = f"An unknown field is refused, with the nearest known name ([schema](../../{action['input']})). "
    if action["retry"] == "update":
        said += (
            "What is not given stays as it is. A field that takes null is cleared by it (whether Zoho does so is "
            "[unconfirmed](../unconfirmed.md)); blank text means “not given”."
        )
    elif action["retry"] == "create":
        said += "Blank text and null mean “not given”."
    if action_id == "get_record":
        said += "Which parents are needed depends on the [module](modules.md)."
    return said.strip() + "\n"


def _errors(action_id: str, action: dict[str, Any]) -> str:
    resource = action["call"]["path"].split("/")[1]
    method = action["call"]["method"]
    entries = [row for row in likely(action_id) if row.method in (None, method) and concerns(row, resource)]
    return (
        f"{error_text.rows(entries)}\nLike every action it may also meet a [broken connection, a limit or an outage]"
        "(../errors.md); wrong inputs are refused before anything is sent, as `input`, with every fault in `fields`.\n"
    )


def _example(action_id: str) -> str:
    example = record_sample(MODULES[USUAL]) if action_id == "get_record" else sample(action_id)
    called = (
        "import json\nfrom pathlib import Path\n\n"
        f'[{action_id}] = ask.connector_action(connector_id="zoho_books", action_id="{action_id}")\n'
        f'inputs = Path("{action_id}.json").read_bytes()\n'
        f"result = {action_id}(inputs, credential=credential, tokens=tokens, run=run)\n"
        "print(json.dumps(result.data, indent=2))"
    )
    return (
        f"## Example\n\nWhat goes in ([schema](../../schemas/inputs/{action_id}.json)), as `{action_id}.json`:\n\n"
        f"{fence('json', laid_out(example['input']))}\n"
        f"From the command line:\n\n{fence('sh', f'zoho-books run {action_id} --input {action_id}.json')}\n"
        "In a host, with what the [host author's guide](../hosts.md) sets up:\n\n"
        f"{fence('python', called)}\n"
        f"What comes out ([schema](../../schemas/outputs/{action_id}.json)), as a sample in which every field is "
        "filled in, those of all country editions side by side:\n\n<details>\n<summary>Sample output</summary>\n\n"
        f"{fence('json', laid_out(example['output']))}\n</details>\n"
    )
