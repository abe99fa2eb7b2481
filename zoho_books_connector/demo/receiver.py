"""The host's side of the network in the demo: a callback and a webhook address on one loopback port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from zoho_books_connector.boundary import Delivery

#: Takes a delivery and returns the HTTP status to answer.
Receive = Callable[[Delivery], int]


class Receiver:
    """Listens while it is entered; keeps the query of the last callback."""

    def __init__(self) -> None:
        self.query: dict[str, str] = {}
        self.receive: Receive = lambda _: 503
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                receiver.query = dict(parse_qsl(urlsplit(self.path).query))
                self._answer(200)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                query = urlsplit(self.path).query
                headers = list(self.headers.items())
                self._answer(receiver.receive(Delivery("POST", query, headers, body, received_at=time.time())))

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing: the table does."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The origin that the receiver listens at."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
