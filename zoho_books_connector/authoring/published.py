"""Extracts which fields the records of each module have, and of which kind, into ``record_fields.json``.

``python -m zoho_books_connector.authoring.published OPENAPI [ANSWERS]`` reads a folder of Zoho's OpenAPI files and,
where given, a folder of recorded answers (JSON files that hold them at any depth). Names and kinds are all it takes.
Nothing else needs those folders: the table is kept, and everything generated from it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from zoho_books_connector.api.modules import ENVELOPE, MODULES, Module, only_record
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.record_table import MODELS, TABLE, Fields, Kind, joined

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS: Final = {"boolean": "flag", "number": "number", "integer": "number", "object": "object", "array": "list"}
#: Zoho publishes some numbers and flags as text, and sends others blank.
_FLAGS: Final = re.compile("(is|has|can)_")
_NUMBERS: Final = re.compile(r"(^|_)(amount|balance|percentage|price|quantity|rate|sub_total|tax_total|total)$")
#: The organization's own custom fields.
_OWN: Final = "cf_"


def main(arguments: list[str]) -> int:
    """Write the table; without recorded answers, what was seen before stays."""
    documented = published_fields(Path(arguments[0]))
    if len(arguments) > 1:
        answered = answered_fields(Path(arguments[1]))
    else:
        answered = {key: parts["seen"] for key, parts in json.loads(TABLE.read_text("utf-8")).items()}
    table = {
        key: {"documented": fields, "seen": beyond(answered.get(key, {}), fields)}
        for key, fields in documented.items()
        if key not in MODELS
    }
    TABLE.write_text(laid_out(table), "utf-8", newline="\n")
    return 0


# --- from the OpenAPI files ----------------------------------------------------------------------------------------


def published_fields(folder: Path) -> dict[str, Fields]:
    """Return the documented fields of every module that Get Records by Id reads."""
    documents = [_Document(_read(path)) for path in sorted(folder.glob("*.yml"))]
    return {module.key: _of_module(module, documents) for module in MODULES.values()}


def _read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - either loader is a safe one


def _of_module(module: Module, documents: list[_Document]) -> Fields:
    wanted = re.sub(r"{\w+}", "{}", module.path if module.key != "custom_module_record" else "/{}/{}")
    fields: Fields = {}
    for document in documents:
        fields = joined(fields, document.record(module, wanted))
    if fields:
        return fields
    # Its answer is published without fields: its path, the list, and what may be sent tell some of them.
    for document in documents:
        fields = joined(fields, document.path_ids(wanted))
        fields = joined(fields, document.row(wanted.rpartition("/")[0]))
    return fields


class _Document:
    """One OpenAPI file."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def record(self, module: Module, path: str) -> Fields:
        """Return the fields of the record that a GET of the path answers."""
        fields: Fields = {}
        for operation in self._operations(path, "get"):
            answer = self._properties(self._answer(operation))
            key = next((key for key in module.response_keys if key in answer), None)
            rest = {name: node for name, node in answer.items() if name not in ENVELOPE}
            found = self._fields(self._properties(answer[key]) if key else rest)
            fields = joined(fields, found)
        return fields

    def row(self, path: str) -> Fields:
        """Return the fields of what the path lists and takes."""
        fields: Fields = {}
        for operation in self._operations(path, "get"):
            for node in self._properties(self._answer(operation)).values():
                fields = joined(fields, self._fields(self._properties(node)))
        for operation in self._operations(path, "post"):
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            fields = joined(fields, self._fields(self._properties(body)))
        return {name: kind for name, kind in fields.items() if name not in ENVELOPE}

    def path_ids(self, path: str) -> Fields:
        """Return the ids that the path is made of, the record's own first."""
        same = (each for each in self._data["paths"] if re.sub(r"{\w+}", "{}", each) == path)
        return {name: "id" for each in same for name in reversed(re.findall(r"{(\w+)}", each))}

    def _operations(self, path: str, method: str) -> Iterator[Mapping[str, Any]]:
        for each, operations in self._data["paths"].items():
            if re.sub(r"{\w+}", "{}", each) == path and method in operations:
                yield operations[method]

    def _answer(self, operation: Mapping[str, Any]) -> Mapping[str, Any]:
        content = self._plain(operation["responses"]["200"]).get("content", {})
        schema: Mapping[str, Any] = content.get("application/json", {}).get("schema", {})
        return schema

    def _properties(self, node: Mapping[str, Any]) -> dict[str, Any]:
        plain = self._plain(node)
        if "items" in plain:
            return self._properties(plain["items"])
        own: dict[str, Any] = dict(plain.get("properties", {}))
        for word in ("allOf", "oneOf", "anyOf"):
            for part in plain.get(word, ()):
                own |= self._properties(part)
        return own

    def _fields(self, properties: Mapping[str, Any]) -> Fields:
        return {name: self._kind(name, node) for name, node in properties.items()}

    def _kind(self, name: str, node: Mapping[str, Any]) -> Kind:
        plain = self._plain(node)
        inner = self._fields(self._properties(plain))
        if inner:
            return [inner] if "items" in plain else inner
        return kind_of(name, _KINDS.get(plain.get("type", ""), "text"))

    def _plain(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self._data
            for step in node["$ref"].split("/")[1:]:
                target = target[step]
            node = target
        return node


def kind_of(name: str, kind: str) -> str:
    """Return the kind of a value, given what is published or seen and how it is called."""
    if name == "value":
        # Of a custom field; its type is the field's.
        return "any"
    if kind in ("number", "text") and name.endswith("_id"):
        return "id"
    if kind == "text" and _FLAGS.match(name):
        return "flag"
    return "number" if kind == "text" and _NUMBERS.search(name) else kind


# --- from recorded answers -----------------------------------------------------------------------------------------


def answered_fields(folder: Path) -> dict[str, Fields]:
    """Return the fields that recorded answers hold, by module."""
    found: dict[str, Fields] = {}
    for path in sorted(folder.glob("*.json")):
        for answer in _answers(json.loads(path.read_text("utf-8"))):
            for module in MODULES.values():
                record = next((r for key in module.response_keys if (r := only_record(answer.get(key)))), None)
                if record and module.confirmed:
                    found[module.key] = joined(found.get(module.key, {}), seen_fields(record))
    return found


def _answers(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict) and node.get("code") == 0 and "message" in node:
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _answers(child)


def seen_fields(record: Mapping[str, Any]) -> Fields:
    """Return the fields of one answered record."""
    return {name: _seen_kind(name, value) for name, value in record.items() if not name.startswith(_OWN)}


def _seen_kind(name: str, value: Any) -> Kind:
    if isinstance(value, dict):
        return seen_fields(value) or "object"
    if isinstance(value, list):
        inner: Fields = {}
        for entry in value:
            inner = joined(inner, seen_fields(entry) if isinstance(entry, dict) else {})
        return [inner] if inner else "list"
    if isinstance(value, bool):
        return "flag"
    return kind_of(name, "number" if isinstance(value, int | float) else "text")


def beyond(fields: Fields, documented: Fields) -> Fields:
    """Return what is in ``fields`` and not in ``documented``, nested fields included."""
    rest: Fields = {}
    for name, kind in fields.items():
        known = documented.get(name)
        if known is None:
            rest[name] = kind
        elif isinstance(kind, dict) and isinstance(known, dict):
            rest |= {name: inner} if (inner := beyond(kind, known)) else {}
        elif isinstance(kind, list) and isinstance(known, list):
            rest |= {name: [inner]} if (inner := beyond(kind[0], known[0])) else {}
    return rest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
