"""The signature under a delivery: what is signed, and whether a signature fits; pure functions on raw bytes.

The scheme is the one Zoho documents for Zoho Billing, which has the same form and the same header as Zoho Books:
decode the pairs of the query, and of the body when it is a form; sort them by key; join key and value of each without
a separator; append a body that is no form byte for byte; HMAC-SHA256 with the secret. The digest is taken in
hexadecimal (either case) and in Base64, for its encoding is not stated.

Not stated either, and decided here (``_Reading``). Where two readings are plausible, both are tried: each is a full
HMAC over its own string, so a second one costs nothing in strength.

- Equal keys: as they came, or sorted by value.
- Empty values: the key alone is signed, or the pair is left out. Leaving out means that someone who repeats a genuine
  delivery can add empty parameters; readers of the query must give an empty parameter no meaning.
- ``+``: a space, as forms have it, or a plus sign. ``%20`` is always a space.
- Characters: the bytes as they were sent, percent-decoded; UTF-8 order is the order of code points.

Whether a body is a form is *not* a matter of trying: it is one when its content type says so and it does not begin
like JSON. The content type is not signed, so whoever repeats a delivery may choose it.

What the scheme cannot do: without separators ``a=bc`` and ``ab=c`` are signed alike, and so are the end of the query
and the start of the body; there is no time in it, so a repeated delivery is as genuine as the first. ``identity`` is
therefore taken from what was signed: neither another spelling nor another split makes a delivery look new.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from zoho_books_connector.trigger.refusals import refused

Pairs = list[tuple[bytes, bytes]]

#: More than a webhook form or a URL of 5,000 characters holds; bounds the work done for a delivery not yet proven.
MAX_FIELDS: Final = 2500


#: Of a digest in hexadecimal; in Base64 it has 44 characters.
_HEX_LENGTH: Final = 64


class _Reading(NamedTuple):
    equal_keys_by_value: bool
    empty_left_out: bool
    plus_kept: bool


def decode_pairs(raw: bytes, *, plus_kept: bool = False) -> Pairs:
    """Return the decoded pairs of a query or a form body, in order; raises ``WebhookRejectedError`` for too many."""
    if raw.count(b"&") >= MAX_FIELDS:
        raise refused("fields_too_many")
    if not plus_kept:
        raw = raw.replace(b"+", b" ")
    parts = [part.partition(b"=") for part in raw.split(b"&") if part]
    return [(unquote_to_bytes(key), unquote_to_bytes(value)) for key, _, value in parts]


def signed_strings(query: bytes, body: bytes, *, form: bool) -> list[bytes]:
    """Return what may have been signed: one string per reading, most likely first, each once."""
    return heads(query, body) if form else [head + body for head in heads(query)]


def heads(*sources: bytes) -> list[bytes]:
    """Return what may have been signed of a query, and of a form: one string per reading, most likely first."""
    kept = _both(any(b"+" in raw for raw in sources))
    decoded = {each: [pair for raw in sources for pair in decode_pairs(raw, plus_kept=each)] for each in kept}
    repeated = any(len({key for key, _ in pairs}) < len(pairs) for pairs in decoded.values())
    empty = any(not value for pairs in decoded.values() for _, value in pairs)
    # From the most to the least likely; the first is the plain one.
    readings = map(_Reading._make, product(_both(repeated), _both(empty), kept))
    return list(dict.fromkeys(_head(decoded[reading.plus_kept], reading) for reading in readings))


def _both(it_matters: bool) -> tuple[bool, ...]:
    """Return the ways to read something: both, where they differ."""
    return (False, True) if it_matters else (False,)


def _head(pairs: Pairs, reading: _Reading) -> bytes:
    kept = [pair for pair in pairs if pair[1] or not reading.empty_left_out]
    ordered = sorted(kept) if reading.equal_keys_by_value else sorted(kept, key=lambda pair: pair[0])
    return b"".join(key + value for key, value in ordered)


def fitting(strings: Sequence[bytes], signature: bytes, secrets: Iterable[bytes]) -> bytes | None:
    """Return the string that ``signature`` fits with one of ``secrets``.

    Every string is tried with every secret, in constant time each, so that the time taken tells nothing.
    """
    in_hex = len(signature) == _HEX_LENGTH
    given = signature.lower() if in_hex else signature
    found: bytes | None = None
    for secret in secrets:
        for string in strings:
            digest = hmac.digest(secret, string, "sha256")
            if hmac.compare_digest(digest.hex().encode() if in_hex else base64.b64encode(digest), given):
                found = string
    return found


def identity(signed: bytes) -> str:
    """Return the id of a delivery: the same for every resend, and for every other spelling of what was signed."""
    return hashlib.sha256(signed).hexdigest()
