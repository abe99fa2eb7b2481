"""``zoho-books trigger listen`` in a thread of this process, a terminal that is read, and senders."""

from __future__ import annotations

import ctypes
import io
import json
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.cli import main
from zoho_books_connector.cli.home import Home
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.webhooks import Delivery
from zoho_books_connector.stores import FormerSecret, SqliteInbox, StoredSubscription

SECRET = "Canary7Secret8Of9The0Webhook"
TOKEN = "canary-token-of-the-header"
TOKEN_HEADER = "X-Connector-Token"


class Stream(io.StringIO):
    """A standard stream; a terminal when it says so, and broken when its reader has gone."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self.terminal = terminal
        #: Lines that its reader takes before it goes.
        self.most_lines: int | None = None

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        if self.most_lines is not None and self.getvalue().count("\n") >= self.most_lines:
            raise BrokenPipeError
        return super().write(text)


@dataclass
class Listener:
    """A run of ``listen``: what it wrote, where it listens, and how it ended."""

    words: tuple[str, ...]
    out: Stream
    err: Stream
    code: int | None = None
    _thread: threading.Thread = field(init=False)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.until(lambda: "Listening on" in self.err.getvalue() or not self._thread.is_alive())

    def _run(self) -> None:
        self.code = main(["trigger", "listen", "--port", "0", *self.words])

    @property
    def url(self) -> str:
        found = re.search(r"http://\S+", self.err.getvalue())
        assert found is not None, self.err.getvalue()
        return found[0]

    @property
    def rows(self) -> list[str]:
        """The rows of the table, without its head and its line of counts."""
        whole = [each.rpartition("\r")[2] for each in self.out.getvalue().split("\n")]
        return [each for each in whole[:-1] if each.strip() and not each.startswith(("Time", "----"))]

    def until(self, reached: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something is so; fails when it does not become so."""
        give_up = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < give_up, self.out.getvalue() + self.err.getvalue()
            time.sleep(0.01)

    def stop(self) -> int | None:
        """Press Ctrl-C and wait for the end."""
        if self._thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(KeyboardInterrupt)
            )
        return self.ended()

    def ended(self) -> int | None:
        """Wait for the end."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        if getattr(sys.stdout, "name", "") == os.devnull:  # in place of a stream whose reader had gone
            sys.stdout.close()
            sys.stdout = self.out
        return self.code


Start = Callable[..., Listener]


def starting(monkeypatch: pytest.MonkeyPatch, started: list[Listener]) -> Start:
    """Return what starts a listener with streams of its own; ``started`` are stopped by the caller."""

    def start(*words: str, terminal: bool = False, most_lines: int | None = None) -> Listener:
        listener = Listener(words, Stream(terminal=terminal), Stream(terminal=terminal))
        listener.out.most_lines = most_lines
        monkeypatch.setattr(sys, "stdout", listener.out)
        monkeypatch.setattr(sys, "stderr", listener.err)
        started.append(listener)
        listener.start()
        return listener

    return start


def subscribed(home: Home, connection: str, secret: str = SECRET, *former: FormerSecret) -> None:
    """Store a subscription, as subscribing does."""
    wanted = Subscription("zbc-test", "https://hooks.example/zoho-books", ("invoice.created",), secret, TOKEN)
    home.subscriptions().change(connection, "events", lambda _: StoredSubscription("events", wanted, former=former))


def invoice(sandbox: Sandbox, url: str, number: int = 1, **changes: Any) -> Delivery:
    """A genuine delivery of an invoice."""
    record = {
        "invoice_id": f"98200000056{number:04}",
        "invoice_number": f"INV-{number:05}",
        "total": 120.5,
        "last_modified_time": "2026-06-11T17:38:06-0700",
    }
    given = {"secret": SECRET, "headers": [(TOKEN_HEADER, TOKEN)], "query": [("event", "invoice_created")]}
    return sandbox.webhooks.build("invoice", record, url=url, **{**given, **changes})


def raw(url: str, request: bytes, seconds: float = 20.0) -> bytes:
    """Send bytes to a listener and return all that it answers."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=seconds) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while part := connection.recv(65536):
                answer += part
        except ConnectionError:
            pass
    return answer


def status(answer: bytes) -> int:
    """The last status in an answer."""
    return int(re.findall(rb"HTTP/1\.1 (\d{3})", answer)[-1])


class Target:
    """A program on this machine that takes what is posted to it, and answers as a test says."""

    def __init__(self) -> None:
        self.status = 204
        self.received: list[tuple[str, Any]] = []
        target = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                target.received.append((self.path, json.loads(body)))
                self.send_response(target.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Target:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def kept(inbox: SqliteInbox) -> tuple[int, int, int]:
    """How many events wait in an inbox, are done, are dead."""
    counts = inbox.counts()
    return counts.due + counts.leased + counts.waiting, counts.done, counts.dead
