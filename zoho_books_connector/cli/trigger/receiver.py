"""A small HTTP server for deliveries: bounded in threads, bytes and time, on the standard library alone."""

from __future__ import annotations

import io
import logging
import socket
import string
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from zoho_books_connector.boundary import Delivery
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.trigger.body import Reader, read_body
from zoho_books_connector.trigger.answering import Answer, in_trouble, refusal

logger: Final = logging.getLogger("zoho_books_connector.webhook")

#: Deliveries that are worked on at once; further ones wait, and after a second are told to come again.
MOST_AT_ONCE: Final = 16
_PATIENCE: Final = 1.0
#: Seconds within which the head of a request, and then its body, must be here.
HEAD_SECONDS: Final = 10.0
BODY_SECONDS: Final = 30.0
#: Seconds in which what is under way may end when the server stops.
_LAST_SECONDS: Final = 2.0
#: What is read and dropped behind an answer that went out early, so that the answer is not lost with the connection.
_DROPPED: Final = 256 * 1024
_BUSY: Final = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

#: Checks a delivery, stores its events and returns what to answer.
Receive = Callable[[Delivery], Answer]
#: Is told of every refusal: reason and bytes.
Tell = Callable[[str, int], None]


class Receiver:
    """Listens from entering to leaving; raises ``UsageError`` when the address cannot be listened on."""

    def __init__(self, receive: Receive, tell: Tell, *, host: str, port: int, path: str) -> None:
        try:
            self._server = _Server((host, port), receive, tell, path)
        except (OSError, OverflowError) as error:
            raise UsageError(
                "port_in_use",
                f"Port {port} of {host} cannot be listened on; another program may be using it.",
                "Choose another one with --port; 0 takes a free one.",
                params={"port": port, "host": host},
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else host
        return f"http://{shown!s}:{port}{self._server.path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._server.wait_for_the_last()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    # On Windows the option lets two programs listen on one port; elsewhere it only spares a wait after a restart.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, address: tuple[str, int], receive: Receive, tell: Tell, path: str) -> None:
        self.receive = receive
        self.tell = tell
        self.path = path
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without looking up a host name, which can take seconds where no resolver answers."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a delivery when there is a place for it, else ask the sender to come again."""
        if self._places.acquire(timeout=_PATIENCE):
            super().process_request(request, client_address)
            return
        self.tell("busy", 0)
        logger.warning("Refused a delivery of 0 bytes: busy")
        with suppress(OSError):
            request.settimeout(_PATIENCE)
            request.sendall(_BUSY)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back at the end, whatever happened."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, *_: Any) -> None:
        """Stay quiet about senders that went away; log anything else without what it was about."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            in_trouble(error)

    def wait_for_the_last(self) -> None:
        """Let what is under way end, for a moment; what does not will be sent again."""
        give_up = time.monotonic() + _LAST_SECONDS
        for _ in range(MOST_AT_ONCE):
            if not self._places.acquire(timeout=max(0.0, give_up - time.monotonic())):
                return


class _Handler(BaseHTTPRequestHandler):
    """Answers one request with a status and nothing else, then closes: whoever sends learns no more."""

    protocol_version = "HTTP/1.1"
    server_version = "zoho-books"
    sys_version = ""
    server: _Server

    def setup(self) -> None:
        """Read from the connection within a time that no trickle of bytes prolongs."""
        super().setup()
        self.rfile.close()
        self._reader = Reader(self.connection)
        self.rfile = io.BufferedReader(self._reader)  # type: ignore[type-var]  # takes any RawIOBase
        self._reader.within(HEAD_SECONDS)

    def do_POST(self) -> None:
        """Take a delivery."""
        path, _, query = self.path.partition("?")
        if path != self.server.path:
            self._refuse(404, "path_unknown")
            return
        self._reader.within(BODY_SECONDS)
        body = read_body(self.rfile, self.headers, self._go_on)
        if isinstance(body, Answer):
            self.server.tell(body.reason, body.size or self._declared())
            self._answer(body.status)
            return
        headers = list(self.headers.items())
        delivery = Delivery(self.command, _query(query), headers, body, received_at=time.time())
        answer = self.server.receive(delivery)
        if answer.status >= 300:
            self.server.tell(answer.reason, len(body))
        self._answer(answer.status)

    do_PUT = do_POST  # noqa: N815 - as http.server looks them up

    def _refuse_method(self) -> None:
        answer = refusal("method_refused", 0)
        self.server.tell(answer.reason, 0)
        self._answer(answer.status, ("Allow", "POST, PUT"))

    do_GET = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _refuse_method  # noqa: N815 - as http.server looks them up

    def handle_expect_100(self) -> bool:
        """Say nothing yet: the body is asked for once its length is known to be fit."""
        return True

    def send_error(self, code: int, *_: str | None) -> None:
        """Answer a request that is not HTTP as this server knows it, without a page."""
        self._refuse(int(code), "method_refused" if code == 501 else "request_malformed")

    def _refuse(self, status: int, reason: str) -> None:
        logger.warning("Refused a delivery of 0 bytes: %s", reason)
        self.server.tell(reason, 0)
        self._answer(status)

    def _declared(self) -> int:
        """Return the length that the sender declared, for a person to see."""
        length = self.headers.get("Content-Length", "").strip()
        return int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0

    def _go_on(self) -> None:
        if self.headers.get("Expect", "").strip().lower() == "100-continue" and self.request_version != "HTTP/1.0":
            self.send_response_only(100)
            self.end_headers()

    def _answer(self, status: int, *headers: tuple[str, str]) -> None:
        self.close_connection = True
        self._reader.within(_LAST_SECONDS)
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", "0"), ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        self._drop_the_rest()

    def _drop_the_rest(self) -> None:
        left = _DROPPED
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (part := self.rfile.read1(min(left, 65536))):
                left -= len(part)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Log nothing here: every refusal has its line, and the address of a request holds its query."""


def _query(raw: str) -> str:
    """Return the query as text of the same meaning: bytes that should have been percent-encoded are."""
    return quote(raw, safe=string.punctuation, encoding="latin-1")
