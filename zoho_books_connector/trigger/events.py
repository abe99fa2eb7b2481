"""From the JSON of a proven delivery to events: which record, of which module, and what happened to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.trigger.modules import TELLING_IDS, Module, find_module, module_of_record

#: ``invoice_created``, ``invoice.created`` or ``created``: a name and a verb in the past tense.
_NAMED_EVENT: Final = re.compile(r"(?:([a-z][a-z0-9_]{0,59})[_.])?([a-z]{1,24}ed|sent|paid)")
#: Zoho's rules say "edited", events say "updated".
_VERBS: Final = {"edited": "updated"}
#: What a delivery says whose URL names no event: created or updated, nobody knows.
_UNNAMED: Final = "changed"
MODIFIED: Final = "last_modified_time"
_ORGANIZATION: Final = "organization_id"


def identify(module: Module | None, record: Mapping[str, Any]) -> tuple[str | None, datetime | None, str | None]:
    """Return a record's id, when it was modified, and its version; nothing else of it is looked at."""
    record_id = _text(record.get(module.id_field)) if module else None
    modified = _moment(record.get(MODIFIED))
    return record_id, modified, _version_key(module, record_id, modified)


def is_further(delivery_id: str) -> bool:
    """Tell whether an event is not the first one of its delivery."""
    return "." in delivery_id


def empty_event(delivery_id: str, query: Mapping[str, Any], delivery: dict[str, Any]) -> Event:
    """Return the event for Zoho's empty test delivery."""
    return Event("test", delivery_id, None, None, None, _text(query.get(_ORGANIZATION)), None, {}, delivery)


def read_events(
    bodies: list[dict[str, Any]], delivery_id: str, query: Mapping[str, Any], delivery: dict[str, Any]
) -> list[Event]:
    """Return one event per record. Records after the first add their number to the delivery's id."""
    found = [(body, *pair) for body in bodies for pair in _records(body, named_module(query))]
    return [
        _event(delivery_id if number == 0 else f"{delivery_id}.{number}", body, module, record, query, delivery)
        for number, (body, module, record) in enumerate(found)
    ]


def _event(
    delivery_id: str,
    body: Mapping[str, Any],
    module: Module | None,
    record: dict[str, Any],
    query: Mapping[str, Any],
    delivery: dict[str, Any],
) -> Event:
    record_id, modified, version_key = identify(module, record)
    organizations = (_text(source.get(_ORGANIZATION)) for source in (query, body, record))
    return Event(
        type=_event_type(query.get("event"), module),
        delivery_id=delivery_id,
        version_key=version_key,
        module=module.key if module else None,
        record_id=record_id,
        organization_id=next((value for value in organizations if value), None),
        occurred_at=modified.isoformat() if modified else None,
        record=record,
        delivery=delivery,
    )


def _records(body: dict[str, Any], hint: Module | None) -> Iterator[tuple[Module | None, dict[str, Any]]]:
    """Yield the records in a body with their modules.

    A body with an id at the top is a record without a root key, whatever other records it holds inside.
    """
    roots = [(module, body[key]) for key in body if (module := find_module(key)) and _is_record(body[key])]
    if roots and not TELLING_IDS & body.keys():
        module, value = next((root for root in roots if hint and root[0].root == hint.root), roots[0])
        module = hint if hint and hint.root == module.root else module
        yield from ((module, record) for record in (value if isinstance(value, list) else [value]))
    else:
        yield hint or module_of_record(body), body


def _is_record(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def named_module(query: Mapping[str, Any]) -> Module | None:
    """Return the module that the query names, in ``module`` or in ``event``."""
    named = _named_event(query.get("event"))
    names = (query.get("module"), named[0] if named else None)
    return next((module for name in names if isinstance(name, str) and (module := find_module(name))), None)


def _named_event(value: Any) -> tuple[str | None, str] | None:
    match = _NAMED_EVENT.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    return (match[1], _VERBS.get(match[2], match[2])) if match else None


def _event_type(value: Any, module: Module | None) -> str:
    """Return ``<name>.<verb>``; a query that names another module than the record's is not believed."""
    name, verb = _named_event(value) or (None, _UNNAMED)
    if module is None:
        return f"{name or 'record'}.{verb}"
    named = find_module(name) if name else module
    return f"{module.key}.{verb if named and named.root == module.root else _UNNAMED}"


def _version_key(module: Module | None, record_id: str | None, modified: datetime | None) -> str | None:
    if module is None or record_id is None or modified is None:
        return None
    try:
        moment = modified.astimezone(UTC)
    except OverflowError:  # the first or the last day that a calendar holds
        return None
    return f"{module.key}:{record_id}:{moment.isoformat()}"


def _moment(value: Any) -> datetime | None:
    """Read Zoho's ``2026-06-11T17:38:06-0700``; a time without an offset is no moment."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _text(value: Any) -> str | None:
    """Return an id as text; blank means none. Whole numbers in ids were made text when the JSON was read."""
    return (value.strip() or None) if isinstance(value, str) else None
