"""Deliveries of webhooks, and the events that they bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from zoho_books_connector.boundary.running import RunContext
from zoho_books_connector.boundary.subscribing import (
    ManualEvent,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    Unsubscribed,
)
from zoho_books_connector.boundary.tokens import TokenStore


@dataclass(frozen=True)
class Delivery:
    """A request as it reached the host, untouched: raw query, header pairs, raw body."""

    method: str
    query: str
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    #: Unix seconds.
    received_at: float | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened in Zoho Books."""

    #: ``invoice.created``, ``contact.updated``, … or ``test`` for Zoho's empty test delivery.
    type: str
    #: The same for every resend of one delivery: hash of query and body.
    delivery_id: str
    #: The same for every sight of one version of a record; ``None`` when the body carries no modification time.
    version_key: str | None
    module: str | None
    record_id: str | None
    organization_id: str | None
    #: ISO 8601 with offset; the record's modification time.
    occurred_at: str | None
    record: dict[str, Any] = field(repr=False)
    #: ``query`` parameters and ``received_at`` of the delivery.
    delivery: dict[str, Any] = field(default_factory=dict)


class Trigger(Protocol):
    """A webhook: what is delivered to it, and how it is set up at Zoho Books."""

    def receive(self, delivery: Delivery, *, secrets: Sequence[str], header_tokens: Sequence[str] = ()) -> list[Event]:
        """Verify a delivery and return its events; raises ``WebhookRejectedError`` when it is not proven.

        ``secrets`` are the webhook secrets valid now (several while one is being replaced). ``header_tokens``, when
        given, must match the connector's own header as well. No secret at all is an error of the host.
        """

    def prepare(self, callback_url: str, events: Sequence[str], *, label: str = "Connector") -> Subscription:
        """Make a subscription to store before it is used; makes no request, raises ``InputError``."""

    def subscribe(
        self,
        subscription: Subscription,
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
        dry_run: bool = False,
    ) -> Subscribed:
        """Make Zoho Books be as the subscription says; after an error a second call goes on where this one ended."""

    def check(
        self, subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
    ) -> SubscriptionCheck:
        """Compare what stands at Zoho Books with the subscription; changes nothing."""

    def unsubscribe(
        self, subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
    ) -> Unsubscribed:
        """Remove from Zoho Books what bears the subscription's name; a second call finds nothing."""

    def manual_setup(self, subscription: Subscription, *, credential: Mapping[str, Any]) -> tuple[ManualEvent, ...]:
        """Return the steps for a person, with what to paste; makes no request."""
