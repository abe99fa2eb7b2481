"""What a list shows of a record, and the event that it becomes."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from zoho_books_connector.boundary import Event
from zoho_books_connector.trigger.events import MODIFIED, identify
from zoho_books_connector.trigger.modules import Module
from zoho_books_connector.trigger.numbers import settle

#: Enough of an id to tell the rows of a page apart.
_MARK_LENGTH: Final = 16


class Row(NamedTuple):
    """A record as it was read."""

    record: dict[str, Any]
    record_id: str | None
    #: When the record last changed.
    modified: datetime | None
    version_key: str | None
    #: The same whenever this version of the record is read, listed or whole; without a time of change, the same as long
    #: as nothing in the record changes.
    delivery_id: str

    @property
    def mark(self) -> str:
        """What tells the row from others, in a cursor."""
        return self.delivery_id[:_MARK_LENGTH]

    @property
    def created(self) -> datetime | None:
        """When the record was created."""
        _, created, _ = identify(None, {MODIFIED: self.record.get("created_time")})
        return created


def row_of(module: Module, record: dict[str, Any]) -> Row:
    """Return a record of Zoho's as a row; ids and long numbers in it become text."""
    settle(record)
    record_id, modified, version_key = identify(module, record)
    known = version_key or json.dumps([module.key, record], sort_keys=True, default=str)
    delivery_id = hashlib.sha256(f"catch_up:{known}".encode("utf-8", "surrogatepass")).hexdigest()
    return Row(record, record_id, modified, version_key, delivery_id)


def event_of(module: Module, row: Row, *, organization_id: str, told: float, seen: Literal["listed", "whole"]) -> Event:
    """Return the event that a row stands for; ``told`` is the time until which all was told, in unix seconds."""
    return Event(
        type=f"{module.key}.{_verb(row, told)}",
        delivery_id=row.delivery_id,
        version_key=row.version_key,
        module=module.key,
        record_id=row.record_id,
        organization_id=organization_id,
        occurred_at=row.modified.isoformat() if row.modified else None,
        record=row.record,
        delivery={"source": "catch_up", "record": seen},
    )


def _verb(row: Row, told: float) -> str:
    """Tell created from updated: nobody was told of a record that was created since, even if it changed once more."""
    created, modified = row.created, row.modified
    if created is not None and (created == modified or created.timestamp() >= told):
        return "created"
    return "updated" if modified is not None else "changed"


def is_earlier(row: Row, stamp: float) -> bool:
    """Tell whether a record is known to have changed before a moment, in unix seconds."""
    return row.modified is not None and row.modified.timestamp() < stamp
