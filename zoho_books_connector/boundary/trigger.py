"""The trigger: it receives deliveries, sets itself up at Zoho Books, and reads what no delivery brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, Protocol

from zoho_books_connector.boundary.catching_up import CaughtUp, PollingPlan
from zoho_books_connector.boundary.receiving import Delivery, Event
from zoho_books_connector.boundary.running import RunContext
from zoho_books_connector.boundary.subscribing import (
    ManualEvent,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    Unsubscribed,
)
from zoho_books_connector.boundary.tokens import TokenStore


class Trigger(Protocol):
    """A webhook: what is delivered to it, how it is set up at Zoho Books, and how what it missed is read."""

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

    def catch_up(
        self,
        modules: Sequence[str],
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
        since: float | None = None,
        cursor: Mapping[str, Any] | None = None,
        most_calls: int,
        whole_records: bool = False,
        is_known: Callable[[Sequence[str]], Set[str]] | None = None,
    ) -> Iterator[CaughtUp]:
        """Read what changed while nobody listened, page by page; the last page is ``complete`` or ``out_of_calls``.

        ``cursor`` is what an earlier page gave; modules that it does not know are read from ``since`` on, in unix
        seconds. At most ``most_calls`` requests are made, but for resends of the last one. With ``whole_records`` each
        record is read by its id, one call each, and lists are only looked through; ``is_known`` returns those of the
        ``version_key``s that the host has already, which are left out. Wrong arguments raise ``InputError`` at once;
        what Zoho refuses is raised by the page that met it, and the last cursor goes on from there.
        """

    def plan_polling(
        self, modules: Sequence[str], *, interval: float, calls_per_day: int, share: float = 0.5
    ) -> PollingPlan:
        """Compute what catching up every ``interval`` seconds costs of the organization's ``calls_per_day``.

        Raises ``InputError`` ``polling_does_not_fit`` when it needs more than ``share`` of them. Makes no request.
        """
