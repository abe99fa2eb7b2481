"""Turns a model into the JSON Schema that hosts and forms read.

The schemas are declared 2020-12 and kept to the words that mean the same in draft-07, which form tools read. Nested
models are written out in place, so that no tool has to follow a reference; choices are ``oneOf`` of ``const`` and
``title``; an optional field may be left out, and is null only where null clears something.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from zoho_books_connector.models.base import Input
from zoho_books_connector.models.titles import title

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

#: The order of words in a schema; the others follow.
_ORDER: Final = ("$schema", "title", "description", "type", "default", "oneOf", "properties", "items", "required")
#: Where null is allowed besides what a schema says; written out when references are.
_NULLABLE: Final = "x-nullable"


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
