"""Digests of inputs: enough to tell which parts differ when a key is used again, too little to read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from zlib import crc32

from pydantic_core import to_json

from zoho_books_connector.models.base import Input


def digests_of(inputs: Input, salt: str) -> dict[str, str]:
    """Return a digest for each part of validated inputs, by its JSON pointer: each field, and each entry of a list.

    The document of a model has its keys in one order and its numbers in one form, however they came. Thirty-two bits
    are short on purpose: they tell two values apart and fit too many others to give one away.
    """
    seed = crc32(salt.encode())
    digests = {}
    for name, value in chain(inputs.document().items(), inputs.query().items()):
        if isinstance(value, list):
            digests[f"/{name}"] = _written(len(value), seed)
            for number, entry in enumerate(value):
                digests[f"/{name}/{number}"] = _written(entry, seed)
        else:
            digests[f"/{name}"] = _written(value, seed)
    return digests


def differing_parts(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Return the JSON pointers at which two sets of digests differ."""
    return sorted(pointer for pointer in one.keys() | other.keys() if one.get(pointer) != other.get(pointer))


def digest_of(values: Iterable[str]) -> str:
    """Return one digest of several texts, in any case."""
    joined = "\n".join(values).casefold()
    return f"{crc32(joined.encode()):08x}"


def _written(value: object, seed: int) -> str:
    return f"{crc32(to_json(value), seed):08x}"
