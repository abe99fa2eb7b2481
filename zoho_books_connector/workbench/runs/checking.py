"""Checks inputs without a request: what an action refuses before it sends anything."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Final

from zoho_books_connector.boundary import TokenSet, TokenStore
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError, UnavailableError
from zoho_books_connector.stores import ConnectionStore

_HOUR: Final = 3600.0


class Check:
    """Tells of inputs, as many as there are, what is wrong with them; credential and tokens are read once.

    A run that is cancelled from the start validates its inputs and sends nothing; without a key nothing is journalled
    either.
    """

    def __init__(self, host: Host, store: ConnectionStore, action: str, connection: str) -> None:
        self._handler = host.action(action)
        self._credential = store.credential(connection)
        self._tokens = _Unused(store.tokens(connection))
        self._run = host.run(attempt=1, cancelled=lambda: True)

    def refusal(self, inputs: Mapping[str, Any]) -> ConnectorError | None:
        """Return what is wrong with inputs, as far as that is known without a request."""
        try:
            self._handler(inputs, credential=self._credential, tokens=self._tokens, run=self._run)
        except UnavailableError as error:
            return None if error.code == "cancelled" else error
        except ConnectorError as error:
            return error
        return None


class _Unused:
    """The tokens of a check: read once, and never renewed or stored, for nothing is sent with them."""

    def __init__(self, store: TokenStore) -> None:
        found, now = store.load(), time.time()
        self._found = found and (replace(found[0], issued_at=now, expires_at=now + _HOUR), found[1])

    def load(self) -> tuple[TokenSet, int] | None:
        return self._found

    def save(self, tokens: TokenSet, *, expected: int | None) -> int:  # noqa: ARG002 - as the protocol has it
        return expected or 0

    def clear(self) -> None:
        """Keep what is stored."""

    def lock(self, *, ttl: float, wait: float) -> AbstractContextManager[None]:  # noqa: ARG002 - as the protocol has it
        return nullcontext()
