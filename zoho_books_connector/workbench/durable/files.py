"""The files of the durable runtime: made ready before it opens them, and held for one workbench."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.stores.failures import Failures, primary_code

#: The format of DBOS's file as far as we vouch for it; a later one is refused.
_FORMAT: Final = 1
FAILURES: Final = Failures(
    "durable",
    "file of the durable runtime",
    "Start the workbench again without the file; runs that had not ended begin anew under their own keys.",
)


def only_one(path: Path) -> sqlite3.Connection:
    """Hold the folder for this process: two workbenches would each resume what the other one runs.

    A lock of SQLite's, because it is the same on every system and ends with the process, however that ends.
    """
    handle = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        handle.execute("PRAGMA locking_mode = EXCLUSIVE")
        handle.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        handle.close()
        if primary_code(error) != sqlite3.SQLITE_BUSY:
            raise FAILURES.sqlite_error(error, path) from error
        raise UnavailableError(
            "workbench_running",
            "A workbench that keeps its files in this folder runs already.",
            f"Use its pages, stop it, or choose another folder with --home. The folder: {path.parent}",
        ) from error
    return handle


def prepare(path: Path) -> None:
    """Make DBOS's file ready: refuse a later format, and let readers work beside a writer."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as handle:
            (version,) = handle.execute("PRAGMA user_version").fetchone()
            if version > _FORMAT:
                raise FAILURES.error("newer", path)
            handle.execute("PRAGMA journal_mode = WAL")
            handle.execute(f"PRAGMA user_version = {_FORMAT}")
        path.chmod(0o600)
    except sqlite3.Error as error:
        raise FAILURES.sqlite_error(error, path) from error
