"""The smallest HTTP server that speaks ASGI: enough to put the endpoint on a real port without any package."""

from __future__ import annotations

import asyncio
from typing import Any

from zoho_books_connector.trigger.endpoint import WebhookEndpoint


async def serve(app: WebhookEndpoint, port: int) -> asyncio.Server:
    """Listen on a port of this machine."""
    return await asyncio.start_server(lambda *streams: _connection(app, *streams), "127.0.0.1", port)


async def _connection(app: WebhookEndpoint, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            exchange = _Exchange(await reader.readuntil(b"\r\n\r\n"), reader, writer)
            await app(exchange.scope, exchange.receive, exchange.send)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


class _Exchange:
    """One request on a connection."""

    def __init__(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        method, target, _ = first.split(b" ")
        pairs = [line.partition(b":") for line in lines]
        headers = [(name.lower(), value.strip()) for name, _, value in pairs]
        path, _, query = target.partition(b"?")
        self.scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": method.decode(),
            "path": path.decode(),
            "query_string": query,
            "headers": headers,
        }
        self._left = int(dict(headers).get(b"content-length", b"0"))
        self._reader, self._writer = reader, writer

    async def receive(self) -> dict[str, Any]:
        part = await self._reader.read(min(self._left, 65_536)) if self._left else b""
        if self._left and not part:
            return {"type": "http.disconnect"}
        self._left -= len(part)
        return {"type": "http.request", "body": part, "more_body": self._left > 0}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            lines = [b"HTTP/1.1 %d -" % message["status"]]
            lines += [name + b": " + value for name, value in message["headers"]]
            self._writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
        else:
            self._writer.write(message["body"])
            await self._writer.drain()
