"""Reads the body of a request from a connection within a limit and a time, or says why not."""

from __future__ import annotations

import io
import re
import socket
import time
from collections.abc import Callable
from email.message import Message
from typing import Final

from zoho_books_connector.trigger.answering import Answer, refusal

#: Bytes; as much as the trigger takes.
MAX_BODY: Final = 5 * 1024 * 1024
_LONGEST_LINE: Final = 1024
_MOST_TRAILERS: Final = 100
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,8}")


class Reader(io.RawIOBase):
    """Reads from a socket until a moment that the bytes themselves do not put off."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._until = 0.0

    def within(self, seconds: float) -> None:
        """Allow so many seconds from now on."""
        self._until = time.monotonic() + seconds
        self._connection.settimeout(seconds)  # holds for what is written

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # what a BufferedReader hands over
        """Read what is there, waiting no longer than allowed."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def read_body(stream: io.BufferedIOBase, headers: Message, go_on: Callable[[], None]) -> bytes | Answer:
    """Return the whole body, or the refusal; ``go_on`` is called before anything is read."""
    lengths = {value.strip() for value in headers.get_all("Content-Length", [])}
    codings = [value.strip().lower() for value in headers.get_all("Transfer-Encoding", [])]
    if (lengths and codings) or len(lengths) > 1 or codings not in ([], ["chunked"]):
        return refusal("length_wrong", 0)
    length = next(iter(lengths), "0")
    if not (length.isascii() and length.isdecimal()):
        return refusal("length_wrong", 0)
    # A number of thousands of digits is too large without being read.
    if len(length) > 20 or int(length) > MAX_BODY:
        return refusal("body_too_large", 0)
    try:
        go_on()
        return _chunked(stream) if codings else _plain(stream, int(length))
    except TimeoutError:
        return refusal("body_too_slow", 0)
    except OSError:
        return refusal("body_cut_off", 0)


def _plain(stream: io.BufferedIOBase, length: int) -> bytes | Answer:
    body = stream.read(length)
    return body if len(body) == length else refusal("body_cut_off", len(body))


def _chunked(stream: io.BufferedIOBase) -> bytes | Answer:
    parts: list[bytes] = []
    size = 0
    while True:
        line = stream.readline(_LONGEST_LINE)
        found = _CHUNK_SIZE.fullmatch(line.partition(b";")[0].strip())
        if found is None or not line.endswith(b"\n"):
            return refusal("length_wrong" if line.endswith(b"\n") else "body_cut_off", size)
        length = int(found[0], 16)
        size += length
        if size > MAX_BODY:
            return refusal("body_too_large", size)
        if length == 0:
            return b"".join(parts) if _trailers_end(stream) else refusal("length_wrong", size)
        parts.append(stream.read(length))
        if len(parts[-1]) < length or stream.readline(_LONGEST_LINE) != b"\r\n":
            return refusal("body_cut_off", size)


def _trailers_end(stream: io.BufferedIOBase) -> bool:
    return any(stream.readline(_LONGEST_LINE) in (b"\r\n", b"\n", b"") for _ in range(_MOST_TRAILERS))
