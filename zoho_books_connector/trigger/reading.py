"""From a proven body to its events: a pure function, so that it can be read when it came or when it is handed out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.trigger.events import empty_event, read_events
from zoho_books_connector.trigger.headers import Headers
from zoho_books_connector.trigger.payload import JSON_FIELD, is_form, media_type, read_bodies

#: The fields that stand alone and blank in the call that tries a webhook when it is saved.
_TRIED_WITH: Final = frozenset({"payload", JSON_FIELD})
#: Characters that are kept of a header, which is not signed.
_LONGEST: Final = 200


def facts_of(headers: Headers, query: Mapping[str, Any], hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what an event tells of its delivery but its time: nothing in ``hidden``, and nothing long."""
    facts = {"query": query, "content_type": _plain(media_type(headers.single("content-type") or ""))}
    agent = " ".join(headers.all("user-agent")).strip()
    told = agent and not any(secret in agent for secret in hidden)
    return facts | {"user_agent": _plain(agent)} if told else facts


def events_of(delivery_id: str, received_at: float, facts: Mapping[str, Any], body: bytes) -> list[Event]:
    """Return the events of a delivery; raises ``WebhookRejectedError`` where its body cannot be read."""
    query = facts["query"]
    delivery = {"query": query, "received_at": received_at, **facts}
    if not body.strip():
        return [empty_event(delivery_id, query, delivery)]
    bodies = read_bodies(body, form=is_form(facts["content_type"], body))
    if len(bodies) == 1 and _says_nothing(bodies[0]):
        return [empty_event(delivery_id, query, delivery)]
    return read_events(bodies, delivery_id, query, delivery)


def _says_nothing(body: Mapping[str, Any]) -> bool:
    return body.keys() <= _TRIED_WITH and all(value is None or not str(value).strip() for value in body.values())


def _plain(value: str) -> str:
    """Return a header as short plain ASCII: whoever repeats a delivery may write anything into it."""
    return value[:_LONGEST] if value.isascii() else value[:_LONGEST].encode("ascii", "replace").decode()
