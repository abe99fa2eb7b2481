"""Webhook deliveries as Zoho sends them: built in every body format, signed, and sent to a loopback receiver."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .messages import FORM
from .modules import MODULES
from .record_fields import Record, dress
from .signing import HEADER, Encoding, check_secret, sign
from .switches import Switches

BodyFormat = Literal["default", "default_old", "form", "jsonstring", "raw", "test"]
Pairs = Sequence[tuple[str, str]]
JSON_TYPE = "application/json"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SIGNED_AS_PAIRS = ("form", "jsonstring")


@dataclass(frozen=True)
class Delivery:
    """One delivery, ready to be sent or handed to a receiver directly."""

    url: str
    method: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


class Webhooks:
    """Builds and sends deliveries."""

    def __init__(self, switches: Switches) -> None:
        """`switches` hold the encoding of the digest where a call does not name one."""
        self._switches = switches

    def build(
        self,
        entity: str,
        record: Record,
        *,
        url: str = "http://127.0.0.1:9/hook",
        secret: str | None = None,
        body_format: BodyFormat = "default",
        query: Pairs = (),
        headers: Pairs = (),
        encoding: Encoding | None = None,
        method: str = "POST",
        raw: bytes | None = None,
    ) -> Delivery:
        """Build a delivery about a record; `entity` is a module's key, or the key of the payload itself.

        `raw` is the body of the format "raw", a small JSON text if none is given. Without a secret nothing is
        signed. The signature covers the pairs of `query` and of the URL's own query.
        """
        parts = urlsplit(url)
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), *query]
        full_url = urlunsplit(parts._replace(query=urlencode(pairs)))
        content_type, form, body = self._body(entity, record, body_format, raw)
        sent = [("Content-Type", content_type), *headers]
        if secret is not None:
            check_secret(secret)
            raw_body = b"" if body_format in SIGNED_AS_PAIRS else body
            chosen = encoding or self._switches.signature_encoding
            sent.append((HEADER, sign(secret, [*pairs, *form], raw_body, chosen)))
        return Delivery(full_url, method, tuple(sent), body)

    def send(self, delivery: Delivery, timeout: float = 10) -> int:
        """Send a delivery to a receiver on this machine; answers its HTTP status."""
        parts = urlsplit(delivery.url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError("deliveries go to a loopback address only")
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        try:
            connection.request(delivery.method, target, delivery.body, dict(delivery.headers))
            with connection.getresponse() as response:
                response.read()
                return response.status
        finally:
            connection.close()

    def _body(
        self, entity: str, record: Record, body_format: BodyFormat, raw: bytes | None
    ) -> tuple[str, Pairs, bytes]:
        """Content type, form pairs (none for other bodies), and the body."""
        key = MODULES[entity].response_key if entity in MODULES else entity
        shown = dress(entity, record, self._switches, companions=body_format != "default_old")
        if body_format == "form":
            pairs = [(name, _text(value)) for name, value in record.items() if not isinstance(value, dict | list)]
            return FORM, pairs, urlencode(pairs).encode()
        if body_format == "jsonstring":
            pairs = [("JSONString", _json({key: shown}))]
            return FORM, pairs, urlencode(pairs).encode()
        if body_format == "raw":
            own = _json({"module": entity, "id": record.get(f"{key}_id", "")}).encode()
            return JSON_TYPE, (), own if raw is None else raw
        if body_format == "test":
            return JSON_TYPE, (), b""
        return JSON_TYPE, (), _json({key: _old(shown) if body_format == "default_old" else shown}).encode()


def _old(shown: Record) -> Record:
    """The older payload as modelled here: numbers as text."""
    return {
        name: _text(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in shown.items()
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(content: Record) -> str:
    return json.dumps(content, default=float, ensure_ascii=False)
