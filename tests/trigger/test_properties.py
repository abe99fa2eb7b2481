"""What holds for any delivery: the genuine is taken, the changed refused, and nothing breaks the receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.trigger.payload import is_form
from zoho_books_connector.trigger.signature import signed_strings

from .deliveries import FORM, SECRET, delivery, receive, refusal, sign

CODES_OF_READING = {None, "body_not_json", "body_not_object", "body_not_utf8", "body_too_deep"}

secrets = st.text(string.ascii_letters + string.digits, min_size=12, max_size=50)
names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
pairs = st.lists(st.tuples(texts, texts), max_size=6)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | st.sampled_from(["invoice", "id_id"]), inner),
    max_leaves=20,
)
contents = st.sampled_from(["application/json", FORM, "text/plain", None])
junk = st.text(max_size=40)


@settings(deadline=None)
@given(query=pairs, body=st.binary(max_size=200), secret=secrets)
def test_any_query_and_raw_body_verify(query: list[tuple[str, str]], body: bytes, secret: str) -> None:
    raw = urlencode(query)
    given_delivery = delivery(body, query=raw, signature=sign(raw, body, secret=secret))
    assert refusal(given_delivery, secrets=[secret]) in CODES_OF_READING


@settings(deadline=None)
@given(query=pairs, form=pairs, secret=secrets)
def test_any_query_and_form_verify(query: list[tuple[str, str]], form: list[tuple[str, str]], secret: str) -> None:
    raw, body = urlencode(query), urlencode(form).encode()
    signature = sign(raw, body, form=True, secret=secret)
    given_delivery = delivery(body, query=raw, content_type=FORM, signature=signature)
    assert refusal(given_delivery, secrets=[secret]) in CODES_OF_READING


@settings(deadline=None)
@given(body=st.binary(min_size=1, max_size=200), data=st.data())
def test_a_body_with_any_changed_byte_is_refused(body: bytes, data: st.DataObject) -> None:
    genuine = delivery(body)
    assert refusal(replace(genuine, body=_flip(body, data))) == "signature_wrong"


@settings(deadline=None)
@given(query=st.lists(st.tuples(names, names), min_size=1, max_size=5, unique_by=lambda pair: pair[0]), data=st.data())
def test_a_query_with_any_changed_letter_is_refused(query: list[tuple[str, str]], data: st.DataObject) -> None:
    """Letters and digits; the scheme has no separators, so it cannot see a changed ``=`` or ``&``."""
    raw = urlencode(query)
    genuine = delivery(query=raw)
    places = [index for index, letter in enumerate(raw) if letter not in "=&"]
    index = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from(sorted(set(string.ascii_letters + string.digits) - {raw[index]})))
    changed = raw[:index] + letter + raw[index + 1 :]
    if sign(changed, b"") != sign(raw, b"") and sorted(parse_qsl(changed)) != sorted(parse_qsl(raw)):
        assert refusal(replace(genuine, query=changed)) == "signature_wrong"


@settings(deadline=None)
@given(data=st.data(), as_base64=st.booleans())
def test_a_signature_with_any_changed_character_is_refused(data: st.DataObject, as_base64: bool) -> None:
    digest = sign("event=invoice_created", delivery().body)
    text = base64.b64encode(bytes.fromhex(digest)).decode() if as_base64 else digest
    changed = _flip(text.encode(), data).decode("latin-1")
    if changed.strip().lower() != digest and changed.strip() != text:
        assert refusal(delivery(signature=changed)) == "signature_wrong"


@settings(deadline=None)
@given(
    method=st.sampled_from(["POST", "PUT"]) | junk,
    query=junk | st.from_regex(r"[&=+%a-c]{0,30}", fullmatch=True),
    headers=st.lists(
        st.tuples(st.sampled_from(["X-Zoho-Webhook-Signature", "Content-Type", "X-Connector-Token"]) | junk, junk),
        max_size=5,
    ),
    body=st.binary(max_size=100),
)
def test_nothing_that_arrives_raises_anything_but_a_refusal(
    method: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    assert refusal(Delivery(method, query, headers, body)) is not None


@settings(deadline=None)
@given(query=st.binary(max_size=40), body=st.binary(max_size=80), content_type=contents)
def test_no_proven_bytes_break_the_reader(query: bytes, body: bytes, content_type: str | None) -> None:
    """Signed by brute force: whatever string the connector would ask for, it gets."""
    text = query.decode("latin-1")
    signed = signed_strings(text.encode(), body, form=is_form(content_type or "", body))[0]
    signature = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    arrived = delivery(body, query=text, content_type=content_type, signature=signature)
    assert refusal(arrived) in CODES_OF_READING


@settings(deadline=None)
@given(value=values, query=st.sampled_from(["", "event=invoice_created", "module=task", "event=created&module=x"]))
def test_any_json_is_read_or_refused_and_what_is_read_can_be_written(value: object, query: str) -> None:
    arrived = delivery(json.dumps(value).encode(), query=query)
    code = refusal(arrived)
    assert code in CODES_OF_READING
    assert code or all(_is_sound(found) for found in receive(arrived))


@settings(deadline=None)
@given(value=values)
def test_a_known_root_with_anything_under_it_is_read(value: object) -> None:
    assert all(_is_sound(found) for found in receive(delivery({"invoice": value})))


def _is_sound(found: Event) -> bool:
    written = json.dumps([found.record, found.delivery], allow_nan=False, ensure_ascii=False).encode()
    texts_ = (found.type, found.delivery_id)
    return bool(written) and all(isinstance(text, str) and text for text in texts_) and found.record is not None


def _flip(raw: bytes, data: st.DataObject) -> bytes:
    index = data.draw(st.integers(0, len(raw) - 1))
    return raw[:index] + bytes([raw[index] ^ data.draw(st.integers(1, 127))]) + raw[index + 1 :]
