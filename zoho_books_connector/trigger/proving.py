"""Proves deliveries with the secrets and header tokens that are valid now, on the raw bytes, before they are read."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from zoho_books_connector.boundary import Delivery
from zoho_books_connector.trigger.events import named_module
from zoho_books_connector.trigger.headers import Headers
from zoho_books_connector.trigger.modules import Module
from zoho_books_connector.trigger.payload import fold, is_form
from zoho_books_connector.trigger.reading import facts_of
from zoho_books_connector.trigger.refusals import SIGNATURE_HEADER, refused, wrong_settings
from zoho_books_connector.trigger.signature import decode_pairs, fitting, heads, signed_strings

#: Zoho offers DELETE too. It is refused: proxies and frameworks drop the body of a DELETE, and the method is not
#: signed, so it could not mean anything.
METHODS: Final = frozenset({"POST", "PUT"})
#: Zoho's own least length for a secret.
_LEAST_LENGTH: Final = 12
#: Proven queries that are remembered: more than webhooks have, unless they write something of the record there.
_REMEMBERED: Final = 64
#: Texts that are remembered with each: what they are made of is not signed, and may be long.
_TEXTS: Final = 8


class Query:
    """The query of a delivery, and what follows from it alone. A webhook sends the same one every time."""

    def __init__(self, raw: bytes, hidden: frozenset[str]) -> None:
        self._raw = raw
        self._hidden = hidden
        #: What may be signed before a body that is no form.
        self.heads = heads(raw)
        self._texts: dict[tuple[str | None, str | None], str] = {}

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The pairs, without empty ones and without any secret that somebody put there."""
        pairs = [
            (key.decode("utf-8", "replace"), value.decode("utf-8", "replace")) for key, value in decode_pairs(self._raw)
        ]
        return fold([(key, value) for key, value in pairs if value and value not in self._hidden])

    @cached_property
    def module(self) -> Module | None:
        """The module that the query names."""
        return named_module(self.fields)

    def facts(self, headers: Headers) -> dict[str, Any]:
        """Return what an event tells of a delivery with these headers."""
        return facts_of(headers, self.fields, self._hidden)

    def facts_text(self, headers: Headers) -> str:
        """Return the same as JSON, which is remembered: nearly all deliveries of a webhook have the same headers."""
        if headers.repeat:
            return to_json(self.facts(headers)).decode()
        told = headers.single("content-type"), headers.single("user-agent")
        if told not in self._texts:
            self._texts = self._texts if len(self._texts) < _TEXTS else {}
            self._texts[told] = to_json(self.facts(headers)).decode()
        return self._texts[told]


class Proof(NamedTuple):
    """What is proven, and the rest of the request as far as it was looked at."""

    signed: bytes
    query: Query
    headers: Headers


class Prover:
    """Holds the secrets and tokens of one moment, checked once; raises ``CredentialError`` when they will not do.

    Fails closed: without a good secret nothing is received. A single text is a mistake for a sequence of them.
    """

    def __init__(
        self, secrets: Sequence[str], header_tokens: Sequence[str], *, max_body: int, token_header: str
    ) -> None:
        _check_settings(secrets, header_tokens)
        self._secrets, self._tokens = list(secrets), list(header_tokens)
        self.hidden: Final = frozenset((*secrets, *header_tokens))
        self._keys = [_bytes(secret) for secret in secrets]
        self._token_bytes = [_bytes(token) for token in header_tokens]
        self._max_body = max_body
        self._token_header = token_header.strip().lower()
        self._known: dict[str, Query] = {}

    def is_of(self, secrets: Sequence[str], header_tokens: Sequence[str]) -> bool:
        """Tell whether these are still the ones."""
        return list(secrets) == self._secrets and list(header_tokens) == self._tokens

    def prove(self, delivery: Delivery) -> Proof:
        """Return the proof of a delivery; raises ``WebhookRejectedError`` when there is none."""
        if delivery.method.upper() not in METHODS:
            raise refused("method_refused")
        if len(delivery.body) > self._max_body:
            raise refused("body_too_large")
        headers = Headers(delivery.headers)
        encodings = headers.all("content-encoding")
        if encodings and any(value.strip().lower() not in ("", "identity") for value in encodings):
            raise refused("body_compressed")
        signature = headers.single(_SIGNATURE)
        if signature is None:
            raise refused("signature_missing")
        content_type = headers.single("content-type") or ""
        query = self._known.get(delivery.query) or Query(_bytes(delivery.query), self.hidden)
        signed = fitting(_strings(query, delivery, content_type), _bytes(signature), self._keys)
        if signed is None:
            raise refused("signature_wrong")
        self._check_token(headers)
        self._remember(delivery.query, query)
        return Proof(signed, query, headers)

    def _check_token(self, headers: Headers) -> None:
        if not self._token_bytes:
            return
        given = headers.single(self._token_header)
        if given is None:
            raise refused("token_missing")
        matches = [hmac.compare_digest(token, _bytes(given)) for token in self._token_bytes]
        if not any(matches):  # only now, so that every token is compared and the time taken tells nothing
            raise refused("token_wrong")

    def _remember(self, raw: str, query: Query) -> None:
        if raw not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known = {}
            self._known[raw] = query


_SIGNATURE: Final = SIGNATURE_HEADER.lower()


def _strings(query: Query, delivery: Delivery, content_type: str) -> list[bytes]:
    if is_form(content_type, delivery.body):
        return signed_strings(_bytes(delivery.query), delivery.body, form=True)
    return [head + delivery.body for head in query.heads]


def _check_settings(secrets: Sequence[str], header_tokens: Sequence[str]) -> None:
    if not secrets:
        raise wrong_settings("webhook_secret_missing")
    if any(len(secret.strip()) < _LEAST_LENGTH for secret in secrets):
        raise wrong_settings("webhook_secret_short")
    if any(len(token.strip()) < _LEAST_LENGTH for token in header_tokens):
        raise wrong_settings("webhook_token_short")


def _bytes(text: str) -> bytes:
    """Return text as bytes, whatever a server or an attacker put into it."""
    return text.encode("utf-8", "surrogatepass")
