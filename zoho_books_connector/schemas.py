"""Write the files that are generated: ``python -m zoho_books_connector.schemas``, with ``--check`` to compare only.

The schemas are declared 2020-12 and kept to the words that mean the same in draft-07, which form tools read. Nested
models are written out in place, so that no tool has to follow a reference; choices are ``oneOf`` of ``const`` and
``title``; an optional field may be left out, and is null only where null clears something.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from zoho_books_connector.manifest import COMPILED, SOURCE, find_data, load_manifest, manifest_json
from zoho_books_connector.models.base import Input
from zoho_books_connector.models.titles import title
from zoho_books_connector.registry import ACTIONS, load_action

ROOT: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = "python -m zoho_books_connector.schemas"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

#: The order of words in a schema; the others follow.
_ORDER: Final = ("$schema", "title", "description", "type", "default", "oneOf", "properties", "items", "required")
#: Where null is allowed besides what a schema says; written out when references are.
_NULLABLE: Final = "x-nullable"

_TABLE_START: Final = "<!-- actions: written by `make write-schemas` from connector.yaml -->"
_TABLE_END: Final = "<!-- end of actions -->"

#: A file and what it should hold.
Generated = tuple[Path, Callable[[], str]]


class _Writer(GenerateJsonSchema):
    """Writes what a person and a form need, and nothing that only pydantic needs."""

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002 - the signature is pydantic's
        """Keep the order in which fields are declared."""
        return value

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return {_NULLABLE: True, **self.generate_inner(schema["schema"])}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        return {"type": "string", "oneOf": [{"const": choice, "title": title(choice)} for choice in schema["expected"]]}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        written = super().default_schema(schema)
        if written.get("default", ...) is None:
            del written["default"]
        return written

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        return {key: value for key, value in written.items() if key not in ("title", "description")}


def schema_of(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of a model, titled ``name``."""
    written = model.model_json_schema(schema_generator=_Writer)
    definitions = written.pop("$defs", {})
    clears = not issubclass(model, Input) or model.clears
    whole = _written_out(written, definitions, clears=clears)
    return _in_order({"$schema": DIALECT, "title": name, **whole})


def _written_out(node: dict[str, Any], definitions: dict[str, Any], *, clears: bool) -> dict[str, Any]:
    """Return a schema with its references replaced by what they name."""
    if "$ref" in node:
        node = {**definitions[node["$ref"].rpartition("/")[2]], **{k: v for k, v in node.items() if k != "$ref"}}
    out = {key: value for key, value in node.items() if key != _NULLABLE}
    if out.get("additionalProperties") is True:
        del out["additionalProperties"]
    if "properties" in out:
        out["properties"] = {
            name: _in_order(_written_out(child, definitions, clears=clears) | {"title": title(name)})
            for name, child in out["properties"].items()
        }
    if isinstance(out.get("items"), dict):
        out["items"] = _in_order(_written_out(out["items"], definitions, clears=clears))
    return _with_null(out) if clears and _NULLABLE in node else out


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    out = schema | {"type": [*kinds, "null"]}
    if "oneOf" in out:
        out["oneOf"] = [*out["oneOf"], {"const": None, "title": "Clear the field"}]
    return out


def _in_order(schema: dict[str, Any]) -> dict[str, Any]:
    rank = {word: number for number, word in enumerate(_ORDER)}
    return dict(sorted(schema.items(), key=lambda pair: rank.get(pair[0], len(rank))))


def as_file(document: object) -> str:
    """Return a document as the text of a generated JSON file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


# --- files ---------------------------------------------------------------------------------------------------------


def _action_schemas() -> Iterator[Generated]:
    for action_id in ACTIONS:
        action = load_action(action_id)
        yield _schema_file("inputs", action_id, action.inputs, title(action_id))
        yield _schema_file("outputs", action_id, action.output, title(_snake(action.output.__name__)))


def _schema_file(folder: str, action_id: str, model: type[BaseModel], name: str) -> Generated:
    return ROOT / "schemas" / folder / f"{action_id}.json", lambda: as_file(schema_of(model, name))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _compiled_manifest() -> Iterator[Generated]:
    yield ROOT / COMPILED, lambda: manifest_json(find_data(SOURCE))


def _readme() -> Iterator[Generated]:
    yield ROOT / "README.md", _readme_with_actions


def _readme_with_actions() -> str:
    """Return the README with the table of actions as the manifest tells it; the rest is written by hand."""
    before, start, rest = (ROOT / "README.md").read_text("utf-8").partition(_TABLE_START)
    _, end, after = rest.partition(_TABLE_END)
    rows = [(each["title"], action_id, each["description"]) for action_id, each in load_manifest()["actions"].items()]
    table = "".join(f"| {name} | `{action_id}` | {about} |\n" for name, action_id, about in rows)
    return f"{before}{start}\n\n| action | id | what it does |\n|---|---|---|\n{table}\n{end}{after}"


#: What is generated; a producer of more files is added here.
PRODUCERS: Final[list[Callable[[], Iterator[Generated]]]] = [_action_schemas, _compiled_manifest, _readme]
#: Folders that hold nothing but generated files.
OWNED: Final = (ROOT / "schemas" / "inputs", ROOT / "schemas" / "outputs")


def generated() -> list[Generated]:
    """Return every generated file and what it should hold."""
    return [file for producer in PRODUCERS for file in producer()]


def stale() -> list[Path]:
    """Return the files that are missing, differ from what they should hold, or should not be there."""
    files = generated()
    differing = [path for path, produce in files if not path.is_file() or path.read_text("utf-8") != produce()]
    known = {path for path, _ in files}
    return differing + [path for folder in OWNED for path in sorted(folder.glob("*")) if path not in known]


def write() -> None:
    """Write every generated file, and remove what is no longer generated."""
    files = generated()
    for path, produce in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(produce(), "utf-8", newline="\n")
    for path in stale():
        path.unlink()


def main(arguments: list[str]) -> int:
    """Write the files or, with ``--check``, say which of them are out of date."""
    if "--check" not in arguments:
        write()
        return 0
    outdated = stale()
    for path in outdated:
        sys.stderr.write(f"{path.relative_to(ROOT)} is out of date\n")
    if outdated:
        sys.stderr.write(f"run: {COMMAND}\n")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
