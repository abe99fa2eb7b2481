"""Hands events on to an address of the person's own as JSON; whoever listens there decides whether they are handled."""

from __future__ import annotations

import argparse
import http.client
import json
from dataclasses import asdict
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from zoho_books_connector.boundary import Event

#: Seconds for each step of a request: shorter than the lease of an event.
_PATIENCE: Final = 10.0
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class NotTakenError(Exception):
    """The address did not take an event; the reason is a code that may be shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Forward:
    """Posts events to one address. Redirects are not followed, and no proxy is asked."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._is_https = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port
        self._target = urlunsplit(("", "", parts.path or "/", parts.query, ""))

    def __call__(self, event: Event) -> str:
        """Post an event and return what to show; raises ``NotTakenError`` unless the answer is 2xx."""
        body = json.dumps(asdict(event)).encode()
        connect = http.client.HTTPSConnection if self._is_https else http.client.HTTPConnection
        connection = connect(self._host, self._port, timeout=_PATIENCE)
        try:
            connection.request("POST", self._target, body, {"Content-Type": "application/json"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise NotTakenError(type(error).__name__) from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotTakenError(f"status_{status}")
        return f"forwarded ({status})"


def address(text: str) -> str:
    """Read an address to forward to: records leave this machine encrypted only."""
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc and text.isascii()
        if usable and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("give an address with https://, or http:// on this machine")
