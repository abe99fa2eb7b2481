"""Digests of inputs: enough to tell which parts differ when a key is used again, too little to read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zlib import crc32

from pydantic_core import to_json


def digests_of(inputs: Mapping[str, Any], salt: str) -> dict[str, str]:
    """Return a digest for each part of what is sent, by its JSON pointer: each field, and each entry of a list.

    ``inputs`` comes from a model, so that its keys have one order and its numbers one form, however a host wrote them.
    Thirty-two bits are short on purpose: they tell two values apart and fit too many others to give one away.
    """
    seed = crc32(salt.encode())
    digests = {}
    for name, value in inputs.items():
        if isinstance(value, list):
            digests[f"/{name}"] = _digest(len(value), seed)
            for number, entry in enumerate(value):
                digests[f"/{name}/{number}"] = _digest(entry, seed)
        else:
            digests[f"/{name}"] = _digest(value, seed)
    return digests


def differing_parts(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the JSON pointers at which two sets of digests differ."""
    return sorted(pointer for pointer in one.keys() | other.keys() if one.get(pointer) != other.get(pointer))


def digest_of(values: Iterable[str]) -> str:
    """Return one digest of several texts, in any case."""
    joined = "\n".join(values).casefold()
    return f"{crc32(joined.encode()):08x}"


def _digest(value: object, seed: int) -> str:
    return f"{crc32(to_json(value), seed):08x}"
