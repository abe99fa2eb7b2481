"""Receives deliveries: proves them on the raw bytes first, and reads them only then."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.errors import WebhookRejectedError
from zoho_books_connector.trigger.catching_up.trigger import CatchingUpTrigger
from zoho_books_connector.trigger.events import identify
from zoho_books_connector.trigger.proven import Glance, Proven
from zoho_books_connector.trigger.proving import Proof, Prover
from zoho_books_connector.trigger.reading import events_of
from zoho_books_connector.trigger.signature import identity
from zoho_books_connector.trigger.subscribing.trigger import SubscribingTrigger

T = TypeVar("T")

_log = logging.getLogger("zoho_books_connector.webhook")


class WebhookTrigger(SubscribingTrigger, CatchingUpTrigger):
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
        self._prover: Prover | None = None
        self._glance = Glance()

    def receive(self, delivery: Delivery, *, secrets: Sequence[str], header_tokens: Sequence[str] = ()) -> list[Event]:
        """Verify a delivery and return its events; raises ``WebhookRejectedError`` when it is not proven or readable.

        Raises ``CredentialError`` when no secret is given or one is too short: that is the host's set-up, which a
        person must mend, and no answer to the delivery.
        """
        return self._received(delivery, secrets, header_tokens, self._read)

    def admit(
        self, delivery: Delivery, *, secrets: Sequence[str], header_tokens: Sequence[str] = ()
    ) -> list[Event | Proven]:
        """Do as ``receive``, and refuse the same, but leave a plain delivery unread for a store that keeps such."""
        return self._received(delivery, secrets, header_tokens, self._keep)

    def _received(
        self,
        delivery: Delivery,
        secrets: Sequence[str],
        header_tokens: Sequence[str],
        then: Callable[[Delivery, Proof], list[T]],
    ) -> list[T]:
        prover = self._prover
        if prover is None or not prover.is_of(secrets, header_tokens):
            prover = Prover(secrets, header_tokens, max_body=self._max_body, token_header=self._token_header)
            self._prover = prover
        try:
            return then(delivery, prover.prove(delivery))
        except WebhookRejectedError as error:
            _log.warning("Refused a delivery of %d bytes: %s", len(delivery.body), error.code)
            raise

    def _read(self, delivery: Delivery, proof: Proof) -> list[Event]:
        facts = proof.query.facts(proof.headers)
        # The query is remembered, and whoever gets an event may change it.
        facts["query"] = {key: each if isinstance(each, str) else [*each] for key, each in facts["query"].items()}
        return events_of(identity(proof.signed), self._arrival(delivery), facts, delivery.body)

    def _keep(self, delivery: Delivery, proof: Proof) -> list[Event | Proven]:
        module, arrival = proof.query.module, self._arrival(delivery)
        # What begins like JSON is no form.
        if module is not None and delivery.body.startswith(b"{") and math.isfinite(arrival):
            record = self._glance.look(delivery.body, module)
            if record is not None:
                _, _, version = identify(module, record)
                facts = proof.query.facts_text(proof.headers)
                return [Proven(identity(proof.signed), version, arrival, facts, delivery.body)]
        return [*self._read(delivery, proof)]

    def _arrival(self, delivery: Delivery) -> float:
        return self._clock() if delivery.received_at is None else delivery.received_at
