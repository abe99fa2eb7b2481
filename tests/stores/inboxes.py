"""Events for the inbox, and an inbox on clocks that a test moves."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

import pytest

from zoho_books_connector.boundary import Event
from zoho_books_connector.stores import SqliteInbox

DAY: Final = 86_400.0
START: Final = 1_800_000_000.0


def event(name: str, **changed: Any) -> Event:
    """Return an event whose id is ``name``."""
    fields: dict[str, Any] = {
        "type": "invoice.created",
        "delivery_id": name,
        "version_key": None,
        "module": "invoice",
        "record_id": "982000000567114",
        "organization_id": None,
        "occurred_at": "2026-06-11T17:38:06-07:00",
        "record": {"invoice_id": "982000000567114", "total": 120.5, "notes": "Café ₹ \ud83d"},
        "delivery": {"query": {"event": "invoice_created"}, "received_at": START},
    }
    return Event(**(fields | changed))


class Clocks:
    """The time of day, and the machine's own clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wall = START
        self.machine = 1000.0

    def inbox(self, **options: Any) -> SqliteInbox:
        """Open the inbox on these clocks."""
        return SqliteInbox(self.path, clock=lambda: self.wall, monotonic=lambda: self.machine, **options)

    def wait(self, seconds: float) -> None:
        self.wall += seconds
        self.machine += seconds


def ids(taken: list[Any]) -> list[str]:
    return [each.event.delivery_id for each in taken]


def limit_pages(monkeypatch: pytest.MonkeyPatch, pages: int) -> None:
    """Let no database grow beyond so many pages, as a disk that is full would."""
    connect = sqlite3.connect

    def limited(*arguments: Any, **options: Any) -> sqlite3.Connection:
        handle: sqlite3.Connection = connect(*arguments, **options)
        handle.execute(f"PRAGMA max_page_count = {pages}")
        return handle

    monkeypatch.setattr(sqlite3, "connect", limited)
