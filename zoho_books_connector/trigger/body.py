"""Reads the body of an ASGI request within a limit and a time, or says why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from zoho_books_connector.trigger.answering import Answer, refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Headers = list[tuple[str, str]]


async def read_body(receive: Receive, headers: Headers, *, most: int, seconds: float) -> bytes | Answer:
    """Return the whole body, or the refusal; keeps no more than ``most`` bytes, and nothing of one that is refused."""
    declared = [value.strip() for name, value in headers if name == "content-length"]
    if len(set(declared)) > 1 or not all(length.isascii() and length.isdecimal() for length in declared):
        return refusal("length_wrong", 0)
    # A number of thousands of digits is too large without being read.
    if declared and (len(declared[0]) > len(str(most)) + 20 or int(declared[0]) > most):
        return refusal("body_too_large", 0)
    try:
        async with asyncio.timeout(seconds):
            return await _collected(receive, most)
    except TimeoutError:
        return refusal("body_too_slow", 0)


async def _collected(receive: Receive, most: int) -> bytes | Answer:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return refusal("body_cut_off", size)
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return refusal("body_too_large", size)
        if part:  # any number of empty ones may come
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
