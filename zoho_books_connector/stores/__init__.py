"""Where connections and their tokens can be kept, for hosts that bring no store of their own."""

from __future__ import annotations

from zoho_books_connector.stores.memory import MemoryTokenStore

__all__ = ["MemoryTokenStore"]
