"""Connections and their tokens in one SQLite file, encrypted with AES-256-GCM.

Each box is bound to its table, its connection and its version: a row that is copied to another connection, or given
back an older version number, does not decrypt. What encryption cannot show is that the whole file was replaced by an
older copy of itself.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.stores.database import PATIENCE, Database, Layout
from zoho_books_connector.stores.failures import CONNECTIONS, changed_meanwhile, store_error, unknown_connection
from zoho_books_connector.stores.keys import KeyRing
from zoho_books_connector.stores.tokens import StoredTokens, place

_SEALED: Final = {"connection": "id", "token": "connection_id"}
_INFO: Final = "id, label, region, organization_id, created_at, updated_at"

#: ``sealed`` is nonce + ciphertext; the other columns are readable by whoever can read the file. Tokens that were
#: forgotten leave their version behind, so that it never repeats.
_STATEMENTS: Final = (
    """CREATE TABLE connection (
        id TEXT PRIMARY KEY, label TEXT NOT NULL, region TEXT NOT NULL, organization_id TEXT NOT NULL,
        created_at REAL NOT NULL, updated_at REAL NOT NULL,
        version INTEGER NOT NULL, key_id TEXT NOT NULL, sealed BLOB NOT NULL)""",
    """CREATE TABLE token (
        connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        version INTEGER NOT NULL, key_id TEXT, sealed BLOB)""",
    """CREATE TABLE lock (
        connection_id TEXT PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
        owner TEXT NOT NULL, taken_at REAL NOT NULL, expires_at REAL NOT NULL)""",
)
_LAYOUT: Final = Layout(1, _STATEMENTS, CONNECTIONS)


@dataclass(frozen=True)
class ConnectionInfo:
    """What may be shown of a connection; kept readable, and for show only."""

    id: str
    label: str
    region: str
    organization_id: str
    #: Unix seconds.
    created_at: float
    updated_at: float


# Inside the class, ``list`` is the method.
_Infos = list[ConnectionInfo]
_Ids = list[str]


class ConnectionStore:
    """The connections of one installation; safe to share between threads and to open in several processes.

    Methods raise ``CredentialError`` with reason ``store_unreadable`` when a person must act, reason ``not_connected``
    for an unknown connection, and ``UnavailableError`` when the file stays busy for ``patience`` seconds.
    """

    def __init__(
        self,
        path: str | Path,
        keys: KeyRing,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._database = Database(Path(path), _LAYOUT, patience=patience)
        self._keys = keys
        self._clock = clock
        self._sleep = sleep

    def create(self, credential: Mapping[str, Any], *, label: str = "") -> str:
        """Store a new connection and return its id."""
        connection_id, now = str(uuid.uuid4()), self._clock()
        row = (connection_id, label, *_shown(credential), now, now, 1, *self._seal(credential, connection_id, 1))
        with self._database.write() as handle:
            handle.execute("INSERT INTO connection VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        return connection_id

    def credential(self, connection_id: str) -> dict[str, Any]:
        """Return the credential as it was stored."""
        with self._database.read() as handle:
            version, key_id, box = _row(handle, "version, key_id, sealed", connection_id)
        plain = self._keys.unseal(key_id, box, place("connection", connection_id, version))
        credential: dict[str, Any] = json.loads(plain)
        return credential

    def update(
        self,
        connection_id: str,
        credential: Mapping[str, Any],
        *,
        label: str | None = None,
        seen: float | None = None,
    ) -> None:
        """Replace the credential; the label stays unless one is given, and the tokens stay.

        ``seen`` is the ``updated_at`` of what the caller has looked at: raises ``UnavailableError`` with the code
        ``connection_changed`` when somebody has changed the connection since.
        """
        with self._database.write() as handle:
            old_label, version, updated_at = _row(handle, "label, version, updated_at", connection_id)
            if not isinstance(version, int):
                raise store_error("store_tampered")
            if seen is not None and seen != updated_at:
                raise changed_meanwhile(connection_id)
            handle.execute(
                "UPDATE connection SET label = ?, region = ?, organization_id = ?, updated_at = ?, version = ?,"
                " key_id = ?, sealed = ? WHERE id = ?",
                (
                    old_label if label is None else label,
                    *_shown(credential),
                    self._clock(),
                    version + 1,
                    *self._seal(credential, connection_id, version + 1),
                    connection_id,
                ),
            )

    def list(self) -> _Infos:
        """Return what may be shown of every connection, oldest first; decrypts nothing."""
        with self._database.read() as handle:
            rows = handle.execute(f"SELECT {_INFO} FROM connection ORDER BY created_at, id")  # noqa: S608 - a constant
            return [ConnectionInfo(*row) for row in rows]

    def delete(self, connection_id: str) -> None:
        """Forget a connection and its tokens; revoke them first, for afterwards nobody can."""
        with self._database.write() as handle:
            if handle.execute("DELETE FROM connection WHERE id = ?", (connection_id,)).rowcount == 0:
                raise unknown_connection(connection_id)

    def tokens(self, connection_id: str) -> StoredTokens:
        """Return the ``TokenStore`` of a connection."""
        return StoredTokens(self._database, self._keys, connection_id, clock=self._clock, sleep=self._sleep)

    @property
    def key_count(self) -> int:
        """How many keys are given; with more than one, ``rewrap`` makes all but the current one needless."""
        return len(self._keys)

    def rewrap(self) -> int:
        """Encrypt with the current key whatever is under another one; returns how many rows were.

        Afterwards the old keys are needed no more, and what they encrypted is gone from the file (from its journal too,
        unless another process was reading just then). Versions stay, so nobody at work notices. May be run again.
        """
        count = sum(
            self._rewrap(table, name, row_id) for table, name in _SEALED.items() for row_id in self._ids(name, table)
        )
        self._database.scrub()
        return count

    def _ids(self, name: str, table: str) -> _Ids:
        with self._database.read() as handle:
            rows = handle.execute(
                f"SELECT {name} FROM {table} WHERE key_id IS NOT ?",  # noqa: S608 - names from a constant
                (self._keys.current,),
            )
            return [row_id for (row_id,) in rows]

    def _rewrap(self, table: str, name: str, row_id: str) -> bool:
        with self._database.write() as handle:
            found = handle.execute(
                f"SELECT version, key_id, sealed FROM {table} WHERE {name} = ?",  # noqa: S608 - names from a constant
                (row_id,),
            ).fetchone()
            if found is None or found[2] is None:
                return False  # deleted or forgotten meanwhile
            version, key_id, box = found
            where = place(table, row_id, version)
            handle.execute(
                f"UPDATE {table} SET key_id = ?, sealed = ? WHERE {name} = ?",  # noqa: S608 - names from a constant
                (*self._keys.seal(self._keys.unseal(key_id, box, where), where), row_id),
            )
        return True

    def _seal(self, credential: Mapping[str, Any], connection_id: str, version: int) -> tuple[str, bytes]:
        plain = json.dumps(dict(credential), ensure_ascii=False).encode()
        return self._keys.seal(plain, place("connection", connection_id, version))


def _row(handle: sqlite3.Connection, columns: str, connection_id: str) -> tuple[Any, ...]:
    query = f"SELECT {columns} FROM connection WHERE id = ?"  # noqa: S608 - columns are constants of this module
    row: tuple[Any, ...] | None = handle.execute(query, (connection_id,)).fetchone()
    if row is None:
        raise unknown_connection(connection_id)
    return row


def _shown(credential: Mapping[str, Any]) -> tuple[str, str]:
    """Return the parts of a credential that are no secret."""
    return str(credential.get("region") or ""), str(credential.get("organization_id") or "")
