"""An ASGI application that receives webhooks: proven, stored durably, and only then answered with 200."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from zoho_books_connector.boundary import Delivery, Trigger
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.trigger.answering import (
    STORED,
    Answer,
    EventStore,
    Gate,
    Values,
    in_trouble,
    not_stored,
    refusal,
    way_into,
)
from zoho_books_connector.trigger.body import Message, Receive, read_body
from zoho_books_connector.trigger.group_put import GroupPut
from zoho_books_connector.trigger.proving import METHODS

Send = Callable[[Message], Awaitable[None]]
Scope = dict[str, Any]

#: Bytes of a body from which on proving and reading it would keep other requests waiting.
_LARGE: Final = 256 * 1024
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
#: Nothing is said but the status: whoever sent it learns nothing.
_EMPTY: Final = (b"content-length", b"0")
#: Answers that go out before the body was read: the server need not read on.
_UNREAD: Final = frozenset({405, 408, 413})
_ALLOW: Final = (b"allow", b", ".join(sorted(method.encode() for method in METHODS)))


def webhook_endpoint(
    trigger: Trigger,
    inbox: EventStore,
    *,
    secrets: Values,
    header_tokens: Values = (),
    max_body: int = 5 * 1024 * 1024,
    body_seconds: float = 30.0,
    on_refused: Callable[[Answer], object] | None = None,
) -> WebhookEndpoint:
    """Return an ASGI application for deliveries; it looks at no path, so mount it where you like.

    ``secrets`` and ``header_tokens`` may be callables, which are asked at every delivery: they should answer at once.
    ``max_body`` is in bytes; a body must arrive within ``body_seconds``. ``on_refused`` is told of every answer that is
    no 200, for a page that shows it; it should return at once, and must not raise.
    """
    gate = Gate(trigger, secrets, header_tokens)
    return WebhookEndpoint(gate, inbox, max_body=max_body, body_seconds=body_seconds, on_refused=on_refused)


class WebhookEndpoint:
    """The application that ``webhook_endpoint`` returns; serves any number of asyncio loops."""

    def __init__(
        self,
        gate: Gate,
        inbox: EventStore,
        *,
        max_body: int,
        body_seconds: float,
        on_refused: Callable[[Answer], object] | None = None,
    ) -> None:
        self._gate = gate
        self._unread, self._put = way_into(inbox)
        self._max_body = max_body
        self._body_seconds = body_seconds
        self._on_refused = on_refused
        self._puts: WeakKeyDictionary[asyncio.AbstractEventLoop, GroupPut] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection in the terms of ASGI 3; raises nothing."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope, receive)
        except Exception as error:  # noqa: BLE001 - a server's own handler would report the body along with it
            answer = in_trouble(error)
        if self._on_refused is not None and answer.status != STORED:
            self._on_refused(answer)
        head = {"type": "http.response.start", "status": answer.status, "headers": _headers(answer, scope)}
        try:
            await send(head)
            await send({"type": "http.response.body", "body": b""})
        except OSError:  # nobody listens any more, and will send again
            return

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"].upper() not in METHODS:
            return refusal("method_refused", 0)
        body = await read_body(receive, scope["headers"], most=self._max_body, seconds=self._body_seconds)
        if isinstance(body, Answer):
            return body
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        delivery = Delivery(scope["method"], _query(scope.get("query_string", b"")), headers, body)
        if len(body) < _LARGE:
            answer = self._gate.check(delivery, unread=self._unread)
        else:
            answer = await asyncio.to_thread(self._gate.check, delivery, unread=self._unread)
        if answer.events:
            try:
                await self._group().put(answer.events)
            except (ConnectorError, OSError) as error:
                return not_stored(error)
        return answer

    def _group(self) -> GroupPut:
        loop = asyncio.get_running_loop()
        found = self._puts.get(loop)
        if found is None:
            found = self._puts[loop] = GroupPut(self._put)
        return found


def _headers(answer: Answer, scope: Scope) -> list[tuple[bytes, bytes]]:
    headers = [_EMPTY]
    if answer.status == STORED:
        return headers
    if answer.status == 405:
        headers.append(_ALLOW)
    if answer.status in _UNREAD and scope.get("http_version", "1.1").startswith("1"):
        headers.append((b"connection", b"close"))
    return headers


async def _live(receive: Receive, send: Send) -> None:
    """Answer a server that tells when it starts and stops; nothing needs to be done then."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _query(raw: bytes) -> str:
    """Return the query as text of the same meaning: bytes that should have been percent-encoded are."""
    if not raw.isascii():
        raw = _BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], raw)
    return raw.decode("ascii")
