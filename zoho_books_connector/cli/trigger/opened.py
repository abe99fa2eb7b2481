"""What the commands that call Zoho Books for the trigger begin with."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from zoho_books_connector.boundary import TokenStore
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.running import check_sandbox
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.stores import ConnectionInfo, SubscriptionStore


@dataclass(frozen=True)
class Opened:
    """A connection with what its calls need, and its subscriptions."""

    host: Host
    home: Home
    connection: ConnectionInfo
    subscriptions: SubscriptionStore
    credential: dict[str, Any]
    tokens: TokenStore

    @property
    def calling(self) -> dict[str, Any]:
        """What every call of the trigger takes."""
        return {"credential": self.credential, "tokens": self.tokens, "run": self.host.run()}


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Opened]:
    """Open what the options name, and close it at the end."""
    with closing(Host(http_settings(options))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        tokens = store.tokens(connection.id)
        yield Opened(host, home, connection, home.subscriptions(), store.credential(connection.id), tokens)
