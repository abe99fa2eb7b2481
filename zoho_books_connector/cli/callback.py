"""Receives the one redirect that ends the consent, on a loopback port of this machine."""

from __future__ import annotations

import hmac
import os
import queue
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.errors import CredentialError

HOST: Final = "127.0.0.1"
PATH: Final = "/callback"
#: Seconds that a person has for Zoho's page.
PATIENCE: Final = 300.0
#: Seconds between two looks at the clock: short, so that Ctrl-C is noticed on every system.
_LOOK: Final = 0.1
#: Seconds after which a connection that says nothing is closed; browsers open some in advance.
_SILENCE: Final = 10.0

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}</style>
</head><body><h1>{title}</h1><p>{text}</p></body></html>
"""
_GRANTED: Final = (
    200,
    "Access granted",
    "Go back to the terminal, where the connection is completed. You may close this page.",
)
_REFUSED: Final = (200, "No access granted", "Go back to the terminal, which says why. You may close this page.")
_STRAY: Final = (400, "Another authorization", "This page does not belong to the authorization that is under way.")
_NOTHING: Final = (404, "Nothing here", "This address only receives the answer of the consent page.")


def callback_url(port: int) -> str:
    """Return the URL to register with the client."""
    return f"http://{HOST}:{port}{PATH}"


class Callback:
    """Listens from entering to leaving; raises ``UsageError`` when the port is taken."""

    def __init__(self, port: int, state: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._received: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        try:
            self._server = _Server((HOST, port), _handler(state, self._received))
        except (OSError, OverflowError) as error:
            raise UsageError(
                "port_in_use",
                f"Port {port} of this machine cannot be listened on; another program may be using it.",
                "Choose another one with --port, and register its Callback URL with the client as well.",
                params={"port": port},
            ) from error

    def wait(self, seconds: float = PATIENCE) -> dict[str, str]:
        """Return the query of the redirect; raises ``CredentialError`` when none came in time."""
        give_up = self._clock() + seconds
        while self._received.empty():
            if self._clock() >= give_up:
                raise CredentialError(
                    "consent_timeout",
                    f"No answer of the consent page came within {seconds / 60:.0f} minutes.",
                    "Run the command again, and finish the page in the browser on this machine.",
                    reason="state_mismatch",
                )
            self._server.handle_request()
        return self._received.get()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    timeout = _LOOK
    daemon_threads = True
    block_on_close = False
    # On Windows the option lets two programs listen on one port; elsewhere it only spares a wait after a restart.
    allow_reuse_address = os.name == "posix"


def _handler(state: str, received: queue.SimpleQueue[dict[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET on the one path, and believes only the redirect that carries the state of this run."""

        timeout = _SILENCE
        server_version = "zoho-books"
        sys_version = ""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            if parts.path != PATH:
                self._answer(*_NOTHING)
            elif not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
                self._answer(*_STRAY)
            else:
                self._answer(*(_GRANTED if query.get("code") else _REFUSED))
                received.put(query)

        def _answer(self, status: int, title: str, text: str) -> None:
            body = _PAGE.format(title=escape(title), text=escape(text)).encode()
            self.send_response(status)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
                ("Referrer-Policy", "no-referrer"),
                ("Connection", "close"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Log nothing: the request line holds the grant code."""

    return Handler
