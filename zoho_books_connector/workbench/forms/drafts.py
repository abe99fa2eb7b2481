"""Inputs that are not run yet, or were refused: kept so that a page can be left and opened again."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from zoho_books_connector.workbench.ledger import Ledger

#: Seconds for which a draft is kept: a month.
_KEPT: Final = 30 * 24 * 3600.0
_ID_BYTES: Final = 16


@dataclass(frozen=True)
class Draft:
    """One form as it was left."""

    action: str
    document: dict[str, Any]
    #: What pickers showed, by pointer.
    labels: dict[str, str] = field(default_factory=dict)
    #: Rows with all their fields.
    opened: list[str] = field(default_factory=list)
    #: Why it was refused, as ``ConnectorError.to_dict`` says it.
    error: dict[str, Any] | None = None


class Drafts:
    """The drafts in the workbench's file."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock

    def save(self, draft: Draft, draft_id: str | None = None) -> str:
        """Keep a draft, under an id of its own unless one is given; returns the id."""
        draft_id = draft_id or new_id()
        now = self._clock()
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM draft WHERE saved_at < ?", (now - _KEPT,))
            handle.execute(
                "INSERT INTO draft VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content,"
                " saved_at = excluded.saved_at",
                (draft_id, json.dumps(asdict(draft)), now),
            )
        return draft_id

    def get(self, draft_id: str, action: str) -> Draft | None:
        """Return a draft of an action; ``None`` when it is not there, or not there any more."""
        with self._ledger.read() as handle:
            row = handle.execute("SELECT content FROM draft WHERE id = ?", (draft_id,)).fetchone()
        content: Mapping[str, Any] | None = None if row is None else json.loads(row[0])
        return Draft(**content) if content is not None and content["action"] == action else None


def new_id() -> str:
    """Return an id that nobody guesses, for a draft or a run."""
    return secrets.token_urlsafe(_ID_BYTES)
