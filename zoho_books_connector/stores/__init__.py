"""Where connections, their tokens and the journal of creates can be kept, for hosts that bring no store of their own.

``ConnectionStore`` needs the package cryptography: ``pip install "zoho-books-connector[store]"``. The others need
nothing.
"""

from __future__ import annotations

from zoho_books_connector.stores.journal import SqliteJournal
from zoho_books_connector.stores.keys import KeyRing
from zoho_books_connector.stores.memory import MemoryJournal, MemoryTokenStore
from zoho_books_connector.stores.sqlite import ConnectionInfo, ConnectionStore

__all__ = ["ConnectionInfo", "ConnectionStore", "KeyRing", "MemoryJournal", "MemoryTokenStore", "SqliteJournal"]
