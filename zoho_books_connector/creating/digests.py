"""Digests of inputs: enough to tell which parts differ when a key is used again, too little to read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32


def digests_of(inputs: Mapping[str, Any], salt: str) -> dict[str, str]:
    """Return a digest for each part of the inputs, by its JSON pointer: each field, and each entry of a list.

    Thirty-two bits are short on purpose: they tell two values apart and fit too many others to give one away.
    """
    seed = crc32(salt.encode())
    return {pointer: f"{crc32(_written(value), seed):08x}" for pointer, value in _parts(inputs)}


def differing_parts(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the JSON pointers at which two sets of digests differ."""
    return sorted(pointer for pointer in one.keys() | other.keys() if one.get(pointer) != other.get(pointer))


def digest_of(values: Iterable[str]) -> str:
    """Return one digest of several texts, in any case and order."""
    return f"{crc32(json.dumps(sorted(value.casefold() for value in values)).encode()):08x}"


def _parts(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in inputs.items():
        if isinstance(value, list):
            yield f"/{name}", len(value)
            for number, entry in enumerate(value):
                yield f"/{name}/{number}", entry
        else:
            yield f"/{name}", value


def _written(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
