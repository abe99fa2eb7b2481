"""The flows in the workbench's file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from zoho_books_connector.errors import NotFoundError
from zoho_books_connector.workbench.flows.mapping import Source
from zoho_books_connector.workbench.ledger import Ledger

_COLUMNS: Final = "id, label, connection, event, action, mapping, is_on, created_at"


@dataclass(frozen=True)
class Flow:
    """One flow. It runs for events of its own connection."""

    id: str
    label: str
    connection: str
    event: str
    action: str
    #: Pointer of an input → where its value comes from.
    mapping: dict[str, Source]
    is_on: bool
    created_at: float


class FlowTable:
    """Reads and writes flows, each change one transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, flow: Flow) -> None:
        """Keep a flow."""
        values = (
            *(flow.id, flow.label, flow.connection, flow.event, flow.action),
            *(json.dumps(flow.mapping), flow.is_on, flow.created_at),
        )
        with self._ledger.write() as handle:
            handle.execute(f"INSERT INTO flow ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608 - a constant

    def change(self, flow: Flow) -> None:
        """Let a flow be another one; its runs stay its own. Raises ``NotFoundError`` when it is gone."""
        values = (flow.label, flow.connection, flow.event, flow.action, json.dumps(flow.mapping), flow.id)
        with self._ledger.write() as handle:
            changed = handle.execute(
                "UPDATE flow SET label = ?, connection = ?, event = ?, action = ?, mapping = ? WHERE id = ?", values
            )
            if not changed.rowcount:
                raise _gone()

    def all(self) -> Sequence[Flow]:
        """Return the flows, oldest first."""
        with self._ledger.read() as handle:
            rows = handle.execute(f"SELECT {_COLUMNS} FROM flow ORDER BY created_at, id").fetchall()  # noqa: S608 - a constant
        return [_flow(row) for row in rows]

    def of(self, connection: str) -> Sequence[Flow]:
        """Return the flows of a connection, which may be gone."""
        return [flow for flow in self.all() if flow.connection == connection]

    def get(self, flow_id: str) -> Flow:
        """Return a flow; raises ``NotFoundError`` when it is gone."""
        found = next((flow for flow in self.all() if flow.id == flow_id), None)
        if found is None:
            raise _gone()
        return found

    def switch(self, flow_id: str, *, on: bool) -> str | None:
        """Switch a flow on or off; runs that it has begun go on. Returns its connection, unless it is gone."""
        return self._told("UPDATE flow SET is_on = ? WHERE id = ? RETURNING connection", (on, flow_id))

    def delete(self, flow_id: str) -> str | None:
        """Forget a flow; its runs stay in the history. Returns its connection, unless it was gone."""
        return self._told("DELETE FROM flow WHERE id = ? RETURNING connection", (flow_id,))

    def _told(self, statement: str, values: Sequence[object]) -> str | None:
        with self._ledger.write() as handle:
            found = handle.execute(statement, values).fetchone()
        return None if found is None else str(found[0])


def _gone() -> NotFoundError:
    return NotFoundError("flow_unknown", "There is no such flow.", "It may have been deleted.")


def _flow(row: Sequence[Any]) -> Flow:
    flow_id, label, connection, event, action, mapping, is_on, created_at = row
    sources = {pointer: Source(*source) for pointer, source in json.loads(mapping).items()}
    return Flow(flow_id, label, connection, event, action, sources, bool(is_on), created_at)
