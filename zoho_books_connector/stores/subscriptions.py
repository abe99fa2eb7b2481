"""Subscriptions to events in one SQLite file, encrypted as connections are: they hold the webhooks' secrets."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.stores.database import PATIENCE, Database, Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.keys import KeyRing

_FAILURES: Final = Failures(
    "subscriptions",
    "store of subscriptions",
    "Restore the file from a backup, or delete it and subscribe again.",
    keeps_connections=True,
)
#: ``sealed`` is nonce + ciphertext. What encryption cannot show is that a row was replaced by an older copy of itself.
_LAYOUT: Final = Layout(
    1,
    (
        """CREATE TABLE subscription (
            connection_id TEXT NOT NULL, label TEXT NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL,
            PRIMARY KEY (connection_id, label))""",
    ),
    _FAILURES,
)
_ROWS: Final = "SELECT connection_id, label, key_id, sealed FROM subscription"
_PUT: Final = "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?)"


@dataclass(frozen=True)
class FormerSecret:
    """A secret and a header token that were replaced, and are still accepted."""

    secret: str = field(repr=False)
    header_token: str = field(repr=False)
    #: Unix seconds; ``None`` as long as nobody knows that Zoho signs with the new one.
    until: float | None = None


@dataclass(frozen=True)
class StoredSubscription:
    """A subscription as a host keeps it."""

    #: What a person calls it; one of a kind for its connection.
    label: str
    subscription: Subscription
    #: Whether a person sets it up in Zoho's screens, so that nothing is asked of the settings API.
    by_hand: bool = False
    former: tuple[FormerSecret, ...] = ()

    def accepted(self, now: float) -> list[FormerSecret]:
        """Return the secrets that prove a delivery now, the current one first."""
        current = FormerSecret(self.subscription.secret, self.subscription.header_token)
        return [current, *(each for each in self.former if each.until is None or now < each.until)]

    def ending(self, moment: float) -> StoredSubscription:
        """Return it with an end for the former secrets that have none yet."""
        ends = tuple(each if each.until is not None else replace(each, until=moment) for each in self.former)
        return replace(self, former=ends)


# Inside the class, ``list`` is the method.
_Found = list[StoredSubscription]
_Labels = list[str]
_Row = tuple[str, str, str, bytes]
_Secrets = tuple[str, ...]


class SubscriptionStore:
    """The subscriptions of one installation, by connection and label; for several threads and processes.

    Methods raise ``CredentialError`` with reason ``store_unreadable`` when a person must act, and ``UnavailableError``
    when the file stays busy for ``patience`` seconds.
    """

    def __init__(
        self, path: str | Path, keys: KeyRing, *, patience: float = PATIENCE, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = Database(Path(path), _LAYOUT, patience=patience)
        self._keys = keys
        self._clock = clock

    def list(self, connection_id: str) -> _Found:
        """Return the subscriptions of a connection, by label."""
        with self._database.read() as handle:
            rows = handle.execute(f"{_ROWS} WHERE connection_id = ? ORDER BY label", (connection_id,)).fetchall()
        return [self._opened(row) for row in rows]

    def accepted(self, connection_id: str) -> tuple[_Secrets, _Secrets]:
        """Return the secrets, and the header tokens, that prove a delivery to a connection now."""
        now = self._clock()
        pairs = [pair for each in self.list(connection_id) for pair in each.accepted(now)]
        return tuple(pair.secret for pair in pairs), tuple(pair.header_token for pair in pairs)

    def change(
        self, connection_id: str, label: str, change: Callable[[StoredSubscription | None], StoredSubscription]
    ) -> StoredSubscription:
        """Store what ``change`` makes of the subscription that is there, if any; nobody else changes it meanwhile."""
        with self._database.write() as handle:
            query = f"{_ROWS} WHERE connection_id = ? AND label = ?"
            row = handle.execute(query, (connection_id, label)).fetchone()
            changed = change(None if row is None else self._opened(row))
            self._put(handle, connection_id, label, _packed(changed))
        return changed

    def labels(self, connection_id: str) -> _Labels:
        """Return what the subscriptions of a connection are called; decrypts nothing."""
        with self._database.read() as handle:
            query = "SELECT label FROM subscription WHERE connection_id = ? ORDER BY label"
            return [label for (label,) in handle.execute(query, (connection_id,))]

    def delete(self, connection_id: str, label: str) -> bool:
        """Forget a subscription; returns whether there was one."""
        with self._database.write() as handle:
            query = "DELETE FROM subscription WHERE connection_id = ? AND label = ?"
            return handle.execute(query, (connection_id, label)).rowcount > 0

    def rewrap(self) -> int:
        """Encrypt with the current key whatever is under another one; returns how many rows were."""
        with self._database.write() as handle:
            rows = handle.execute(f"{_ROWS} WHERE key_id IS NOT ?", (self._keys.current,)).fetchall()
            for row in rows:
                self._put(handle, row[0], row[1], self._plain(row))
        self._database.scrub()
        return len(rows)

    def _put(self, handle: sqlite3.Connection, connection_id: str, label: str, plain: bytes) -> None:
        handle.execute(_PUT, (connection_id, label, *self._keys.seal(plain, _place(connection_id, label))))

    def _plain(self, row: _Row) -> bytes:
        connection_id, label, key_id, box = row
        return self._keys.unseal(key_id, box, _place(connection_id, label))

    def _opened(self, row: _Row) -> StoredSubscription:
        return _unpacked(row[1], json.loads(self._plain(row)))


def _place(connection_id: str, label: str) -> str:
    """Return what a box is bound to, so that it decrypts nowhere else."""
    return f"subscription/{connection_id}/{label}"


def _packed(stored: StoredSubscription) -> bytes:
    return json.dumps(asdict(stored)).encode()


def _unpacked(label: str, data: dict[str, Any]) -> StoredSubscription:
    wanted = data["subscription"]
    return StoredSubscription(
        label,
        Subscription(**{**wanted, "events": tuple(wanted["events"])}),
        by_hand=data["by_hand"],
        former=tuple(FormerSecret(**each) for each in data["former"]),
    )
