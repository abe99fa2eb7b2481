"""The calls that runs, and rows of files, have made, in the workbench's file."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict

from zoho_books_connector.boundary import CallRecord
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.ledger import Ledger


class CallTable:
    """Reads and writes calls, by the id of the run, or the key of the row, that made them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def note(self, maker: str, call: CallRecord) -> None:
        """Note a call. A history that cannot be written must not end a create whose answer has just come."""
        with suppress(ConnectorError), self._ledger.write() as handle:
            handle.execute(
                "INSERT INTO call SELECT ?, 1 + coalesce(max(number), 0), ? FROM call WHERE run = ?",
                (maker, json.dumps(asdict(call)), maker),
            )

    def of(self, maker: str) -> tuple[CallRecord, ...]:
        """Return the calls of a maker, in order, over all its attempts."""
        with self._ledger.read() as handle:
            rows = handle.execute("SELECT record FROM call WHERE run = ? ORDER BY number", (maker,)).fetchall()
        return tuple(CallRecord(**json.loads(record)) for (record,) in rows)
