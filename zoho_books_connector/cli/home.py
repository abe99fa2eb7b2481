"""The folder where the command line keeps its connections, and which of them a command means."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zoho_books_connector.cli.errors import MissingExtraError, UnreadableFileError, UsageError
from zoho_books_connector.errors import CredentialError, UnavailableError

if TYPE_CHECKING:
    from zoho_books_connector.stores import (
        ConnectionInfo,
        ConnectionStore,
        CursorStore,
        SqliteBudget,
        SqliteInbox,
        SqliteJournal,
        SubscriptionStore,
    )

VARIABLE: Final = "ZOHO_BOOKS_HOME"
_DATABASE: Final = "connections.db"
_KEY: Final = "connections.key"
_JOURNAL: Final = "journal.db"
_BUDGET: Final = "budget.db"
_SUBSCRIPTIONS: Final = "subscriptions.db"
_CURSORS: Final = "cursors.db"
#: One for each connection, named by its id.
_INBOX: Final = "inbox-{}.db"
#: Fewer letters of an id are too easily those of another connection.
_SHORTEST: Final = 4


class Home:
    """One folder: connections and subscriptions, encrypted, and their key unless ``ZOHO_BOOKS_KEY`` has it.

    Beside them, not encrypted: journal, rate budget, where catching up left off, and an inbox of events for each
    connection.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, options: argparse.Namespace) -> Home:
        """Return the folder that ``--home`` or the environment names, else the user's own."""
        named = options.home or os.environ.get(VARIABLE)
        return cls(Path(named).expanduser() if named else _default_folder())

    def connections(self) -> list[ConnectionInfo]:
        """Return what may be shown of every connection; makes no file."""
        return self.store().list() if (self.folder / _DATABASE).exists() else []

    def store(self) -> ConnectionStore:
        """Open the store, made on first use."""
        _require("cryptography")
        from zoho_books_connector.stores import ConnectionStore, KeyRing

        self._make()
        return ConnectionStore(self.folder / _DATABASE, KeyRing.from_environment(self.folder / _KEY))

    def journal(self) -> SqliteJournal:
        """Open the journal of creates, made on first use."""
        from zoho_books_connector.stores import SqliteJournal

        self._make()
        with files_are_for_people():
            return SqliteJournal(self.folder / _JOURNAL)

    def budget(self, owner: str | None = None) -> SqliteBudget:
        """Open the rate budget that all commands share, made on first use; ``owner`` names one who is alone."""
        from zoho_books_connector.stores import SqliteBudget

        self._make()
        with files_are_for_people():
            return SqliteBudget(self.folder / _BUDGET, owner=owner)

    def subscriptions(self) -> SubscriptionStore:
        """Open the store of subscriptions, made on first use."""
        _require("cryptography")
        from zoho_books_connector.stores import KeyRing, SubscriptionStore

        self._make()
        return SubscriptionStore(self.folder / _SUBSCRIPTIONS, KeyRing.from_environment(self.folder / _KEY))

    def subscribed(self, connection_id: str) -> list[str]:
        """Return what the subscriptions of a connection are called; makes no file and decrypts nothing."""
        is_there = (self.folder / _SUBSCRIPTIONS).exists()
        return self.subscriptions().labels(connection_id) if is_there else []

    def inbox(self, connection_id: str) -> SqliteInbox:
        """Open the inbox of a connection's events, made on first use."""
        from zoho_books_connector.stores import SqliteInbox

        self._make()
        with files_are_for_people():
            return SqliteInbox(self.folder / _INBOX.format(connection_id))

    def cursors(self) -> CursorStore:
        """Open the store of where catching up left off, made on first use."""
        from zoho_books_connector.stores import CursorStore

        self._make()
        with files_are_for_people():
            return CursorStore(self.folder / _CURSORS)

    def has_inbox(self, connection_id: str) -> bool:
        """Tell whether a connection has an inbox already; makes no file."""
        return (self.folder / _INBOX.format(connection_id)).exists()

    def find(self, wanted: str | None) -> ConnectionInfo:
        """Return the connection with this id, start of an id, or label; without one, the only connection."""
        connections = self.connections()
        if not connections:
            raise CredentialError(
                "no_connection", "There is no connection yet.", "Connect an account.", reason="not_connected"
            )
        found = connections if wanted is None else [each for each in connections if _means(wanted, each)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise CredentialError(
                "connection_unknown",
                "There is no connection with this id or name.",
                f"Choose one of: {_listed(connections)}.",
                reason="not_connected",
            )
        raise UsageError(
            "connection_ambiguous",
            f"{len(found)} connections could be meant.",
            f"Choose one with its id: {_listed(found)}.",
        )

    def _make(self) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnreadableFileError(
                "home_unusable",
                f"The folder {self.folder} cannot be made.",
                f"Choose another one with --home or {VARIABLE}.",
            ) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise UnreadableFileError(
                "home_unusable",
                f"This user may not write into the folder {self.folder}.",
                f"Get the right to, or choose another one with --home or {VARIABLE}.",
            )


#: Ends of the codes of what may pass by itself, or concerns no file.
_MAY_PASS: Final = ("_busy", "_unreachable")


@contextmanager
def files_are_for_people() -> Iterator[None]:
    """Tell a file that somebody must mend from one that is merely busy."""
    try:
        yield
    except UnavailableError as error:
        if error.code.endswith(_MAY_PASS):
            raise
        raise UnreadableFileError(error.code, error.message, error.hint, params=error.params) from error


def _means(wanted: str, connection: ConnectionInfo) -> bool:
    starts = len(wanted) >= _SHORTEST and connection.id.startswith(wanted.lower())
    return starts or connection.label.casefold() == wanted.casefold()


def _listed(connections: list[ConnectionInfo]) -> str:
    return "; ".join(f"{each.id} ({each.label}, {each.region})" for each in connections)


def _default_folder() -> Path:
    _require("platformdirs")
    from platformdirs import user_data_path

    return user_data_path("zoho-books", appauthor=False)


def _require(package: str) -> None:
    if find_spec(package) is None:
        raise MissingExtraError(
            "extra_missing",
            f"The command line needs the package {package}, which is not installed.",
            'Install it with: pip install "zoho-books-connector[cli]"',
            params={"package": package},
        )
