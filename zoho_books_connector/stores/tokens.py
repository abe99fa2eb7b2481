"""The tokens of one connection in the store: versions that many processes agree on, and a lock that ends."""

from __future__ import annotations

import json
import random
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from typing import Any, Final

from zoho_books_connector.boundary import StaleTokensError, TokenSet
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores.database import Database
from zoho_books_connector.stores.failures import store_error, unknown_connection
from zoho_books_connector.stores.keys import KeyRing

_FIELDS: Final = frozenset(f.name for f in fields(TokenSet))
#: Seconds between two attempts to lock: grows from the first to the last.
_FIRST_PAUSE, _LAST_PAUSE = 0.01, 0.25
#: A lock taken this many seconds in the future was taken before the clock was set back, and counts as expired.
_CLOCK_SET_BACK: Final = 60.0

_TAKE: Final = """
    INSERT INTO lock (connection_id, owner, taken_at, expires_at) VALUES (:connection, :owner, :now, :now + :ttl)
    ON CONFLICT (connection_id) DO UPDATE
        SET owner = excluded.owner, taken_at = excluded.taken_at, expires_at = excluded.expires_at
        WHERE lock.expires_at <= :now OR lock.taken_at > :now + :set_back"""
_STORE: Final = """
    INSERT INTO token (connection_id, version, key_id, sealed) VALUES (?, ?, ?, ?)
    ON CONFLICT (connection_id) DO UPDATE
        SET version = excluded.version, key_id = excluded.key_id, sealed = excluded.sealed"""


def place(table: str, row_id: str, version: object) -> str:
    """Return what a box is bound to, so that it decrypts nowhere else."""
    return f"{table}/{row_id}/{version}"


class StoredTokens:
    """A ``TokenStore`` on the connection store; as durable as its file."""

    def __init__(
        self,
        database: Database,
        keys: KeyRing,
        connection_id: str,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._database = database
        self._keys = keys
        self._id = connection_id
        self._clock = clock
        self._sleep = sleep

    def load(self) -> tuple[TokenSet, int] | None:
        """Return the tokens and their version."""
        with self._database.read() as handle:
            row = handle.execute(
                "SELECT version, key_id, sealed FROM token WHERE connection_id = ?", (self._id,)
            ).fetchone()
        if row is None or row[2] is None:
            return None
        version, key_id, box = row
        data = json.loads(self._keys.unseal(key_id, box, place("token", self._id, version)))
        # A newer version may have stored more than this one knows.
        return TokenSet(**{name: value for name, value in data.items() if name in _FIELDS}), version

    def save(self, tokens: TokenSet, *, expected: int | None) -> int:
        """Store ``tokens`` unless another writer, in any process, was faster."""
        plain = json.dumps(asdict(tokens)).encode()
        with self._database.write() as handle:
            last, current = self._versions(handle)
            if current != expected:
                raise StaleTokensError(f"Expected version {expected}, found {current}.")
            row = (self._id, last + 1, *self._keys.seal(plain, place("token", self._id, last + 1)))
            with self._known():
                handle.execute(_STORE, row)
        return last + 1

    def clear(self) -> None:
        """Forget the tokens."""
        with self._database.write() as handle:
            handle.execute("UPDATE token SET key_id = NULL, sealed = NULL WHERE connection_id = ?", (self._id,))

    @contextmanager
    def lock(self, *, ttl: float, wait: float) -> Iterator[None]:
        """Keep other holders out, in any process; not reentrant. A holder that died blocks for its ``ttl`` at most."""
        owner = str(uuid.uuid4())
        self._acquire(owner, ttl=ttl, wait=wait)
        try:
            yield
        finally:
            with suppress(ConnectorError):  # a lock that cannot be given back now ends with its ttl
                self._release(owner)

    def _acquire(self, owner: str, *, ttl: float, wait: float) -> None:
        give_up, pause = self._clock() + wait, _FIRST_PAUSE
        while not self._take(owner, ttl):
            left = give_up - self._clock()
            if left <= 0:
                raise TimeoutError("The tokens of this connection stayed locked by another process or thread.")
            self._sleep(min(left, pause * random.uniform(0.5, 1)))  # noqa: S311 - spreads waiters, guards nothing
            pause = min(_LAST_PAUSE, pause * 2)

    def _take(self, owner: str, ttl: float) -> bool:
        wanted = {"connection": self._id, "owner": owner, "now": self._clock(), "ttl": ttl, "set_back": _CLOCK_SET_BACK}
        with self._database.write() as handle, self._known():
            return handle.execute(_TAKE, wanted).rowcount == 1

    def _release(self, owner: str) -> None:
        with self._database.write() as handle:
            handle.execute("DELETE FROM lock WHERE connection_id = ? AND owner = ?", (self._id, owner))

    def _versions(self, handle: sqlite3.Connection) -> tuple[int, int | None]:
        """Return the last version ever used, and the version of what is stored now."""
        row: tuple[Any, ...] | None = handle.execute(
            "SELECT version, sealed IS NOT NULL FROM token WHERE connection_id = ?", (self._id,)
        ).fetchone()
        last, stored = row or (0, 0)
        if not isinstance(last, int):
            raise store_error("store_tampered")
        return last, last if stored else None

    @contextmanager
    def _known(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
                raise
            raise unknown_connection(self._id) from error
