"""What was subscribed to arrives: a change in the books becomes a signed delivery that the trigger takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Receiver, receiver
from tests.trigger.subscribing.desk import Desk, MakeDesk
from zoho_books_connector.boundary import Delivery, Event, Subscription
from zoho_books_connector.errors import WebhookRejectedError

__all__ = ["receiver"]


def received(desk: Desk, hook: Receiver, wanted: Subscription) -> list[Event]:
    desk.sandbox.deliver_due()
    events = []
    for got in hook.everything:
        query = urlsplit(got.path).query
        delivery = Delivery(got.method, query, list(got.headers.items()), got.body)
        events += desk.trigger.receive(delivery, secrets=[wanted.secret], header_tokens=[wanted.header_token])
    hook.clear()
    return events


@pytest.mark.parametrize(
    ("switch", "position"),
    [
        ("webhook_check", "sent"),
        ("webhook_check", "absent"),
        ("signature_encoding", "base64"),
        ("rule_entity", "plural"),
        ("webhook_url_answer", "with_ending"),
        ("unsaid_payload_format", "old"),
    ],
)
def test_a_change_in_the_books_arrives_and_is_accepted(
    make_desk: MakeDesk, receiver: Receiver, switch: str, position: Any
) -> None:
    desk = make_desk(**{switch: position})
    wanted = desk.prepare("contact.created", "contact.updated", "contact.deleted", url=f"{receiver.url}?tenant=7")
    desk.subscribe(wanted)
    assert {event.type for event in received(desk, receiver, wanted)} <= {"test"}
    contact = desk.person.post("/contacts", {"contact_name": "Bowman and Co"}).data["contact"]
    desk.person.put(f"/contacts/{contact['contact_id']}", {"contact_name": "Bowman"})
    desk.person.put(f"/contacts/{contact['contact_id']}", {"contact_name": "Bowman Ltd"})
    desk.person.delete(f"/contacts/{contact['contact_id']}")
    events = received(desk, receiver, wanted)
    assert [event.type for event in events] == [
        "contact.created",
        "contact.updated",
        "contact.updated",
        "contact.deleted",
    ]
    assert {event.record_id for event in events} == {contact["contact_id"]}
    assert {event.organization_id for event in events} == {desk.organization_id}
    assert events[0].delivery["query"]["tenant"] == "7"


def test_after_a_rotation_the_old_secret_and_token_prove_nothing(desk: Desk, receiver: Receiver) -> None:
    wanted = desk.prepare("contact.created", url=receiver.url)
    desk.subscribe(wanted)
    renewed = replace(wanted, secret="n" * 40, header_token="t" * 40)
    desk.subscribe(renewed)
    desk.sandbox.deliver_due()
    receiver.clear()
    desk.person.post("/contacts", {"contact_name": "Bowman and Co"})
    with pytest.raises(WebhookRejectedError):
        received(desk, receiver, wanted)
    assert [event.type for event in received(desk, receiver, renewed)] == ["contact.created"]


def test_after_unsubscribing_nothing_arrives(desk: Desk, receiver: Receiver) -> None:
    wanted = desk.prepare("contact.created", url=receiver.url)
    desk.subscribe(wanted)
    desk.unsubscribe(wanted)
    desk.sandbox.deliver_due()
    receiver.clear()
    desk.person.post("/contacts", {"contact_name": "Bowman and Co"})
    assert received(desk, receiver, wanted) == []
