"""Webhook deliveries as Zoho sends them: built in every body format, signed, and sent to a loopback receiver."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .modules import MODULES
from .payloads import JSON_TYPE, Body, form_body, json_body, json_text, older, plain_text
from .record_fields import Record, dress
from .signing import HEADER, Encoding, check_secret, sign
from .switches import Switches

BodyFormat = Literal["default", "default_old", "form", "jsonstring", "raw", "test"]
Pairs = Sequence[tuple[str, str]]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS_TO_ANSWER = 10.0


@dataclass(frozen=True)
class Delivery:
    """One delivery, ready to be sent or handed to a receiver directly."""

    url: str
    method: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


def delivery_with(
    body: Body,
    *,
    url: str,
    encoding: Encoding,
    secret: str | None = None,
    query: Pairs = (),
    headers: Pairs = (),
    method: str = "POST",
) -> Delivery:
    """Put a delivery together; without a secret nothing is signed.

    The signature covers the pairs of `query` and of the URL's own query.
    """
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *query]
    full_url = urlunsplit(parts._replace(query=urlencode(pairs)))
    sent = [("Content-Type", body.content_type), *headers]
    if secret is not None:
        check_secret(secret)
        sent.append((HEADER, sign(secret, [*pairs, *body.pairs], body.signed, encoding)))
    return Delivery(full_url, method, tuple(sent), body.content)


def send(delivery: Delivery, timeout: float = SECONDS_TO_ANSWER) -> int:
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


class Webhooks:
    """Builds and sends single deliveries, without any rule."""

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
        return delivery_with(
            self._body(entity, record, body_format, raw),
            url=url,
            encoding=encoding or self._switches.signature_encoding,
            secret=secret,
            query=query,
            headers=headers,
            method=method,
        )

    def send(self, delivery: Delivery, timeout: float = SECONDS_TO_ANSWER) -> int:
        """Send a delivery to a receiver on this machine; answers its HTTP status."""
        return send(delivery, timeout)

    def _body(self, entity: str, record: Record, body_format: BodyFormat, raw: bytes | None) -> Body:
        key = MODULES[entity].response_key if entity in MODULES else entity
        shown = dress(entity, record, self._switches)
        if body_format == "form":
            plain = {name: value for name, value in record.items() if not isinstance(value, dict | list)}
            return form_body((name, plain_text(value)) for name, value in plain.items())
        if body_format == "jsonstring":
            return form_body([("JSONString", json_text({key: shown}))])
        if body_format == "raw":
            own = json_body({"module": entity, "id": record.get(f"{key}_id", "")})
            return own if raw is None else Body(JSON_TYPE, raw)
        if body_format == "test":
            return Body(JSON_TYPE, b"")
        return json_body({key: older(shown) if body_format == "default_old" else shown})
