"""Stores a connection that works: credential and tokens together, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.boundary import StaleTokensError, TokenStore
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.stores import ConnectionInfo, ConnectionStore

_LOCK: Final = {"ttl": 60.0, "wait": 30.0}


def store_connection(
    store: ConnectionStore, old: ConnectionInfo | None, credential: Mapping[str, Any], label: str, tokens: TokenStore
) -> str:
    """Store credential and tokens, a new connection or in place of ``old``, or leave everything as it was.

    Raises ``UnavailableError`` when ``old`` is not any more how the connection is stored.
    """
    before = store.credential(old.id) if old else None
    if old is None:
        connection_id = store.create(credential, label=label)
    else:
        connection_id = old.id
        store.update(connection_id, credential, label=label, seen=old.updated_at)
    try:
        _copy(tokens, store.tokens(connection_id))
    except BaseException:
        if old is None or before is None:
            store.delete(connection_id)
        else:
            store.update(connection_id, before, label=old.label)
        raise
    return connection_id


def _copy(source: TokenStore, target: TokenStore) -> None:
    fresh = source.load()
    assert fresh is not None  # noqa: S101 - the authorization stored them; this is for the type checker
    try:
        with target.lock(**_LOCK):
            stored = target.load()
            target.save(fresh[0], expected=stored[1] if stored else None)
    except (TimeoutError, StaleTokensError) as error:
        raise UnavailableError(
            "tokens_busy", "Another program is changing the tokens of this connection.", "Try again."
        ) from error
