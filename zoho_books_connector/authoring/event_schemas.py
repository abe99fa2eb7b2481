"""The schema of the events of each module that has records of its own, under ``schemas/events/``.

Each is ``schemas/event.json`` with the type, the module and the record told more closely, and stands alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

from zoho_books_connector.api.modules import MODULES, Module
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.record_schemas import record_schema
from zoho_books_connector.manifest import find_data, load_manifest

FOLDER: Final = ROOT / "schemas" / "events"
#: The verbs of the patterns in the manifest: past tense. A URL may name others than workflow rules have.
VERBS: Final = "([a-z]+ed|sent|paid)"


def event_schemas() -> Iterator[Generated]:
    """Yield the schema of the events of every module that the manifest has one for."""
    for key in trigger()["modules"]:
        if key in MODULES:
            yield FOLDER / f"{key}.json", partial(_text, MODULES[key])


def _text(module: Module) -> str:
    return laid_out(event_schema(module))


def event_schema(module: Module) -> dict[str, Any]:
    """Return the JSON Schema of a module's events."""
    envelope: dict[str, Any] = json.loads(find_data(trigger()["output"]).read_text("utf-8"))
    envelope["title"] = f"{module.title} event"
    envelope["description"] = "Something that happened to a record in Zoho Books."
    fields = envelope["properties"]
    fields["type"] = _type(module.key, fields["type"])
    fields["module"] = {"title": fields["module"]["title"], "type": "string", "const": module.key}
    # No field is required: of a deleted record there may be nothing but the id, and a body of one's own has any fields.
    fields["record"] |= {"properties": record_schema(module)["properties"]}
    return envelope


def _type(key: str, any_type: Mapping[str, Any]) -> dict[str, Any]:
    events = trigger()["events"]
    verbs = [*events["verbs"].values(), events["without_parameter"]]
    return {
        "title": any_type["title"],
        "description": f"What happened; {key}.{events['without_parameter']} where the URL does not name it.",
        "type": "string",
        "pattern": rf"^{key}\.{VERBS}$",
        "examples": [f"{key}.{verb}" for verb in verbs],
    }


@cache
def trigger() -> dict[str, Any]:
    """Return the trigger as the manifest tells it."""
    told: dict[str, Any] = load_manifest()["triggers"]["webhook"]
    return told
