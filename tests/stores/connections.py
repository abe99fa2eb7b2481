"""A connection to store, with canaries in every place that must stay secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import TokenSet
from zoho_books_connector.stores import ConnectionStore, KeyRing

CANARY: Final = "canary-7f3a"
KEY: Final = bytes(range(32))
OTHER_KEY: Final = bytes(range(32, 64))
CREDENTIAL: Final[dict[str, Any]] = {
    "schema_version": 2,
    "region": "eu",
    "client_id": "1000.CLIENT",
    "client_secret": f"{CANARY}-client-secret",
    "organization_id": "10234695",
    "note": "Café",
}
TOKENS: Final = TokenSet(
    access_token=f"{CANARY}-access",
    refresh_token=f"{CANARY}-refresh",
    expires_at=1_800_003_600.0,
    issued_at=1_800_000_000.0,
    scope="ZohoBooks.invoices.CREATE",
    accounts_url="https://accounts.zoho.eu",
)


def open_store(folder: Path, *keys: bytes) -> ConnectionStore:
    return ConnectionStore(folder / "connections.db", KeyRing(keys or (KEY,)))


def start(folder: Path, source: str, *arguments: str) -> subprocess.Popen[str]:
    """Run ``source`` in a fresh interpreter that finds ``store`` open and ``connection`` in its arguments."""
    prologue = (
        "import sys, time\n"
        "from dataclasses import replace\n"
        "from zoho_books_connector.boundary import StaleTokensError\n"
        "from zoho_books_connector.stores import ConnectionStore, KeyRing\n"
        f"store = ConnectionStore(sys.argv[1], KeyRing([{KEY!r}]))\n"
        "connection = sys.argv[2]\n"
    )
    command = [sys.executable, "-c", prologue + source, str(folder / "connections.db"), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
