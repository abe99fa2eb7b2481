"""Where connections and their tokens can be kept, for hosts that bring no store of their own.

``ConnectionStore`` needs the package cryptography: ``pip install "zoho-books-connector[store]"``.
"""

from __future__ import annotations

from zoho_books_connector.stores.keys import KeyRing
from zoho_books_connector.stores.memory import MemoryTokenStore
from zoho_books_connector.stores.sqlite import ConnectionInfo, ConnectionStore

__all__ = ["ConnectionInfo", "ConnectionStore", "KeyRing", "MemoryTokenStore"]
