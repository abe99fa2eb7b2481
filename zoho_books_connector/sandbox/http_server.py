"""The loopback HTTP/1.1 server under a data centre, with full control over how an answer goes wrong."""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from .exchanges import Application, exchange
from .messages import Request, Response

LINGER_OFF = struct.pack("HH" if os.name == "nt" else "ii", 1, 0)


class LoopbackServer(ThreadingHTTPServer):
    """A threaded server on 127.0.0.1 that ends every connection and every held answer when it stops."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = os.name != "nt"  # on Windows the option would let two servers share a port

    def __init__(self, application: Application, port: int = 0) -> None:
        """Bind; `start` begins to answer."""
        self.application = application
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._accepting: threading.Thread | None = None
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up a host name, which can take seconds where no resolver answers."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def start(self) -> None:
        """Answer in the background."""
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def stop(self) -> None:
        """Stop answering and release everyone who waits; a second time does nothing."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._accepting is not None:
            socket.create_connection(self.socket.getsockname()).close()  # wakes the accepting thread
            self._accepting.join()
        self.server_close()
        with self._open_lock:
            for connection in self._open:
                _shut(connection)

    def _accept(self) -> None:
        """Accept until stopped; blocking, since polling would make every stop wait for its interval."""
        while True:
            try:
                connection, address = self.get_request()
            except OSError:
                self.stopping.wait(0.05)  # a client gone before it was accepted, or no descriptor left
                continue
            if self.stopping.is_set():
                connection.close()
                return
            self.process_request(connection, address)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `stop` can end it."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; report anything else as usual."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Log nothing: requests are remembered by the data centre."""

    def _serve(self) -> None:
        ending = exchange(self.server.application, self._read(), self.server.stopping.wait)
        if ending.how == "answer":
            self._send(ending.response)
        else:
            self._break_off(reset=ending.how == "reset")

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815 - as http.server looks them up

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self._read_chunks()
        else:
            length = self.headers.get("Content-Length", "")
            body = self.rfile.read(int(length) if length.isdecimal() else 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, unquote(parts.path), parts.query, headers, body)

    def _read_chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            continue
        return body

    def _send(self, response: Response) -> None:
        """Write head and body in one piece, so that no delayed acknowledgement stalls the client."""
        length = len(response.body) if response.declared_length is None else response.declared_length
        reason = HTTPStatus(response.status).phrase
        lines = [
            f"HTTP/1.1 {response.status} {reason}",
            f"Date: {formatdate(self.server.application.now(), usegmt=True)}",
            "Server: zoho-books-sandbox",
            f"Content-Type: {response.content_type}",
            f"Content-Length: {length}",
            *(f"{name}: {value}" for name, value in response.headers),
        ]
        if length != len(response.body):
            self.close_connection = True
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + response.body)

    def _break_off(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_OFF)
            socket.close(self.connection.detach())  # closing the bare descriptor sends RST, not FIN
        else:
            _shut(self.connection)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
