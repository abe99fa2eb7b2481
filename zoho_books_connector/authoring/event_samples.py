"""A sample of each type of event, under ``schemas/samples/``: what the trigger itself makes of a signed delivery.

The records are those of the samples of Get Records by Id: created, changed a day later, and deleted another day later.
Of a deleted record nothing but the id is sent, as that is the least a host has to live with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring.event_schemas import trigger
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.sample_world import NOW, ORGANIZATION
from zoho_books_connector.authoring.samples import record_sample
from zoho_books_connector.boundary import Delivery
from zoho_books_connector.sandbox.signing import HEADER, sign
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.modules import Module, find_module

Record = dict[str, Any]

#: Signs the deliveries of the samples, and stands in none of them.
_SECRET: Final = "samples2026secret"  # noqa: S105 - of no webhook
_DAY: Final = 86400
#: Seconds from the change to the delivery.
_UNDER_WAY: Final = 2.0
#: Verb → how long after its creation the record came to that.
_AFTER: Final = {"created": 0, "updated": _DAY, "deleted": 2 * _DAY}
#: What an update changes, where the record has it.
_UPDATED: Final = {
    "last_modified_time": "2026-12-02T07:00:06-0500",
    "last_modified_time_formatted": "02 Dec 2026 07:00",
}
#: A module without a schema, for the generic events: its key in the payload, the field of its id, and a record.
_OTHER: Final = Module("record", "inventory_adjustment", "inventory_adjustment_id")
_OTHER_RECORD: Final = {
    "inventory_adjustment_id": "5128453000000386214",
    "date": "2026-12-01",
    "description": "Counted anew",
    "last_modified_time": "2026-12-01T07:00:06-0500",
}


def event_samples() -> Iterator[Generated]:
    """Yield the sample of every type of event."""
    for event_type, told in trigger()["events"]["types"].items():
        yield ROOT / told["sample"], partial(_text, event_type)


def _text(event_type: str) -> str:
    return laid_out(event_sample(event_type))


def event_sample(event_type: str) -> dict[str, Any]:
    """Return the sample of a type of event."""
    told = trigger()["events"]["types"][event_type]
    module = find_module(told["module"]) or _OTHER
    verb = event_type.rpartition(".")[2]
    content = {module.root: _record(module, verb)}
    delivery = _delivery(told["parameter"], content, NOW + _AFTER[verb] + _UNDER_WAY)
    [event] = WebhookTrigger().receive(delivery, secrets=[_SECRET])
    return asdict(event)


def _record(module: Module, verb: str) -> Record:
    whole = record_sample(MODULES[module.key])["output"]["record"] if module.key in MODULES else _OTHER_RECORD
    if verb == "deleted":
        return {module.id_field: whole[module.id_field]}
    return {name: _UPDATED.get(name, value) if verb == "updated" else value for name, value in whole.items()}


def _delivery(parameter: str, content: Record, received_at: float) -> Delivery:
    """Return a delivery to a URL as the connector's own subscriptions have it."""
    pairs = [("event", parameter), ("organization_id", ORGANIZATION)]
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [(HEADER, sign(_SECRET, pairs, body)), ("Content-Type", "application/json")]
    return Delivery("POST", urlencode(pairs), headers, body, received_at)
