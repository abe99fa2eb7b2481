"""What can be wrong with a store, each in a sentence for the person who must act; never a key, never a value."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError

_NEEDS_EXTRA: Final = 'Install it with: pip install "zoho-books-connector[store]"'

#: Code → what happened and what to do; ``str.format`` fills in the parameters.
_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "store_extra_missing": ("The connection store needs the package cryptography.", _NEEDS_EXTRA),
    "store_key_invalid": (
        "{source} holds something that is not a key.",
        "A key is 32 random bytes, written as base64 or as 64 hexadecimal digits; separate several with commas.",
    ),
    "store_key_empty": (
        "{source} is there, but it is empty.",
        "Put the key in, or remove it so that a key file is made on first use.",
    ),
    "store_key_exposed": (
        "The key file {path} can be read by other users of this machine.",
        "Take their access away with: chmod 600 '{path}'",
    ),
    "store_key_unreadable": (
        "The key file {path} cannot be read or written.",
        "Give this program's user access to it, or put the key into the environment variable {variable}.",
    ),
    "store_key_missing": (
        "The connection was encrypted with key {key_id}, which is not among the keys given.",
        "Give that key as well, after the current one, or connect the account again.",
    ),
    "store_tampered": (
        "The stored connection does not decrypt: it was changed, moved to another place, or damaged.",
        "Restore the store from a backup, or connect the account again.",
    ),
}

#: What can be wrong with the file of any store: what happened and what to do, with the store's name filled in.
_FILE_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "corrupt": ("The {title} is damaged, or is not a {title}.", "{begin_anew}"),
    "missing": ("The {title} was removed while this program ran.", "{begin_anew}"),
    "newer": (
        "The {title} was written by a newer version of the connector.",
        "Update the connector, or use another file.",
    ),
    "read_only": (
        "The {title} cannot be written.",
        "Give this program's user the right to write the file and its folder.",
    ),
    "inaccessible": (
        "The {title} cannot be opened.",
        "Check that its folder exists, that this program's user may write there, and that the disk is neither full nor "
        "broken.",
    ),
    "full": ("The disk of the {title} is full.", "Free some space, then try again."),
    "busy": ("The {title} is in use by another process for longer than usual.", "Try again."),
}

#: SQLite's primary result codes; those not listed mean a damaged file.
_SQLITE: Final[dict[int, str]] = {
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "inaccessible",
    sqlite3.SQLITE_AUTH: "inaccessible",
    sqlite3.SQLITE_CANTOPEN: "inaccessible",
    sqlite3.SQLITE_IOERR: "inaccessible",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}


@dataclass(frozen=True)
class Failures:
    """How a store names itself when its file cannot be used.

    A store that keeps connections needs a person who mends it: ``CredentialError``. Any other is asked before something
    is sent, so nothing was: ``UnavailableError``, which names the file.
    """

    #: Before the codes: ``journal`` makes ``journal_corrupt``.
    prefix: str
    #: What a person calls it.
    title: str
    #: What to do about a file that is damaged or gone.
    begin_anew: str
    keeps_connections: bool = False

    def error(self, fault: str, path: Path) -> ConnectorError:
        """Return the error for what is wrong with the file at ``path``."""
        message, hint = (
            sentence.format(title=self.title, begin_anew=self.begin_anew) for sentence in _FILE_SENTENCES[fault]
        )
        code = f"{self.prefix}_{fault}"
        if not self.keeps_connections:
            return UnavailableError(code, message, f"{hint} The file: {path}", params={"path": str(path)})
        if fault == "busy":
            return UnavailableError(code, message, hint)
        return CredentialError(code, message, hint, reason="store_unreadable")

    def sqlite_error(self, error: sqlite3.Error, path: Path) -> ConnectorError:
        """Translate what SQLite says."""
        return self.error(_SQLITE.get(primary_code(error), "corrupt"), path)


CONNECTIONS: Final = Failures(
    "store",
    "connection store",
    "Restore the file from a backup, or delete it and connect the accounts again.",
    keeps_connections=True,
)


def store_error(code: str, **params: str) -> CredentialError:
    """Return the error that ``code`` names."""
    message, hint = (sentence.format(**params) for sentence in _SENTENCES[code])
    return CredentialError(code, message, hint, params=params, reason="store_unreadable")


def unknown_connection(connection_id: str) -> CredentialError:
    """Return the error for a connection that was deleted or never was."""
    return CredentialError(
        "connection_unknown",
        "The connection does not exist.",
        "Choose another connection, or connect the account.",
        params={"connection_id": connection_id},
        reason="not_connected",
    )


def changed_meanwhile(connection_id: str) -> UnavailableError:
    """Return the error for a connection that is not any more what its editor looked at."""
    return UnavailableError(
        "connection_changed",
        "The connection was changed meanwhile, so this change was not saved.",
        "Look at the connection as it is now, and repeat what is still needed.",
        params={"connection_id": connection_id},
    )


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 for an error of the Python module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
