"""What deliveries are proven with, at hand in memory: no delivery waits for a file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from zoho_books_connector.stores import FormerSecret, StoredSubscription, SubscriptionStore


class Proofs:
    """The secrets and header tokens of each connection's subscriptions, as they were last read."""

    def __init__(self, store: SubscriptionStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._reading = threading.Lock()
        self._memory: dict[str, list[StoredSubscription]] = {}

    def refresh(self, connection_id: str) -> bool:
        """Read again what is stored, for another process may have changed it; returns whether there is anything."""
        with self._reading:  # or what was read earlier could take the place of what was read later
            found = self._memory[connection_id] = self._store.list(connection_id)
        return bool(found)

    def is_subscribed(self, connection_id: str) -> bool:
        """Tell whether a delivery to the connection can be proven at all."""
        return bool(self._memory.get(connection_id))

    def secrets(self, connection_id: str) -> tuple[str, ...]:
        """Return the secrets that are valid now."""
        return tuple(each.secret for each in self._accepted(connection_id))

    def header_tokens(self, connection_id: str) -> tuple[str, ...]:
        """Return the header tokens that are valid now."""
        return tuple(each.header_token for each in self._accepted(connection_id))

    def callback_urls(self, connection_id: str) -> tuple[str, ...]:
        """Return where deliveries are sent."""
        return tuple(each.subscription.callback_url for each in self._memory.get(connection_id, ()))

    def _accepted(self, connection_id: str) -> list[FormerSecret]:
        now = self._clock()
        return [pair for each in self._memory.get(connection_id, ()) for pair in each.accepted(now)]
