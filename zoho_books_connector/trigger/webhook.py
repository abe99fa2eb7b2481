"""Receives deliveries: proves them on the raw bytes first, and reads them only then."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.errors import WebhookRejectedError
from zoho_books_connector.trigger.events import empty_event, read_events
from zoho_books_connector.trigger.payload import fold, is_form, media_type, read_bodies
from zoho_books_connector.trigger.refusals import SIGNATURE_HEADER, refused, wrong_settings
from zoho_books_connector.trigger.signature import decode_pairs, fitting, identity, signed_strings
from zoho_books_connector.trigger.subscribing.trigger import SubscribingTrigger

#: Zoho offers DELETE too. It is refused: proxies and frameworks drop the body of a DELETE, and the method is not
#: signed, so it could not mean anything.
METHODS: Final = frozenset({"POST", "PUT"})
#: Zoho's own least length for a secret.
_LEAST_LENGTH: Final = 12

_log = logging.getLogger("zoho_books_connector.webhook")


class WebhookTrigger(SubscribingTrigger):
    """The ``Trigger`` for Zoho Books' webhooks.

    ``max_body`` is in bytes. ``token_header`` is the connector's own header, which is checked when tokens are given.
    """

    def __init__(
        self,
        *,
        max_body: int = 5 * 1024 * 1024,
        token_header: str = "X-Connector-Token",  # noqa: S107 - a header's name, not a token
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._max_body = max_body
        self._token_header = token_header
        self._clock = clock

    def receive(self, delivery: Delivery, *, secrets: Sequence[str], header_tokens: Sequence[str] = ()) -> list[Event]:
        """Verify a delivery and return its events; raises ``WebhookRejectedError`` when it is not proven or readable.

        Raises ``CredentialError`` when no secret is given or one is too short: that is the host's set-up, which a
        person must mend, and no answer to the delivery.
        """
        _check_settings(secrets, header_tokens)
        try:
            headers = _Headers(delivery.headers)
            signed = self._prove(delivery, headers, secrets, header_tokens)
            return self._read(delivery, headers, identity(signed), hidden={*secrets, *header_tokens})
        except WebhookRejectedError as error:
            _log.warning("Refused a delivery of %d bytes: %s", len(delivery.body), error.code)
            raise

    def _prove(
        self, delivery: Delivery, headers: _Headers, secrets: Sequence[str], header_tokens: Sequence[str]
    ) -> bytes:
        """Return the bytes that the signature proves."""
        if delivery.method.upper() not in METHODS:
            raise refused("method_refused")
        if len(delivery.body) > self._max_body:
            raise refused("body_too_large")
        if any(value.strip().lower() not in ("", "identity") for value in headers.all("Content-Encoding")):
            raise refused("body_compressed")
        signature = headers.single(SIGNATURE_HEADER)
        if signature is None:
            raise refused("signature_missing")
        form = is_form(headers.single("Content-Type") or "", delivery.body)
        strings = signed_strings(_bytes(delivery.query), delivery.body, form=form)
        signed = fitting(strings, _bytes(signature), secrets)
        if signed is None:
            raise refused("signature_wrong")
        self._check_token(headers, header_tokens)
        return signed

    def _check_token(self, headers: _Headers, header_tokens: Sequence[str]) -> None:
        if not header_tokens:
            return
        given = headers.single(self._token_header)
        if given is None:
            raise refused("token_missing")
        matches = [hmac.compare_digest(_bytes(token), _bytes(given)) for token in header_tokens]
        if not any(matches):  # only now, so that every token is compared and the time taken tells nothing
            raise refused("token_wrong")

    def _read(self, delivery: Delivery, headers: _Headers, delivery_id: str, hidden: set[str]) -> list[Event]:
        query = _query(delivery, hidden)
        content_type = headers.single("Content-Type") or ""
        origin = {
            "query": query,
            "received_at": self._clock() if delivery.received_at is None else delivery.received_at,
            "content_type": media_type(content_type),
        }
        if not delivery.body.strip():
            return [empty_event(delivery_id, query, origin)]
        bodies = read_bodies(delivery.body, form=is_form(content_type, delivery.body))
        return read_events(bodies, delivery_id, query, origin)


class _Headers:
    """The headers by their names, in any case."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.strip().lower(), []).append(value)

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return self._values.get(name.lower(), [])

    def single(self, name: str) -> str | None:
        """Return the value of a header that may come once only."""
        values = self.all(name)
        if len(values) > 1:
            raise refused("header_repeated")
        return values[0].strip() if values else None


def _check_settings(secrets: Sequence[str], header_tokens: Sequence[str]) -> None:
    """Fail closed: without a good secret nothing is received. A single text is a mistake for a sequence of them."""
    if not secrets:
        raise wrong_settings("webhook_secret_missing")
    if any(len(secret.strip()) < _LEAST_LENGTH for secret in secrets):
        raise wrong_settings("webhook_secret_short")
    if any(len(token.strip()) < _LEAST_LENGTH for token in header_tokens):
        raise wrong_settings("webhook_token_short")


def _query(delivery: Delivery, hidden: set[str]) -> dict[str, Any]:
    """Return the query's pairs, without empty ones and without any secret that somebody put there."""
    pairs = [
        (key.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
        for key, value in decode_pairs(_bytes(delivery.query))
    ]
    return fold([(key, value) for key, value in pairs if value and value not in hidden])


def _bytes(text: str) -> bytes:
    """Return text as bytes, whatever a server or an attacker put into it."""
    return text.encode("utf-8", "surrogatepass")
