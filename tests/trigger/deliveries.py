"""Deliveries as a webhook sends them, signed here by the rule that is documented, not by the code under test."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.errors import WebhookRejectedError
from zoho_books_connector.trigger import WebhookTrigger

SECRET: Final = "zohobooks1234"
TOKEN: Final = "a-random-header-token"
FORM: Final = "application/x-www-form-urlencoded"
INVOICE: Final[dict[str, Any]] = {
    "invoice_id": "982000000567114",
    "invoice_number": "INV-00003",
    "last_modified_time": "2026-06-11T17:38:06-0700",
    "total": 120.5,
    "notes": "Café",
}
NOW: Final = 1_800_000_000.0


def sign(query: str, body: bytes, *, form: bool = False, secret: str = SECRET) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if form:
        pairs += parse_qsl(body.decode(), keep_blank_values=True)
    ordered = sorted(pairs, key=lambda pair: pair[0].encode())
    text = "".join(key + value for key, value in ordered).encode() + (b"" if form else body)
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def delivery(
    body: object = None,
    *,
    query: str = "event=invoice_created",
    method: str = "POST",
    content_type: str | None = "application/json",
    signature: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    received_at: float | None = None,
) -> Delivery:
    """Build a delivery that is genuine unless an argument says otherwise; ``body`` is bytes, or data for JSON."""
    data = {"invoice": INVOICE} if body is None else body
    raw = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    signature = sign(query, raw, form=content_type == FORM) if signature is None else signature
    mine = [("X-Zoho-Webhook-Signature", signature), ("X-Connector-Token", TOKEN)]
    mine += [("Content-Type", content_type)] if content_type is not None else []
    return Delivery(method, query, [*mine, *headers], raw, received_at)


def receive(
    given: Delivery, *, secrets: Sequence[str] = (SECRET,), header_tokens: Sequence[str] = (TOKEN,), **options: Any
) -> list[Event]:
    return WebhookTrigger(clock=lambda: NOW, **options).receive(given, secrets=secrets, header_tokens=header_tokens)


def refusal(given: Delivery, **options: Any) -> str | None:
    """Return the code of the refusal, or ``None`` when the delivery is taken."""
    try:
        receive(given, **options)
    except WebhookRejectedError as error:
        return error.code
    return None


def event(*arguments: Any, **options: Any) -> Event:
    """Return the one event of a genuine delivery."""
    (found,) = receive(delivery(*arguments, **options))
    return found
