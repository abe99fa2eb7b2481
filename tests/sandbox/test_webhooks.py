"""Webhook deliveries: what they carry and how they are signed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from zoho_books_connector.sandbox import Delivery, Switches
from zoho_books_connector.sandbox.signing import HEADER, check_secret, sign, signed_bytes
from zoho_books_connector.sandbox.webhooks import Webhooks

SECRET = "zohobooks1234"
INVOICE = {"invoice_id": "982000000567114", "invoice_number": "INV-1", "total": 120, "is_emailed": False}


@pytest.fixture
def webhooks() -> Webhooks:
    return Webhooks(Switches())


def header(delivery: Delivery, name: str) -> str | None:
    return dict(delivery.headers).get(name)


@pytest.mark.parametrize(
    ("query", "form", "body", "digest"),
    [
        (
            [],
            [],
            b'{"invoice":{"invoice_id":"982000000567114"}}',
            "4b39c43c5ce2ec6bb1fc72417489c320165f6f1f6c78799d5c00881d991fe4f5",
        ),
        (
            [("subscription_id", "90343"), ("name", "basic")],
            [],
            b'{"created_date":"2019-03-06","event_id":"5675"}',
            "d7c4be421eb5640747f3986e3f2b55eecd1c14793c76bfd0b7d5f07b5e0c78f4",
        ),
        (
            [("event", "invoice_created")],
            [],
            '{"invoice":{"invoice_id":"982000000567114","notes":"Café"}}'.encode(),
            "a77f232bb8aabf8fe8f67eb9ae0757e88dcbb9622d78549877259b43ee2cb848",
        ),
        (
            [("q", "1")],
            [("b", "2"), ("a", "x y")],
            b"",
            "a5bc83553ee99b71100c516032b6685c33e40ab0a6a1d0b88679a2fd95174ac2",
        ),
    ],
)
def test_known_vectors(
    webhooks: Webhooks, query: list[tuple[str, str]], form: list[tuple[str, str]], body: bytes, digest: str
) -> None:
    assert sign(SECRET, [*query, *form], body) == digest
    if form:
        delivery = webhooks.build("x", dict(form), secret=SECRET, body_format="form", query=query)
    else:
        delivery = webhooks.build("x", {}, secret=SECRET, body_format="raw", raw=body, query=query)
    assert header(delivery, HEADER) == digest


def test_the_first_vector_in_base64() -> None:
    body = b'{"invoice":{"invoice_id":"982000000567114"}}'
    assert sign(SECRET, [], body, "base64") == "SznEPFzi7Gux/HJBdInDIBZfbx9seHmdXACIHZkf5PU="


@pytest.mark.parametrize("position", ["hex", "base64"])
def test_the_encoding_is_that_of_the_switch_unless_named(position: Any) -> None:
    webhooks = Webhooks(Switches(signature_encoding=position))
    plain = webhooks.build("invoice", INVOICE, secret=SECRET)
    named = webhooks.build("invoice", INVOICE, secret=SECRET, encoding="hex")
    assert header(plain, HEADER) == sign(SECRET, [], plain.body, position)
    assert header(named, HEADER) == sign(SECRET, [], named.body, "hex")


def test_pairs_are_sorted_by_key_and_repeated_keys_keep_their_order() -> None:
    assert signed_bytes([("b", "1"), ("a", "2"), ("b", "0")], b"!") == b"a2b1b0!"


def test_the_query_of_the_url_is_signed_and_sent(webhooks: Webhooks) -> None:
    delivery = webhooks.build(
        "invoice", INVOICE, secret=SECRET, url="http://127.0.0.1:9/h?z=1", query=[("event", "invoice created")]
    )
    assert delivery.url == "http://127.0.0.1:9/h?z=1&event=invoice+created"
    assert header(delivery, HEADER) == sign(SECRET, [("event", "invoice created"), ("z", "1")], delivery.body)


def test_without_a_secret_nothing_is_signed(webhooks: Webhooks) -> None:
    assert header(webhooks.build("invoice", INVOICE), HEADER) is None


@pytest.mark.parametrize("secret", ["short", "x" * 51, "with-symbols-12", "", "äääääääääääää"])
def test_secrets_the_form_refuses(webhooks: Webhooks, secret: str) -> None:
    with pytest.raises(ValueError):
        webhooks.build("invoice", INVOICE, secret=secret)


@pytest.mark.parametrize("secret", ["x" * 12, "x" * 50, "Ab1" * 5])
def test_secrets_the_form_takes(secret: str) -> None:
    check_secret(secret)


@pytest.mark.parametrize(
    ("entity", "key"),
    [("invoice", "invoice"), ("sales_order", "salesorder"), ("customer_payment", "payment"), ("contact", "contact")],
)
def test_the_default_payload_is_the_record_under_its_key(webhooks: Webhooks, entity: str, key: str) -> None:
    delivery = webhooks.build(entity, {"notes": "Café"})
    payload = json.loads(delivery.body)
    assert list(payload) == [key]
    assert payload[key]["notes"] == "Café"
    assert len(payload[key]) > 15
    assert header(delivery, "Content-Type") == "application/json"


def test_new_and_old_default_payloads_differ(webhooks: Webhooks) -> None:
    new = json.loads(webhooks.build("invoice", INVOICE).body)["invoice"]
    old = json.loads(webhooks.build("invoice", INVOICE, body_format="default_old").body)["invoice"]
    assert (new["total"], new["total_formatted"]) == (120, "$120.00")
    assert old["total"] == "120"
    assert "total_formatted" not in old


def test_form_bodies_carry_plain_fields(webhooks: Webhooks) -> None:
    delivery = webhooks.build("invoice", INVOICE | {"line_items": [1]}, body_format="form", secret=SECRET)
    fields = parse_qs(delivery.body.decode())
    assert fields == {
        "invoice_id": ["982000000567114"],
        "invoice_number": ["INV-1"],
        "total": ["120"],
        "is_emailed": ["false"],
    }
    pairs = [(name, values[0]) for name, values in fields.items()]
    assert header(delivery, HEADER) == sign(SECRET, pairs, b"")


def test_jsonstring_bodies_carry_the_payload_in_one_field(webhooks: Webhooks) -> None:
    delivery = webhooks.build("invoice", INVOICE, body_format="jsonstring", secret=SECRET)
    [text] = parse_qs(delivery.body.decode())["JSONString"]
    assert json.loads(text)["invoice"]["invoice_id"] == "982000000567114"
    assert header(delivery, HEADER) == sign(SECRET, [("JSONString", text)], b"")


def test_the_test_delivery_is_empty(webhooks: Webhooks) -> None:
    delivery = webhooks.build("invoice", INVOICE, body_format="test", secret=SECRET, query=[("event", "x")])
    assert delivery.body == b""
    assert header(delivery, HEADER) == sign(SECRET, [("event", "x")], b"")


def test_secrets_and_bodies_stay_out_of_the_repr(webhooks: Webhooks) -> None:
    delivery = webhooks.build("invoice", INVOICE, secret=SECRET, headers=[("X-Key", "hidden-token")])
    assert "hidden-token" not in repr(delivery)
    assert "INV-1" not in repr(delivery)


class Receiver(BaseHTTPRequestHandler):
    """Remembers what came."""

    got: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    kind = type("OwnReceiver", (Receiver,), {"got": []})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", kind
        server.shutdown()
        thread.join()


def test_deliveries_are_really_sent(webhooks: Webhooks, receiver: tuple[str, type[Receiver]]) -> None:
    url, kind = receiver
    delivery = webhooks.build(
        "invoice", INVOICE, url=url, secret=SECRET, query=[("event", "x")], headers=[("X-Key", "k")]
    )
    assert webhooks.send(delivery) == 202
    [(path, headers, body)] = kind.got
    assert path == "/hook?event=x"
    assert headers["X-Key"] == "k"
    assert headers[HEADER] == sign(SECRET, [("event", "x")], body)
    assert body == delivery.body


@pytest.mark.parametrize("url", ["http://example.com/hook", "https://127.0.0.1:9/hook", "http://10.0.0.1/hook"])
def test_nothing_is_sent_beyond_this_machine(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(ValueError):
        webhooks.send(webhooks.build("invoice", INVOICE, url=url))
