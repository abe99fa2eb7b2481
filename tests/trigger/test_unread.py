"""A delivery that is kept unread and read when it is handed out brings the same as one that is read when it comes."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.stores.inbox_rows import packed, unpacked
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.modules import MODULES
from zoho_books_connector.trigger.payload import is_form
from zoho_books_connector.trigger.proven import Proven
from zoho_books_connector.trigger.signature import signed_strings

from .asgi import Kept, endpoint, status
from .deliveries import FORM, INVOICE, NOW, SECRET, TOKEN, delivery

KEYS = [
    "invoice",
    "Invoice",
    "invoice_id",
    "contact",
    "last_modified_time",
    "organization_id",
    "total",
    "payload",
    "a_id",
]
MOMENTS = ["2026-06-11T17:38:06-0700", "2026-06-11T17:38:06", "0001-01-01T00:00:00+0100", "yesterday", ""]
NUMBERS = [
    *("0", "-0", "1.0", "12", "1e999", "-1e-999", "0.1", "0.1234567890123456789", "982000000567114", "1E5"),
    *("98200000056711498200000056711", "9" * 4400, "01", "1.", "NaN", "-NaN", "Infinity", "-Infinity", "nan"),
]
TEXTS = [
    r'"\ud83d"',
    r'"\ud83d\ude00"',
    r'"\\ud83d"',
    '"a\x01"',
    '"NaN"',
    '"Infinity and NaN"',
    '"\\u0000"',
    '"é"',
    '"',
]
QUERIES = [
    *("event=invoice_created", "event=invoice_deleted&module=", "module=invoice", "event=contact_updated", ""),
    *("event=customer_debit_note_created", "event=created", "event=invoice_paid&organization_id=7", "event=a&event=b"),
    f"event=invoice_created&token={TOKEN}",
]

scalars = st.sampled_from([*NUMBERS, *TEXTS, *map(json.dumps, MOMENTS), "null", "true", '"98"', '" 98 "']) | st.text(
    max_size=5
).map(json.dumps)
names = st.sampled_from([*map(json.dumps, KEYS), r'"\u0069nvoice"', r'"invoice\u005fid"'])


def _object(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(names, inner), max_size=4).map(
        lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
    )


def _list(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")


#: Almost JSON: equal keys, numbers that are none, halves of pairs.
texts = st.recursive(scalars, lambda inner: _object(inner) | _list(inner), max_leaves=12)
rooted = _object(texts).map(lambda record: '{"invoice": ' + record + "}")
forms = st.lists(st.tuples(st.sampled_from([*KEYS, "JSONString"]), texts), max_size=3).map(
    lambda pairs: "&".join(f"{key}={value}" for key, value in pairs)
)
bodies = (rooted | texts | forms).map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=30)


def outcome(given_delivery: Delivery, *, unread: bool) -> Any:
    """Return what comes out of the store, or why nothing went in."""
    trigger = WebhookTrigger(clock=lambda: NOW)
    way = trigger.admit if unread else trigger.receive
    try:
        rows = packed(way(given_delivery, secrets=[SECRET], header_tokens=[TOKEN]))
    except ConnectorError as error:
        return error.code
    return [(name, version, unpacked(name, *kept)) for name, version, *kept in rows]


def signed(body: bytes, query: str, content_type: str | None, **options: Any) -> Delivery:
    string = signed_strings(query.encode(), body, form=is_form(content_type or "", body))[0]
    signature = hmac.new(SECRET.encode(), string, hashlib.sha256).hexdigest()
    return delivery(body, query=query, content_type=content_type, signature=signature, **options)


@settings(deadline=None, max_examples=600)
@given(body=bodies, query=st.sampled_from(QUERIES), content_type=st.sampled_from(["application/json", FORM, None]))
@example(body=b'{"invoice": 5, "invoice": {"invoice_id": "1"}}', query=QUERIES[0], content_type=None)
@example(body=b'{"invoice": {"invoice_id": "1"}, "invoice": 5}', query=QUERIES[0], content_type=None)
@example(body=b'{"invoice": {"invoice_id": "1", "invoice_id": 1e999}}', query=QUERIES[0], content_type=None)
@example(body=b'{"invoice": {"invoice_id": "1"}} ', query=QUERIES[0], content_type=FORM)
@example(body=b'{"invoice": {"total": NaN}}', query=QUERIES[0], content_type=None)
@example(body=b'{"invoice": {"notes": "\xff"}}', query=QUERIES[0], content_type=None)
@example(body=b'{"invoice": {"notes": "\xed\xa0\xbd"}}', query=QUERIES[0], content_type=None)
def test_whatever_comes_the_outcome_is_the_same(body: bytes, query: str, content_type: str | None) -> None:
    arrived = signed(body, query, content_type)
    assert outcome(arrived, unread=True) == outcome(arrived, unread=False)


@pytest.mark.parametrize("depth", [*range(150, 270, 7), 900, 990, 4000])
def test_however_deep_it_is_the_outcome_is_the_same(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        middle = "1" if closing == "}" else ""
        nested = opening * depth + middle + closing * depth
        arrived = delivery(b'{"invoice": {"invoice_id": "1", "deep": ' + nested.encode() + b"}}")
        assert outcome(arrived, unread=True) == outcome(arrived, unread=False)


@pytest.mark.parametrize("received_at", [5, 5.25, float("nan"), float("inf")])
@pytest.mark.parametrize("agent", ["ZohoBooks/1.0", "", TOKEN, "\udcff☃", "x" * 5000])
def test_the_facts_of_a_delivery_are_the_same(received_at: float, agent: str) -> None:
    arrived = delivery(received_at=received_at, headers=[("User-Agent", agent)])
    assert outcome(arrived, unread=True) == outcome(arrived, unread=False)


# --- what is kept unread, lest the above compare nothing ------------------------------------------------------------


def admitted(*arguments: Any, **options: Any) -> list[Event | Proven]:
    trigger = WebhookTrigger(clock=lambda: NOW)
    return trigger.admit(delivery(*arguments, **options), secrets=[SECRET], header_tokens=[TOKEN])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.key)
def test_one_record_under_the_root_that_the_query_names_is_kept_unread(module: Any) -> None:
    [kept] = admitted({module.root: {module.id_field: 98} | INVOICE}, query=f"event={module.key}_updated")
    assert isinstance(kept, Proven)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"invoice": [INVOICE]}, "event=invoice_created"),
        ({"invoice": INVOICE, "contact": {}}, "event=invoice_created"),
        ({"contact": INVOICE}, "event=invoice_created"),
        ({"invoice": INVOICE | {"invoice_id": 1.5}}, "event=invoice_created"),
        ({"invoice": INVOICE}, "event=created"),
        (b"", "event=invoice_created"),
    ],
)
def test_anything_else_is_read_when_it_comes(body: object, query: str) -> None:
    assert [type(each) for each in admitted(body, query=query)] == [Event]


def test_what_is_kept_unread_shows_nothing_of_its_record_to_a_log() -> None:
    [kept] = admitted()
    assert INVOICE["invoice_number"] not in repr(kept)


# --- through the endpoint -------------------------------------------------------------------------------------------


def test_the_inbox_hands_out_what_the_trigger_would_have_made(tmp_path: Path) -> None:
    inbox, kept = SqliteInbox(tmp_path / "inbox.db"), Kept()
    for store in (inbox, kept):
        assert status(endpoint(store), delivery(received_at=NOW)) == 200
    [taken] = inbox.take()
    assert taken.event == kept.events[0]


def test_a_trigger_with_another_way_to_receive_is_asked(tmp_path: Path) -> None:
    class Filtering(WebhookTrigger):
        def receive(self, *arguments: Any, **options: Any) -> list[Event]:
            return [each for each in super().receive(*arguments, **options) if each.record_id != INVOICE["invoice_id"]]

    inbox = SqliteInbox(tmp_path / "inbox.db")
    app = endpoint(inbox, trigger=Filtering())
    assert [status(app, delivery(body)) for body in (None, {"invoice": {"invoice_id": "2"}})] == [200, 200]
    assert [each.event.record_id for each in inbox.take(9)] == ["2"]


def test_whoever_changes_an_event_changes_no_other() -> None:
    trigger = WebhookTrigger(clock=lambda: NOW)
    first, second = (
        trigger.receive(delivery(query="event=invoice_created&a=1&a=2"), secrets=[SECRET], header_tokens=[TOKEN])[0]
        for _ in range(2)
    )
    first.delivery["query"]["a"].append("3")
    first.delivery["query"]["b"] = "4"
    assert second.delivery["query"] == {"event": "invoice_created", "a": ["1", "2"]}
