"""A proven delivery that is kept as it came: its one event is made when it is handed out."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from pydantic_core import SchemaValidator, ValidationError, core_schema

from zoho_books_connector.trigger.events import MODIFIED
from zoho_books_connector.trigger.modules import Module, find_module

#: Numbers that are not JSON, which the reader below takes. Each pattern begins with one character, which makes looking
#: for it cheap.
_NO_NUMBER: Final = re.compile(rb"N(?<=N)aN")
_NO_END: Final = re.compile(rb"I(?<=I)nfinity")
_PLAIN: Final = frozenset({str, int, type(None)})


class Proven(NamedTuple):
    """A delivery of one record that is JSON without a doubt; ``events_of`` makes the event of it."""

    delivery_id: str
    version_key: str | None
    received_at: float
    #: What else the event tells of its delivery, as JSON.
    facts: str
    body: bytes

    def __repr__(self) -> str:
        """Show nothing of the record."""
        return f"Proven({self.delivery_id!r}, {len(self.body)} bytes)"


class Glance:
    """Looks into bodies just far enough to keep them unread; knows the readers of the modules it has seen.

    The whole body is parsed, so what passes is JSON, but of the record no more than three fields are made.
    """

    def __init__(self) -> None:
        self._readers: dict[str, SchemaValidator | None] = {}

    def look(self, body: bytes, module: Module) -> dict[str, Any] | None:
        """Return what tells the version of the one record in a body; ``None`` where it must be read to tell."""
        if module.key not in self._readers:
            self._readers[module.key] = _reader(module)
        reader = self._readers[module.key]
        if reader is None:
            return None
        try:
            record: dict[str, Any] = reader.validate_json(body)[module.root]
        except ValidationError:  # no JSON, or of another shape
            return None
        if not _PLAIN.issuperset(map(type, record.values())) or _NO_NUMBER.search(body) or _NO_END.search(body):
            return None
        identifier = record.get(module.id_field)
        if type(identifier) is int:
            record[module.id_field] = str(identifier)
        return record


def _reader(module: Module) -> SchemaValidator | None:
    """Return what reads a body with the module's root key and nothing beside it."""
    found = find_module(module.root)
    if found is None or found.root != module.root:
        return None
    some = core_schema.typed_dict_field(core_schema.any_schema(), required=False)
    record = core_schema.typed_dict_schema({module.id_field: some, MODIFIED: some}, extra_behavior="ignore")
    return SchemaValidator(
        core_schema.typed_dict_schema({module.root: core_schema.typed_dict_field(record)}, extra_behavior="forbid")
    )
