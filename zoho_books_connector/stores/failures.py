"""What can be wrong with a store, each in a sentence for the person who must act; never a key, never a value."""

from __future__ import annotations

import sqlite3
from typing import Final

from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError

_NEEDS_EXTRA: Final = 'Install it with: pip install "zoho-books-connector[store]"'
_RESTORE: Final = "Restore the file from a backup, or delete it and connect the accounts again."

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
    "store_corrupt": ("The connection store is damaged, or is not a connection store.", _RESTORE),
    "store_newer": (
        "The connection store was written by a newer version of the connector.",
        "Update the connector, or use another file.",
    ),
    "store_read_only": (
        "The connection store cannot be written.",
        "Give this program's user the right to write the file and its folder.",
    ),
    "store_inaccessible": (
        "The connection store cannot be opened.",
        "Check that its folder exists, that this program's user may write there, and that the disk is well.",
    ),
    "store_full": ("The disk of the connection store is full.", "Free some space, then try again."),
}

#: SQLite's primary result codes; those not listed mean a damaged file.
_SQLITE: Final[dict[int, str]] = {
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_PERM: "store_inaccessible",
    sqlite3.SQLITE_AUTH: "store_inaccessible",
    sqlite3.SQLITE_CANTOPEN: "store_inaccessible",
    sqlite3.SQLITE_IOERR: "store_inaccessible",
    sqlite3.SQLITE_FULL: "store_full",
}
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


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


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 for an error of the Python module itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def sqlite_failure(error: sqlite3.Error) -> ConnectorError:
    """Translate what SQLite says; a store that stays busy may be tried again, all else needs a person."""
    if primary_code(error) in _BUSY:
        return UnavailableError(
            "store_busy", "The connection store is in use by another process for longer than usual.", "Try again."
        )
    return store_error(_SQLITE.get(primary_code(error), "store_corrupt"))
