"""What the workbench itself remembers, in one SQLite file: its key, runs, flows, and rows that are run.

Records and inputs stand here as they are, never a secret: a run names its connection by id.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from zoho_books_connector.stores.database import PATIENCE, Layout
from zoho_books_connector.stores.failures import Failures
from zoho_books_connector.stores.kept import KeptDatabase

_FAILURES: Final = Failures(
    "workbench", "workbench's file", "Start the workbench again without the file; connections are kept elsewhere."
)
_LAYOUT: Final = Layout(
    2,
    (
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        # A run that was refused before anything was sent is kept for who waits for it only.
        """CREATE TABLE run (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, action TEXT NOT NULL,
            connection TEXT NOT NULL, cause TEXT NOT NULL, cause_id TEXT, state TEXT NOT NULL,
            created_at REAL NOT NULL, ended_at REAL, again_at REAL, attempts INTEGER NOT NULL,
            misses INTEGER NOT NULL, is_cancelled INTEGER NOT NULL, inputs TEXT NOT NULL, result TEXT, error TEXT)""",
        "CREATE INDEX run_by_state ON run (state)",
        "CREATE TABLE bucket (connection TEXT PRIMARY KEY, bucket TEXT NOT NULL)",
        "CREATE INDEX run_by_cause ON run (cause, cause_id)",
        """CREATE TABLE call (
            run TEXT NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (run, number))""",
        "CREATE TABLE standing (connection TEXT PRIMARY KEY, found TEXT NOT NULL)",
        "CREATE TABLE draft (id TEXT PRIMARY KEY, content TEXT NOT NULL, saved_at REAL NOT NULL)",
        """CREATE TABLE flow (
            id TEXT PRIMARY KEY, label TEXT NOT NULL, connection TEXT NOT NULL, event TEXT NOT NULL,
            action TEXT NOT NULL, mapping TEXT NOT NULL, is_on INTEGER NOT NULL, created_at REAL NOT NULL)""",
        """CREATE TABLE batch (
            id TEXT PRIMARY KEY, label TEXT NOT NULL, connection TEXT NOT NULL, action TEXT NOT NULL,
            origin TEXT NOT NULL, columns TEXT NOT NULL, mapping TEXT NOT NULL, grouped_by TEXT,
            is_dry INTEGER NOT NULL, state TEXT NOT NULL, turn INTEGER NOT NULL, note TEXT, again_at REAL,
            created_at REAL NOT NULL, ended_at REAL)""",
        # ``lines``: the row of the file that makes it, or several of one document, each with its number.
        # ``again_at``: until when a row is set aside, which no portion has then.
        """CREATE TABLE batch_row (
            batch TEXT NOT NULL, number INTEGER NOT NULL, lines TEXT NOT NULL, state TEXT NOT NULL, portion TEXT,
            attempts INTEGER NOT NULL, misses INTEGER NOT NULL, record_id TEXT, note TEXT, again_at REAL,
            PRIMARY KEY (batch, number)) WITHOUT ROWID""",
        "CREATE INDEX batch_row_by_state ON batch_row (batch, state, number)",
        """CREATE TABLE catch_up (
            number INTEGER PRIMARY KEY AUTOINCREMENT, connection TEXT NOT NULL, modules TEXT NOT NULL, since REAL,
            is_whole INTEGER NOT NULL, most_calls INTEGER NOT NULL, calls INTEGER NOT NULL, rounds INTEGER NOT NULL,
            events INTEGER NOT NULL, stored INTEGER NOT NULL, state TEXT NOT NULL, cursor TEXT, warnings TEXT NOT NULL,
            error TEXT, again_at REAL, created_at REAL NOT NULL, ended_at REAL)""",
        """CREATE TABLE polling (
            connection TEXT PRIMARY KEY, modules TEXT NOT NULL, interval REAL NOT NULL,
            calls_per_round INTEGER NOT NULL, cursor TEXT, since REAL NOT NULL, round_at REAL,
            stored INTEGER NOT NULL, error TEXT)""",
    ),
    _FAILURES,
)
_KEY_BYTES: Final = 32
_IDENTITY_BYTES: Final = 8


class Ledger:
    """The workbench's own file, for several threads; ``UnavailableError`` says when it cannot be used."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self._database = KeptDatabase(path, _LAYOUT, patience=patience)

    def read(self) -> AbstractContextManager[sqlite3.Connection]:
        """Hold a view of the file that does not change."""
        return self._database.read()

    def write(self) -> AbstractContextManager[sqlite3.Connection]:
        """Keep other writers out, and undo everything when the block raises."""
        return self._database.write()

    def session_key(self) -> bytes:
        """Return the key under sessions and forms, made on first use, so that open pages outlive a restart."""
        return bytes.fromhex(self._setting("session_key", secrets.token_hex(_KEY_BYTES)))

    def identity(self) -> str:
        """Return what tells this workbench from others that share a database for their durable runtimes."""
        return self._setting("identity", secrets.token_hex(_IDENTITY_BYTES))

    def _setting(self, name: str, fresh: str) -> str:
        with self.write() as handle:
            handle.execute("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO NOTHING", (name, fresh))
            (value,) = handle.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return str(value)

    def close(self) -> None:
        """Close the file."""
        self._database.close()
