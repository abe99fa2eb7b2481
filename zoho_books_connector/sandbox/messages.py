"""Requests and responses as the sandbox sees them, free of sockets."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
MASK = "***"


@dataclass(frozen=True)
class Request:
    """One HTTP request, read in full; header names are in lower case."""

    method: str
    path: str
    raw_query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last counts."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """Fields of a form body; empty for any other kind of body."""
        if not self.headers.get("content-type", "").lower().startswith(FORM):
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def parameter(self, name: str) -> str:
        """A form field or else a query parameter; empty text when neither was sent."""
        return self.form.get(name) or self.query.get(name, "")

    @property
    def basic_credentials(self) -> tuple[str, str]:
        """Id and secret of HTTP Basic authorization, or two empty texts."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            identity, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return identity, secret


@dataclass(frozen=True)
class Response:
    """One HTTP response; `code` repeats the envelope's code for the record of requests."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    code: int | None = None
    declared_length: int | None = None


@dataclass(frozen=True)
class RequestRecord:
    """What arrived and how it was answered; `status` is None when no answer was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    status: int | None
    code: int | None
    at: float
    fault: str | None = None
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def record_of(request: Request, response: Response | None, at: float, fault: str | None) -> RequestRecord:
    """Note a request with its Authorization masked."""
    headers = {name: MASK if name == "authorization" else value for name, value in request.headers.items()}
    status, code = (response.status, response.code) if response else (None, None)
    return RequestRecord(request.method, request.path, request.query, status, code, at, fault, request.body, headers)


def json_response(status: int, data: Mapping[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer with JSON; exact decimals become JSON numbers."""
    body = json.dumps(data, default=_plain, ensure_ascii=False).encode()
    code = data.get("code")
    return Response(status, body, JSON, headers, code if isinstance(code, int) else None)


def as_read(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data as a client reads it from an answer: JSON numbers, and a copy of its own."""
    read: dict[str, Any] = json.loads(json.dumps(data, default=_plain))
    return read


def html_response(status: int, page: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer with a page."""
    return Response(status, page.encode(), HTML, headers)


def redirect(location: str) -> Response:
    """Send the browser elsewhere."""
    return Response(302, b"", HTML, (("Location", location),))


def _plain(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} does not belong in an answer")
