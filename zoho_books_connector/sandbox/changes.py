"""What a call changes in the books: noted record by record, and summed up when the call is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .record_fields import Record

Event = Literal["add", "edit", "delete"]


@dataclass(frozen=True)
class Change:
    """One record before and after; None where there was none, or is none any more."""

    module: str
    identity: str
    before: Record | None
    after: Record | None

    @property
    def event(self) -> Event:
        """What happened to the record."""
        if self.before is None:
            return "add"
        return "edit" if self.after is not None else "delete"

    @property
    def record(self) -> Record:
        """The record as it is, or as it was last."""
        return self.after or self.before or {}

    def touches(self, fields: Iterable[str]) -> bool:
        """Whether one of these fields differs."""
        before, after = self.before or {}, self.after or {}
        return any(before.get(name) != after.get(name) for name in fields)


def summed_up(changes: Iterable[Change]) -> list[Change]:
    """One change for each record, from its first state to its last; what came and went within a call is none."""
    merged: dict[tuple[str, str], Change] = {}
    for change in changes:
        key = (change.module, change.identity)
        merged[key] = replace(change, before=merged[key].before) if key in merged else change
    return [change for change in merged.values() if change.before is not None or change.after is not None]
