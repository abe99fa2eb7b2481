"""Reads a captured webhook delivery, and tells how it was signed.

The file is JSON: ``query`` (the raw query string), ``headers`` (an object, or a list of pairs) and ``body`` (the raw
body as text) or ``body_base64``. One changed byte and nothing fits, so the body has to be the one that arrived.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import Delivery
from zoho_books_connector.errors import InputError
from zoho_books_connector.probe.findings import Observation
from zoho_books_connector.trigger.payload import is_form
from zoho_books_connector.trigger.signature import decode_pairs, signed_strings

HEADER: Final = "x-zoho-webhook-signature"


def read_delivery(path: Path) -> Delivery:
    """Return the delivery in a file; raises ``InputError`` without repeating what stands in it."""
    try:
        return _delivery(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise InputError(
        "delivery_unreadable",
        "The file with the delivery cannot be read.",
        'It is JSON with "query", "headers" and "body" (or "body_base64").',
    )


def _delivery(data: dict[str, Any]) -> Delivery:
    headers = data["headers"].items() if isinstance(data["headers"], dict) else data["headers"]
    pairs = [(str(name), str(value)) for name, value in headers]
    body = base64.b64decode(data["body_base64"], validate=True) if "body_base64" in data else data["body"].encode()
    return Delivery(str(data.get("method", "POST")), str(data.get("query", "")), pairs, body)


def observed(delivery: Delivery, secret: str) -> Iterator[tuple[str, Observation]]:
    """Yield what a delivery tells, by fact."""
    signature, form = _header(delivery, HEADER), _comes_as_form(delivery)
    strings = signed_strings(delivery.query.encode(), delivery.body, form=form)
    fit = next(_fitting(strings, signature.strip(), secret), None)
    if fit is not None:
        encoding, reading = fit
        yield "signature-encoding", Observation(encoding, f"the digest fits in {encoding}, reading {reading + 1}")
        if _repeats(delivery):
            evidence = "a repeated key, and the digest fits"
            kept = reading == 0
            yield "signature-repeated-keys", Observation("kept" if kept else "otherwise", evidence, agrees=kept)
    if not delivery.body.strip():
        yield "test-delivery", Observation("empty body", f"{len(delivery.body)} bytes")
    keys = _root_keys(delivery.body)
    if len(keys) == 1 and "payment" in keys[0]:
        yield "payment-payload-key", Observation(keys[0], f"root key {keys[0]}", agrees=keys[0] == "payment")


def _fitting(strings: list[bytes], signature: str, secret: str) -> Iterator[tuple[str, int]]:
    for reading, string in enumerate(strings):
        digest = hmac.new(secret.encode(), string, hashlib.sha256).digest()
        if hmac.compare_digest(digest.hex().encode(), signature.lower().encode()):
            yield "hex", reading
        if hmac.compare_digest(base64.b64encode(digest), signature.encode()):
            yield "base64", reading


def _header(delivery: Delivery, wanted: str) -> str:
    return next((value for name, value in delivery.headers if name.lower() == wanted), "")


def _comes_as_form(delivery: Delivery) -> bool:
    return is_form(_header(delivery, "content-type"), delivery.body)


def _repeats(delivery: Delivery) -> bool:
    keys = [key for key, _ in decode_pairs(delivery.query.encode())]
    return len(keys) > len(set(keys))


def _root_keys(body: bytes) -> list[str]:
    try:
        content = json.loads(body)
    except ValueError:
        return []
    return list(content) if isinstance(content, dict) else []
