"""Where catching up left off, for each module of a connection, in one SQLite file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.stores.database import PATIENCE, Database, Layout
from zoho_books_connector.stores.failures import Failures

_FAILURES: Final = Failures(
    "cursors",
    "store of cursors",
    "Move the file away and catch up again, from the last moment of which you know that nothing was missed.",
)
_LAYOUT: Final = Layout(
    1,
    (
        """CREATE TABLE cursor (
            connection_id TEXT NOT NULL, module TEXT NOT NULL, cursor TEXT NOT NULL,
            PRIMARY KEY (connection_id, module))""",
    ),
    _FAILURES,
)


class CursorStore:
    """The cursors of catching up, by connection and module; for several threads and processes.

    Methods raise ``UnavailableError`` when the file cannot be used, or stays busy for ``patience`` seconds.
    """

    def __init__(self, path: str | Path, *, patience: float = PATIENCE) -> None:
        self._database = Database(Path(path), _LAYOUT, patience=patience)

    def load(self, connection_id: str, module: str) -> dict[str, Any] | None:
        """Return the cursor that was saved last; a damaged one is none, and begins the reading anew."""
        with self._database.read() as handle:
            query = "SELECT cursor FROM cursor WHERE connection_id = ? AND module = ?"
            row = handle.execute(query, (connection_id, module)).fetchone()
        try:
            found = None if row is None else json.loads(row[0])
        except (ValueError, TypeError):
            return None
        return found if isinstance(found, dict) else None

    def save(self, connection_id: str, module: str, cursor: Mapping[str, Any]) -> None:
        """Keep a cursor; it is on the disk when this returns."""
        with self._database.write() as handle:
            row = (connection_id, module, json.dumps(dict(cursor)))
            handle.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", row)
