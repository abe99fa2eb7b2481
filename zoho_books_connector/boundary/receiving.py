"""Deliveries of webhooks, and the events that they bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """A request as it reached the host, untouched: raw query, header pairs, raw body."""

    method: str
    query: str
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    #: Unix seconds.
    received_at: float | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened in Zoho Books."""

    #: ``invoice.created``, ``contact.updated``, … or ``test`` for Zoho's empty test delivery.
    type: str
    #: The same for every resend of one delivery: hash of query and body.
    delivery_id: str
    #: The same for every sight of one version of a record; ``None`` when the body carries no modification time.
    version_key: str | None
    module: str | None
    record_id: str | None
    organization_id: str | None
    #: ISO 8601 with offset; the record's modification time.
    occurred_at: str | None
    record: dict[str, Any] = field(repr=False)
    #: ``query`` parameters and ``received_at`` of the delivery.
    delivery: dict[str, Any] = field(default_factory=dict)
