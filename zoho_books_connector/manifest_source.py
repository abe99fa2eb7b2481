"""Reads YAML strictly, and remembers where in the file each value stands.

YAML turns ``no``, ``1.10`` and ``2026-06-11`` into something else than what was written; here that is a fault with a
line instead of a surprise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_LITERALS: Final = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class ManifestFault:
    """A fault in a manifest: where it stands (line and column from 1, JSON pointer) and what it is."""

    line: int
    column: int
    pointer: str
    message: str


class ManifestError(ValueError):
    """A manifest cannot be read; ``faults`` says where and why."""

    def __init__(self, path: Path, faults: list[ManifestFault]) -> None:
        super().__init__("\n".join(f"{path}:{each.line}:{each.column}: {each.message}" for each in faults))
        self.faults = faults


@dataclass
class Source:
    """The data of a YAML file, where each value and each key of it stands, and what was wrong with it."""

    data: Any = None
    #: JSON pointer → line and column of the value, or of the key.
    values: dict[str, tuple[int, int]] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[ManifestFault] = field(default_factory=list)


def pointer_of(path: Iterable[Any]) -> str:
    """Return the RFC 6901 pointer of a path of keys and indices."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def read_source(path: Path) -> Source:
    """Read a YAML file; what is wrong with it is in ``faults``, broken YAML included."""
    source = Source()
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        source.faults.append(ManifestFault(line, column, "", f"This is not YAML: {error.problem}."))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        source.faults.append(ManifestFault(1, 1, "", f"This is not YAML: {error}."))
    else:
        if isinstance(node, yaml.MappingNode):
            source.data = _Builder(source).build(node, "")
        else:
            source.faults.append(ManifestFault(1, 1, "", "The file must hold a mapping."))
    return source


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the data of a YAML file; raises ``ManifestError`` for anything that was not written plainly."""
    source = read_source(path)
    if source.faults:
        raise ManifestError(path, source.faults)
    data: dict[str, Any] = source.data
    return data


class _Builder:
    """Turns YAML nodes into plain data."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def build(self, node: yaml.Node, pointer: str) -> Any:
        self._source.values[pointer] = _place(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(each, f"{pointer}/{index}") for index, each in enumerate(node.value)]
        return self._scalar(node, pointer)

    def _mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag != f"{_TAG}str":
                self._fault(key, pointer, f"A key must be text: quote {key.value!r}.")
                continue
            below = pointer + pointer_of([key.value])
            if key.value in data:
                self._fault(key, below, f"The key {key.value!r} stands here twice.")
                continue
            self._source.keys[below] = _place(key)
            data[key.value] = self.build(value, below)
        return data

    def _scalar(self, node: yaml.Node, pointer: str) -> Any:
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind == "str":
            return text
        if kind in ("bool", "null") and text in _LITERALS:
            return _LITERALS[text]
        if kind == "int" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "float" and _plain_float(text):
            return float(text)
        self._fault(node, pointer, _advice(kind, text))
        return text

    def _fault(self, node: yaml.Node, pointer: str, message: str) -> None:
        self._source.faults.append(ManifestFault(*_place(node), pointer, message))


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _plain_float(text: str) -> bool:
    try:
        return repr(float(text)) == text and text not in ("inf", "-inf", "nan")
    except ValueError:
        return False


def _advice(kind: str, text: str) -> str:
    if not text:
        return "There is no value here: write one, or null."
    return f"YAML reads {text} as {kind}: quote it, or write it plainly."
