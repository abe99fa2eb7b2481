"""One create of one run: what is sent, what would find it again, and the names under which it is journalled."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from pydantic_core import to_json

from zoho_books_connector.api.client import BooksClient
from zoho_books_connector.boundary import JournalEntry, RunContext, Stamp
from zoho_books_connector.creating.digests import digest_of, digests_of
from zoho_books_connector.creating.kinds import Kind, Search
from zoho_books_connector.errors import InputError
from zoho_books_connector.models.base import Create
from zoho_books_connector.sending.calls import monotonic_of

_LONGEST_KEY: Final = 200


@dataclass
class Step:
    """What a host calls a step: it has one key, and runs until it succeeds or is given up."""

    client: BooksClient
    kind: Kind
    inputs: Create
    #: Records by id that were judged to be others, or that nothing can prove: nobody need look at them twice.
    others: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)

    @property
    def run(self) -> RunContext:
        """What the host knows of the run."""
        return self.client.log.run

    @cached_property
    def key(self) -> str:
        """The key as the journal knows it: one per organization and kind of record. Empty without a key."""
        key = self.run.idempotency_key
        if key is None:
            return ""
        if not key or len(key) > _LONGEST_KEY:
            raise InputError(
                "key_invalid", f"A key has 1 to {_LONGEST_KEY} characters.", "Pass one that names the step."
            )
        return f"{self.client.bucket}/{self.kind.module.key}/{key}"

    @property
    def unique_field(self) -> str:
        """The unique custom field by which Zoho itself makes the create repeatable; empty without one."""
        return str(getattr(self.inputs, "unique_field", None) or "")

    @cached_property
    def reference(self) -> str | None:
        """A text made of the key that is put on a record which nothing else could find, where the host wants that."""
        field = self.kind.free_field
        if not (self.key and self.run.derived_reference and field):
            return None
        if self._search_by(self._given) or self._given(field):
            return None
        short = base64.b32encode(hashlib.blake2b(self.key.encode(), digest_size=5).digest()).decode()
        return f"ZB-{short}"

    @cached_property
    def sent(self) -> dict[str, Any]:
        """The body as it is sent."""
        return self.inputs.document() | ({str(self.kind.free_field): self.reference} if self.reference else {})

    def body(self) -> bytes:
        """Return the body as JSON."""
        return to_json(self.sent) if self.key else self.inputs.body()

    @cached_property
    def search(self) -> Search | None:
        """What would find the record; ``None`` when nothing does."""
        return self._search_by(self._sent)

    @cached_property
    def wanted(self) -> dict[str, str]:
        """The fields that name the record, as they were sent."""
        names = (*self.search.fields, *self.search.also) if self.search else ()
        return {name: str(value) for name in names if (value := self._sent(name)) is not None}

    @property
    def filters(self) -> dict[str, str]:
        """Those of them that Zoho's list filters by."""
        named = self.search.filters if self.search else ()
        return {name: value for name, value in self.wanted.items() if name in named}

    def now(self) -> Stamp:
        """Return this moment by each clock that is known."""
        return Stamp(self.client.log.clock(), self._steady(), self.client.zoho_clock.now())

    def entry(self, now: Stamp, *, busy_until: Stamp) -> JournalEntry:
        """Return what the journal keeps of a sending that begins now."""
        handle = digest_of([self.client.bucket, self.kind.module.key, *self.wanted.values()]) if self.search else ""
        return JournalEntry(
            inputs=digests_of(self.sent | self.inputs.query(), self.key),
            handle=handle,
            began=now,
            busy_until=busy_until,
        )

    def record_name(self, record_id: str) -> str:
        """Return the name under which the journal keeps a record."""
        return f"{self.client.bucket}/{self.kind.module.key}/{record_id}"

    def id_of(self, record: Mapping[str, Any]) -> str:
        """Return a record's id; empty where it has none."""
        return str(record.get(self.kind.id_field) or "")

    def path_of(self, record_id: str) -> str:
        """Return the path of a record; ids that were sent are digits only."""
        return self.kind.module.path_for({**self.sent, "record_id": record_id})

    @cached_property
    def _steady(self) -> Callable[[], float]:
        return monotonic_of(self.run.runtime)

    def _given(self, name: str) -> Any:
        return getattr(self.inputs, name, None)

    def _sent(self, name: str) -> Any:
        return self.reference if self.reference and name == self.kind.free_field else self._given(name)

    def _search_by(self, value_of: Callable[[str], Any]) -> Search | None:
        return next((each for each in self.kind.searches if all(map(value_of, each.fields))), None)
