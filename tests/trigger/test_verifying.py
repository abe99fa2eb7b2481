"""What is proven is taken, and every step away from it is refused."""

from __future__ import annotations

import base64
import logging
import traceback
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from zoho_books_connector.boundary import Trigger
from zoho_books_connector.errors import CredentialError, WebhookRejectedError
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.refusals import REFUSALS

from .deliveries import FORM, INVOICE, SECRET, TOKEN, delivery, receive, refusal, sign


def test_it_is_a_trigger() -> None:
    trigger: Trigger = WebhookTrigger()
    assert trigger.receive(delivery(), secrets=[SECRET], header_tokens=[TOKEN])


# --- the vectors: string and digest were computed apart from this code ----------------------------------------------

VECTORS = [
    (
        "",
        b'{"invoice":{"invoice_id":"982000000567114"}}',
        "application/json",
        "4b39c43c5ce2ec6bb1fc72417489c320165f6f1f6c78799d5c00881d991fe4f5",
    ),
    (
        "subscription_id=90343&name=basic",
        b'{"created_date":"2019-03-06","event_id":"5675"}',
        "application/json",
        "d7c4be421eb5640747f3986e3f2b55eecd1c14793c76bfd0b7d5f07b5e0c78f4",
    ),
    (
        "event=invoice_created",
        '{"invoice":{"invoice_id":"982000000567114","notes":"Café"}}'.encode(),
        "application/json",
        "a77f232bb8aabf8fe8f67eb9ae0757e88dcbb9622d78549877259b43ee2cb848",
    ),
    ("q=1", b"b=2&a=x+y", FORM, "a5bc83553ee99b71100c516032b6685c33e40ab0a6a1d0b88679a2fd95174ac2"),
    ("q=1", b"b=2&a=x%20y", FORM, "a5bc83553ee99b71100c516032b6685c33e40ab0a6a1d0b88679a2fd95174ac2"),
]


@pytest.mark.parametrize(("query", "body", "content_type", "digest"), VECTORS)
def test_every_vector_is_taken_in_every_spelling_of_its_digest(
    query: str, body: bytes, content_type: str, digest: str
) -> None:
    in_base64 = base64.b64encode(bytes.fromhex(digest)).decode()
    for signature in (digest, digest.upper(), in_base64, f"  {digest} "):
        assert refusal(delivery(body, query=query, content_type=content_type, signature=signature)) is None


def test_base64_keeps_its_case() -> None:
    signature = "SznEPFzi7Gux/HJBdInDIBZfbx9seHmdXACIHZkf5PU="
    body = b'{"invoice":{"invoice_id":"982000000567114"}}'
    assert refusal(delivery(body, query="", signature=signature)) is None
    assert refusal(delivery(body, query="", signature=signature.swapcase())) == "signature_wrong"


# --- one changed argument away --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signature": sign("event=invoice_created", b"{}")}, "signature_wrong"),
        ({"signature": sign("", b"")}, "signature_wrong"),
        ({"signature": ""}, "signature_wrong"),
        ({"signature": "0" * 64}, "signature_wrong"),
        ({"signature": "é" * 64}, "signature_wrong"),
        ({"signature": "\udcff\ud800\x00"}, "signature_wrong"),
        ({"signature": "t=1,v=2"}, "signature_wrong"),
        ({"headers": [("x-zoho-webhook-signature", "0" * 64)]}, "header_repeated"),
        ({"headers": [("X-Connector-Token", TOKEN)]}, "header_repeated"),
        ({"headers": [("Content-Type", FORM)]}, "header_repeated"),
        ({"headers": [("Content-Encoding", "gzip")]}, "body_compressed"),
        ({"headers": [("content-encoding", "identity"), ("Content-Encoding", "br")]}, "body_compressed"),
        ({"method": "DELETE"}, "method_refused"),
        ({"method": "GET"}, "method_refused"),
        ({"method": "PO\nST"}, "method_refused"),
        ({"content_type": FORM, "body": b"a=1", "signature": sign("event=invoice_created", b"a=1")}, "signature_wrong"),
        ({"query": "a=1&" * 2500}, "fields_too_many"),
        ({"content_type": FORM, "body": b"&" * 2500}, "fields_too_many"),
    ],
)
def test_a_delivery_one_argument_away_from_a_good_one_is_refused(changed: dict[str, Any], code: str) -> None:
    assert refusal(delivery()) is None
    assert refusal(delivery(**changed)) == code


@pytest.mark.parametrize("query", ["", "event=invoice_updated", "event=invoice_created&x=1", "Event=invoice_created"])
def test_a_changed_query_is_refused(query: str) -> None:
    assert refusal(replace(delivery(), query=query)) == "signature_wrong"


def test_a_changed_body_is_refused() -> None:
    given = delivery()
    assert refusal(replace(given, body=given.body + b" ")) == "signature_wrong"
    assert refusal(replace(given, body=b"")) == "signature_wrong"


def test_no_signature_at_all_is_refused() -> None:
    given = delivery()
    bare = replace(given, headers=[pair for pair in given.headers if "Signature" not in pair[0]])
    assert refusal(bare) == "signature_missing"


def test_a_signature_with_another_secret_is_refused() -> None:
    assert refusal(delivery(), secrets=["anothersecret12"]) == "signature_wrong"


def test_while_a_secret_is_replaced_both_are_good() -> None:
    for secrets in ([SECRET, "thenewsecret12"], ["thenewsecret12", SECRET], [SECRET, SECRET]):
        assert refusal(delivery(), secrets=secrets) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "post"])
def test_post_and_put_are_taken(method: str) -> None:
    assert refusal(delivery(method=method)) is None


def test_header_names_may_have_any_case() -> None:
    given = delivery()
    assert refusal(replace(given, headers=[(name.upper(), value) for name, value in given.headers])) is None


def test_a_body_may_be_as_large_as_the_limit_and_no_larger() -> None:
    size = len(delivery().body)
    assert refusal(delivery(), max_body=size) is None
    assert refusal(delivery(), max_body=size - 1) == "body_too_large"


def test_identity_is_no_compression() -> None:
    assert refusal(delivery(headers=[("Content-Encoding", "identity")])) is None


# --- the connector's own header -------------------------------------------------------------------------------------


def test_the_header_token_is_asked_for_only_when_one_is_set() -> None:
    given = delivery()
    bare = replace(given, headers=[pair for pair in given.headers if "Token" not in pair[0]])
    assert refusal(bare, header_tokens=()) is None
    assert refusal(bare) == "token_missing"
    assert refusal(given, header_tokens=["another-token-of-ours"]) == "token_wrong"
    assert refusal(given, header_tokens=["another-token-of-ours", TOKEN]) is None
    assert refusal(given, token_header="X-Other") == "token_missing"


@pytest.mark.parametrize("token", ["", TOKEN + "x", TOKEN[:-1], TOKEN.upper(), "é", "\ud800"])
def test_a_token_must_be_the_very_one(token: str) -> None:
    given = delivery()
    headers = [pair for pair in given.headers if "Token" not in pair[0]]
    assert refusal(replace(given, headers=[*headers, ("X-Connector-Token", token)])) == "token_wrong"


def test_the_token_does_not_stand_in_for_the_signature() -> None:
    assert refusal(delivery(signature="0" * 64)) == "signature_wrong"


# --- the host's own settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"secrets": []}, "webhook_secret_missing"),
        ({"secrets": ""}, "webhook_secret_missing"),
        ({"secrets": [""]}, "webhook_secret_short"),
        ({"secrets": [" " * 20]}, "webhook_secret_short"),
        ({"secrets": ["elevenchars"]}, "webhook_secret_short"),
        ({"secrets": [SECRET, ""]}, "webhook_secret_short"),
        ({"secrets": SECRET}, "webhook_secret_short"),
        ({"header_tokens": [""]}, "webhook_token_short"),
        ({"header_tokens": TOKEN}, "webhook_token_short"),
    ],
)
def test_without_good_settings_nothing_is_received_and_the_host_is_told(settings: dict[str, Any], code: str) -> None:
    for given in (
        delivery(),
        delivery(signature=""),
        delivery(signature=sign("event=invoice_created", b"", secret="")),
    ):
        with pytest.raises(CredentialError) as caught:
            receive(given, **settings)
        assert (caught.value.code, caught.value.reason) == (code, "invalid")


# --- points that Zoho does not state: every plausible reading is taken ----------------------------------------------


@pytest.mark.parametrize(
    ("query", "signed"),
    [
        ("k=2&k=1", "k2k1"),
        ("k=2&k=1", "k1k2"),
        ("a=1&b=", "a1b"),
        ("a=1&b=", "a1"),
        ("a=1&b", "a1b"),
        ("a=x+y", "ax y"),
        ("a=x+y", "ax+y"),
        ("a=x%20y", "ax y"),
        ("a=x%2By", "ax+y"),
        ("a=x%20y+z", "ax y z"),
        ("a=x%20y+z", "ax y+z"),
        ("b=%C3%A9&%C3%A9=b&a=1", "a1béébr"[:-1]),
        ("a=1&&b=2&", "a1b2"),
        ("=v&a=1", "va1"),
        ("a=b=c", "ab=c"),
        ("B=1&a=2", "B1a2"),
        ("k=2&k=1&e=&p=x+y", "k1k2px+y"),
    ],
)
def test_a_plausible_reading_of_the_query_is_taken(query: str, signed: str) -> None:
    assert refusal(delivery(b"", query=query, signature=sign("", signed.encode()))) is None


@pytest.mark.parametrize(
    ("query", "signed"),
    [
        ("a=x%20y", "ax+y"),
        ("a=x%20y", "ax%20y"),
        ("b=1&a=2", "b1a2"),
        ("a=1&b=2", "a=1&b=2"),
        ("B=1&a=2", "a2B1"),
        ("a=1", "A1"),
    ],
)
def test_an_implausible_reading_of_the_query_is_not(query: str, signed: str) -> None:
    assert refusal(delivery(b"", query=query, signature=sign("", signed.encode()))) == "signature_wrong"


def test_query_and_form_are_sorted_together() -> None:
    body = urlencode({"a": "1", "c": "3"}).encode()
    assert refusal(delivery(body, query="b=2", content_type=FORM, signature=sign("", b"a1b2c3"))) is None


def test_a_json_body_cannot_be_passed_off_as_a_form() -> None:
    given = delivery(query="")
    as_form = replace(given, headers=[("Content-Type", FORM), *given.headers[:2]])
    assert receive(as_form)[0].record == INVOICE


# --- a repeated delivery keeps its identity -------------------------------------------------------------------------


def test_another_spelling_of_the_same_delivery_has_the_same_id() -> None:
    body = b'{"x":1}'
    first = receive(delivery(body, query="a=1&b=x%20y&event=invoice_created"))[0]
    spellings = ("b=x+y&a=1", "%61=1&b=x%20y", "a=1&b=x y&c=")
    for query in (f"event=invoice%5Fcreated&{spelling}" for spelling in spellings):
        again = delivery(body, query=query, signature=sign("a=1&b=x%20y&event=invoice_created", body))
        assert receive(again)[0].delivery_id == first.delivery_id


def test_other_content_has_another_id() -> None:
    ids = {receive(delivery(body, query=query))[0].delivery_id for body in (b"{}", b"[{}]") for query in ("", "a=1")}
    assert len(ids) == 4


# --- what is said of a refused delivery -----------------------------------------------------------------------------


def test_a_refusal_is_one_line_in_the_log_without_anything_from_the_delivery(caplog: pytest.LogCaptureFixture) -> None:
    given = delivery({"canary": "canary-body"}, query="canary=" + quote("canary query"), signature="canary-signature")
    with caplog.at_level(logging.DEBUG):
        assert refusal(given) == "signature_wrong"
    (record,) = caplog.records
    assert record.name == "zoho_books_connector.webhook"
    assert record.getMessage() == f"Refused a delivery of {len(given.body)} bytes: signature_wrong"


@pytest.mark.parametrize(
    "body", [b"canary", b'{"canary": NaN}', b'"canary"', b"canary\xff", b"[" * 100_000 + b"canary"], ids=str
)
def test_no_error_carries_anything_of_the_delivery_along(body: bytes) -> None:
    with pytest.raises(WebhookRejectedError) as caught:
        receive(delivery(body))
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value.to_dict())
    assert "canary" not in shown.replace("test_no_error", "")
    assert SECRET not in shown


def test_what_is_taken_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        receive(delivery())
    assert caplog.records == []


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_a_sentence(code: str) -> None:
    message, hint = REFUSALS[code]
    assert message.endswith(".")
    assert hint == "" or hint.endswith(".")
