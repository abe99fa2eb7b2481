"""The subscriptions of each connection: stored before anything is sent, changed in turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Final

from zoho_books_connector.boundary import (
    ManualEvent,
    Subscribed,
    Subscription,
    SubscriptionCheck,
    Unsubscribed,
)
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.trigger.wanting import AFTER_PASTING, AFTER_SUBSCRIBING
from zoho_books_connector.errors import InputError, NotFoundError
from zoho_books_connector.stores import ConnectionStore, FormerSecret, StoredSubscription, SubscriptionStore
from zoho_books_connector.workbench.trigger.proofs import Proofs

#: Seconds that one set-up may take while a browser waits; another one goes on from there.
_PATIENCE: Final = 240.0


@dataclass(frozen=True)
class Wish:
    """What somebody filled in."""

    connection: str
    label: str
    url: str
    events: tuple[str, ...]


class Subscriptions:
    """What is subscribed to, shared with the command line. Operations on one connection take turns."""

    def __init__(
        self,
        store: SubscriptionStore,
        connections: ConnectionStore,
        host: Host,
        proofs: Proofs,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._connections = connections
        self._host = host
        self._proofs = proofs
        self._clock = clock
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        #: What a dry run showed, so that what is then made bears the same names.
        self._drafts: dict[tuple[str, str], Subscription] = {}

    def of(self, connection_id: str) -> list[StoredSubscription]:
        """Return the subscriptions of a connection, by label."""
        return self._store.list(connection_id)

    def find(self, connection_id: str, label: str) -> StoredSubscription:
        """Return one subscription; raises ``NotFoundError``."""
        for each in self._store.list(connection_id):
            if each.label == label:
                return each
        raise NotFoundError(
            "subscription_unknown",
            "There is no subscription of this name.",
            "Open the page again; it may have been removed meanwhile.",
        )

    def dry_run(self, wish: Wish) -> Subscribed:
        """Tell what subscribing would do; stores nothing."""
        wanted = self._wanted(wish, self._stored(wish.connection, wish.label))
        self._drafts[wish.connection, wish.label] = wanted
        return self._host.trigger().subscribe(wanted, **self._calling(wish.connection), dry_run=True)

    def subscribe(self, wish: Wish) -> Subscribed:
        """Store what is wanted, then make Zoho be so."""
        with self._turn(wish.connection):
            return self._subscribe(self._keep(wish, by_hand=False), wish.connection)

    def keep_by_hand(self, wish: Wish) -> StoredSubscription:
        """Store what a person sets up in Zoho's screens."""
        with self._turn(wish.connection):
            return self._keep(wish, by_hand=True)

    def repair(self, connection_id: str, label: str) -> Subscribed:
        """Subscribe again to what is stored."""
        with self._turn(connection_id):
            return self._subscribe(self.find(connection_id, label), connection_id)

    def check(self, connection_id: str, label: str) -> SubscriptionCheck:
        """Compare what stands at Zoho; what it was seen to sign with ends the secrets before."""
        with self._turn(connection_id):
            stored = self.find(connection_id, label)
            checked = self._host.trigger().check(stored.subscription, **self._calling(connection_id))
            if not checked.drifts and "secret" not in checked.unseen:
                self._end_former(connection_id, label)
            return checked

    def rotate(self, connection_id: str, label: str, *, seen: int) -> Subscribed | None:
        """Replace secret and header token; the former ones stay accepted for a while.

        ``seen`` is how many former secrets the page showed, so that an old page does not replace them once more.
        Returns ``None`` where a person pastes the new ones. Raises ``InputError`` for an old page.
        """
        with self._turn(connection_id):
            stored = self._changed(connection_id, label, lambda old: self._renewed(old, seen))
            return None if stored.by_hand else self._subscribe(stored, connection_id)

    def end_former(self, connection_id: str, label: str) -> None:
        """Accept none but the current secret from now on."""
        with self._turn(connection_id):
            self._changed(connection_id, label, lambda old: replace(old, former=()))

    def unsubscribe(self, connection_id: str, label: str) -> Unsubscribed:
        """Remove what was made at Zoho, and forget the subscription once nothing of it is left there."""
        with self._turn(connection_id):
            stored = self.find(connection_id, label)
            removed = self._host.trigger().unsubscribe(stored.subscription, **self._calling(connection_id))
            if not removed.problems:
                self._forget(connection_id, label)
            return removed

    def forget(self, connection_id: str, label: str) -> None:
        """Forget a subscription that a person set up, and takes away, in Zoho's screens."""
        with self._turn(connection_id):
            self._forget(connection_id, label)

    def manual(self, connection_id: str, label: str) -> tuple[ManualEvent, ...]:
        """Return the steps for a person, with what to paste."""
        stored = self.find(connection_id, label)
        credential = self._connections.credential(connection_id)
        return self._host.trigger().manual_setup(stored.subscription, credential=credential)

    def _subscribe(self, stored: StoredSubscription, connection_id: str) -> Subscribed:
        done = self._host.trigger().subscribe(stored.subscription, **self._calling(connection_id))
        if not done.problems:
            self._end_former(connection_id, stored.label)
        return done

    def _keep(self, wish: Wish, *, by_hand: bool) -> StoredSubscription:
        """Store a wish, the secrets as they are where there are some."""

        def kept(old: StoredSubscription | None) -> StoredSubscription:
            wanted = self._wanted(wish, old)
            former = old.former if old else ()
            return StoredSubscription(wish.label, wanted, by_hand, former)

        stored = self._store.change(wish.connection, wish.label, kept)
        self._drafts.pop((wish.connection, wish.label), None)
        self._proofs.refresh(wish.connection)
        return stored

    def _wanted(self, wish: Wish, old: StoredSubscription | None) -> Subscription:
        """Return the subscription of a wish; raises ``InputError`` with every fault of it."""
        fresh = self._host.trigger().prepare(wish.url, wish.events, label=wish.label)
        before = old.subscription if old else self._drafts.get((wish.connection, wish.label))
        if before is None:
            return fresh
        return replace(fresh, name=before.name, secret=before.secret, header_token=before.header_token)

    def _renewed(self, old: StoredSubscription, seen: int) -> StoredSubscription:
        if len(old.former) != seen:
            raise InputError(
                "subscription_changed",
                "The subscription has changed since this page was opened, so nothing was replaced.",
                "Open the page again and look whether it is still to be done.",
            )
        before, now = old.subscription, self._clock()
        fresh = self._host.trigger().prepare(before.callback_url, before.events, label=old.label)
        replaced = FormerSecret(before.secret, before.header_token, now + AFTER_PASTING if old.by_hand else None)
        former = (replaced, *old.accepted(now)[1:])
        return replace(old, subscription=replace(fresh, name=before.name), former=former)

    def _end_former(self, connection_id: str, label: str) -> None:
        moment = self._clock() + AFTER_SUBSCRIBING
        self._changed(connection_id, label, lambda old: old.ending(moment))

    def _changed(
        self, connection_id: str, label: str, change: Callable[[StoredSubscription], StoredSubscription]
    ) -> StoredSubscription:
        self.find(connection_id, label)
        stored = self._store.change(connection_id, label, lambda old: change(old or self.find(connection_id, label)))
        self._proofs.refresh(connection_id)
        return stored

    def _forget(self, connection_id: str, label: str) -> None:
        self._store.delete(connection_id, label)
        self._proofs.refresh(connection_id)

    def _stored(self, connection_id: str, label: str) -> StoredSubscription | None:
        return next((each for each in self._store.list(connection_id) if each.label == label), None)

    def _calling(self, connection_id: str) -> dict[str, Any]:
        return {
            "credential": self._connections.credential(connection_id),
            "tokens": self._connections.tokens(connection_id),
            "run": self._host.run(interactive=True, deadline=self._clock() + _PATIENCE),
        }

    def _turn(self, connection_id: str) -> AbstractContextManager[bool]:
        with self._guard:
            return self._turns.setdefault(connection_id, threading.Lock())
