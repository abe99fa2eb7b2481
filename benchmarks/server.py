"""A server that costs as little as Python allows: every request on a path gets ready bytes, numbered if they want it.

Runs in a process of its own, so that its work is not counted. ``POST /answers/PATH`` sets the answer of ``PATH``,
``GET /opened`` tells how many connections there have been.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\n"
    b"Date: Mon, 21 Sep 2026 14:13:20 GMT\r\nContent-Length: %d\r\n\r\n"
)
#: Stands in an answer for a number that is another one each time.
NUMBER: Final = b"000000000000000000"
_LENGTH: Final = b"content-length:"
_SET: Final = b"/answers"


class Server:
    """What all connections share."""

    def __init__(self) -> None:
        #: Path → the whole answer.
        self.answers: dict[bytes, bytes] = {}
        self.opened = 0
        self.answered = 0

    def answer(self, path: bytes, body: bytes) -> bytes:
        """Return the answer to a request."""
        if path == b"/opened":
            return _whole(b"%d" % self.opened)
        if path.startswith(_SET):
            self.answers[path.removeprefix(_SET)] = _whole(body)
            return _whole(b"{}")
        self.answered += 1
        return self.answers[path].replace(NUMBER, b"%018d" % self.answered)


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests come one after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._server.opened += 1

    def data_received(self, data: bytes) -> None:
        """Answer every request that arrived whole."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + _length(self._received[:end])
            if len(self._received) < whole:
                return
            path = self._received.split(b" ", 2)[1].partition(b"?")[0]
            body = self._received[end + 4 : whole]
            self._received = self._received[whole:]
            self._transport.write(self._server.answer(path, body))


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(_LENGTH)
    return 0 if start < 0 else int(lowered[start + len(_LENGTH) :].partition(b"\r\n")[0])


def _whole(body: bytes) -> bytes:
    return _HEAD % len(body) + body


async def _serve() -> None:
    server = Server()
    listening = await asyncio.get_running_loop().create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{listening.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
