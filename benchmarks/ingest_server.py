"""Two applications under one ASGI server, on a core of its own: ours, and one that does nothing but the same insert.

``POST /ours`` and ``POST /bare`` take deliveries. ``GET /spent`` tells the CPU seconds of the process so far, and its
memory in KiB.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.stores.inbox_rows import LAYOUT, Row
from zoho_books_connector.stores.inbox_table import InboxTable
from zoho_books_connector.stores.kept import KeptDatabase
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.body import Message, Receive
from zoho_books_connector.trigger.endpoint import Scope, Send, webhook_endpoint
from zoho_books_connector.trigger.group_put import GroupPut

SECRET: Final = "zohobooks1234"  # noqa: S105 - there is nobody to show it to
TOKEN: Final = "a-random-header-token"  # noqa: S105 - as above
_FACTS: Final = json.dumps({"query": {"event": "invoice_created"}, "content_type": "application/json"})
_STATUS: Final = Path("/proc/self/status")


class BareStore:
    """Inserts the same rows of the same bytes into the same tables, as durably, and knows nothing of what they mean."""

    def __init__(self, path: Path) -> None:
        self._database = KeptDatabase(path, LAYOUT, patience=10)
        self._table = InboxTable(path, 1, {}, time.time, time.monotonic)

    def put(self, bodies: Sequence[Any]) -> int:
        """Store bodies in one transaction."""
        rows = [_row(body) for body in bodies]
        with self._database.write() as handle:
            return self._table.insert(handle, rows, by_version=False)


def _row(body: bytes) -> Row:
    name = hashlib.sha256(body).hexdigest()
    return name, name, time.time(), _FACTS, body


class Bare:
    """Reads the body, stores it together with others, answers."""

    def __init__(self, store: BareStore) -> None:
        self._store = store
        self._group: GroupPut | None = None

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        message = await receive()
        parts = [message["body"]]
        while message["more_body"]:
            message = await receive()
            parts.append(message["body"])
        self._group = self._group or GroupPut(self._store.put)
        body: Any = b"".join(parts)
        await self._group.put([body])
        await send(_start(0))
        await send({"type": "http.response.body", "body": b""})


async def _tell(send: Send) -> None:
    lines = _STATUS.read_text("ascii").splitlines() if _STATUS.exists() else []
    memory = next((line.split()[1] for line in lines if line.startswith("VmRSS")), "0")
    text = f"{time.process_time()} {memory}".encode()
    await send(_start(len(text)))
    await send({"type": "http.response.body", "body": text})


def _start(length: int) -> Message:
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % length)]}


def main(folder: Path) -> None:
    """Serve until the process is ended; prints the port."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})
    inbox = SqliteInbox(folder / "inbox.db")
    ours = webhook_endpoint(WebhookTrigger(), inbox, secrets=[SECRET], header_tokens=[TOKEN])
    bare = Bare(BareStore(folder / "bare.db"))

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/ours":
            await ours(scope, receive, send)
        elif scope["path"] == "/bare":
            await bare(scope, receive, send)
        else:
            await _tell(send)

    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn = import_module("uvicorn")
    settings = {"log_level": "error", "access_log": False, "loop": "asyncio", "lifespan": "off"}
    asyncio.run(uvicorn.Server(uvicorn.Config(application, **settings)).serve([listening]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
