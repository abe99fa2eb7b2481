"""Where connections, tokens, subscriptions, the journal of creates, a shared rate budget and received events are kept.

``ConnectionStore`` and ``SubscriptionStore`` need the package cryptography:
``pip install "zoho-books-connector[store]"``. The others need nothing.
"""

from __future__ import annotations

from zoho_books_connector.stores.budget import SqliteBudget
from zoho_books_connector.stores.cursors import CursorStore
from zoho_books_connector.stores.inbox import SqliteInbox
from zoho_books_connector.stores.inbox_entries import DeadEvent, InboxCounts, InboxEntry, Taken
from zoho_books_connector.stores.journal import SqliteJournal
from zoho_books_connector.stores.keys import KeyRing
from zoho_books_connector.stores.memory import MemoryJournal, MemoryTokenStore
from zoho_books_connector.stores.sqlite import ConnectionInfo, ConnectionStore
from zoho_books_connector.stores.subscriptions import FormerSecret, StoredSubscription, SubscriptionStore

__all__ = [
    "ConnectionInfo",
    "ConnectionStore",
    "CursorStore",
    "DeadEvent",
    "FormerSecret",
    "InboxCounts",
    "InboxEntry",
    "KeyRing",
    "MemoryJournal",
    "MemoryTokenStore",
    "SqliteBudget",
    "SqliteInbox",
    "SqliteJournal",
    "StoredSubscription",
    "SubscriptionStore",
    "Taken",
]
