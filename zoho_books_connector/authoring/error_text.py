"""The generated blocks of the error catalogue: kinds with the host's next move, Zoho's codes, HTTP statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from zoho_books_connector import errors
from zoho_books_connector.api.catalogue import CATALOGUE, CatalogueEntry
from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.cli.errors import EXITS

#: A line of the tree that ``errors`` opens with: the class, and what a host does about it.
_BRANCH: Final = re.compile(r"^[├└]── (\w+) +(.+)$", re.MULTILINE)
_RETRY: Final = {
    "never": "no",
    "after_refresh": "once, with a new token",
    "after_wait": "after waiting",
    "when_safe": "a read or an update; a create only after looking",
}


def kinds() -> str:
    """Return the kinds of errors."""
    exits = {row.kind: row.code for row in EXITS}
    classes: list[type[errors.ConnectorError]] = [getattr(errors, name) for name, _ in _moves()]
    return table(
        ("Kind", "Class", "What it means", "The host's next move", "Exit code"),
        (
            (code(cls.kind), code(cls.__name__), _meaning(cls), _marked(move), str(exits[cls.kind]))
            for cls, (_, move) in zip(classes, _moves(), strict=True)
        ),
    )


def _moves() -> list[tuple[str, str]]:
    return _BRANCH.findall(errors.__doc__ or "")


def _meaning(cls: type) -> str:
    return _marked((cls.__doc__ or "").strip().partition("\n")[0])


def _marked(text: str) -> str:
    return text.replace("``", "`")


def codes() -> str:
    """Return the rows of the catalogue that name a code, or words of Zoho's message."""
    return rows(row for row in CATALOGUE if row.zoho_code is not None or row.words)


def statuses() -> str:
    """Return the rows that go by the HTTP status alone."""
    return rows(row for row in CATALOGUE if row.zoho_code is None and not row.words)


def rows(entries: Iterable[CatalogueEntry]) -> str:
    """Return rows of the catalogue as a table."""
    return table(
        ("Answer", "Kind and code", "What to do", "Again?", "Source"),
        (
            (_answer(row), f"{code(row.kind)}, {code(row.code)}", plain(row.hint), _again(row), row.source)
            for row in entries
        ),
    )


def _answer(row: CatalogueEntry) -> str:
    first, last = row.http_status or (0, 0)
    said = [
        f"code {row.zoho_code}" if row.zoho_code is not None else "",
        f"HTTP {first}" if first == last != 0 else f"HTTP {first}–{last}" if last else "",
        f"on {row.method}" if row.method else "",
        f"in {', '.join(row.modules)}" if row.modules else "",
        f"the message says {' or '.join(f'“{plain(words)}”' for words in row.words)}" if row.words else "",
    ]
    return ", ".join(part for part in said if part) or "anything else"


def _again(row: CatalogueEntry) -> str:
    wait = f" {row.retry_after} seconds, unless Zoho says otherwise" if row.retry_after is not None else ""
    return _RETRY[row.retry] + wait
