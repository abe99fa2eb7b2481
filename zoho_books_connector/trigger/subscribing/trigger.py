"""The part of the trigger that sets itself up at Zoho Books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoho_books_connector.boundary import (
    ManualEvent,
    RunContext,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    TokenStore,
    Unsubscribed,
)


class SubscribingTrigger:
    """Adds subscriptions to a trigger. What they need is imported when they are used: receiving needs none of it."""

    _token_header: str

    def prepare(self, callback_url: str, events: Sequence[str], *, label: str = "Connector") -> Subscription:
        """Make a subscription with a name, a secret and a header token of its own; makes no request.

        Store it, encrypted, before ``subscribe``: with it every call can be finished or taken back after a crash.
        Raises ``InputError`` with every fault of the address, the events and the label.
        """
        from zoho_books_connector.trigger.subscribing.preparing import prepare

        return prepare(callback_url, events, label=label)

    def subscribe(
        self,
        subscription: Subscription,
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
        dry_run: bool = False,
    ) -> Subscribed:
        """Make Zoho Books be as the subscription says; call it again after an error, it goes on from there.

        What Zoho refuses for good stands in ``problems``, with manual steps. A limit of calls, an unavailable Zoho and
        a broken connection are raised as they are; what was done before stays and is found again.
        """
        from zoho_books_connector.trigger.subscribing.subscribe import subscribe

        return subscribe(
            subscription, credential=credential, tokens=tokens, run=run, header=self._token_header, dry_run=dry_run
        )

    def check(
        self, subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
    ) -> SubscriptionCheck:
        """Compare what stands at Zoho Books with the subscription; changes nothing."""
        from zoho_books_connector.trigger.subscribing.check import check

        return check(subscription, credential=credential, tokens=tokens, run=run, header=self._token_header)

    def unsubscribe(
        self, subscription: Subscription, *, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext
    ) -> Unsubscribed:
        """Remove from Zoho Books everything that bears the subscription's name; a second call finds nothing."""
        from zoho_books_connector.trigger.subscribing.unsubscribe import unsubscribe

        return unsubscribe(subscription, credential=credential, tokens=tokens, run=run)

    def manual_setup(self, subscription: Subscription, *, credential: Mapping[str, Any]) -> tuple[ManualEvent, ...]:
        """Return the steps that a person follows in Zoho Books, with what to paste; makes no request."""
        from zoho_books_connector.trigger.subscribing.manual import manual_setup

        return manual_setup(subscription, credential=credential, header=self._token_header)
