"""Reads the body of an ASGI request within a limit and a time, or says why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, MutableMapping
from typing import Any, Final

from zoho_books_connector.trigger.answering import Answer, refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

#: Of a length that can be meant.
_DIGITS: Final = 30


async def read_body(
    receive: Receive, headers: Iterable[tuple[bytes, bytes]], *, most: int, seconds: float
) -> bytes | Answer:
    """Return the whole body, or the refusal; keeps no more than ``most`` bytes, and nothing of one that is refused."""
    declared = {value.strip() for name, value in headers if name == b"content-length"}
    if declared and (wrong := _wrong_length(declared, most)):
        return refusal(wrong, 0)
    steps = _collected(receive, most).__await__()
    try:
        first = next(steps)
    except StopIteration as end:  # all of it was here already; a timer costs as much as the rest of this module
        at_once: bytes | Answer = end.value
        return at_once
    try:
        async with asyncio.timeout(seconds):
            in_time: bytes | Answer = await _Begun(first, steps)
            return in_time
    except TimeoutError:
        return refusal("body_too_slow", 0)


def _wrong_length(declared: set[bytes], most: int) -> str | None:
    length, *others = declared
    if others or not length.isdigit():
        return "length_wrong"
    # A number of thousands of digits is too large without being read.
    return "body_too_large" if len(length) > _DIGITS or int(length) > most else None


class _Begun:
    """A coroutine whose first step was made already: what that waits for is handed on first."""

    def __init__(self, first: Any, steps: Generator[Any, Any, bytes | Answer]) -> None:
        self._first = [first]
        self._steps = steps

    def __await__(self) -> Any:
        return self

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self._first.pop() if self._first else next(self._steps)

    def send(self, value: Any) -> Any:
        return self._first.pop() if self._first else self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        return self._steps.throw(*error)


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
