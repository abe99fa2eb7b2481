"""Whatever arrives: nothing crashes the endpoint, nothing is taken wrongly, and one line says why, without the body."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.trigger.loops import run_alone
from zoho_books_connector.boundary import Delivery
from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.trigger.answering import STATUSES
from zoho_books_connector.trigger.refusals import REFUSALS

from .asgi import LIMIT, Exchange, Kept, endpoint, status
from .deliveries import FORM, INVOICE, SECRET, TOKEN, delivery, sign
from .test_endpoint import line

ROOT = Path(__file__).parents[2]
#: Stands in bodies, and must stand in no log.
MARK = "Liechtenstein"


def marked(**fields: Any) -> dict[str, Any]:
    return {"invoice": INVOICE | {"notes": MARK} | fields}


GENUINE = delivery(marked())
LARGE = json.dumps(marked(more="x" * LIMIT)).encode()
DEEP = b'{"invoice": {"notes": "' + MARK.encode() + b'", "a":' + b"[" * 4500 + b"]" * 4500 + b"}}"

REFUSED: dict[str, tuple[Delivery, dict[str, Any], int, str]] = {
    "GET": (delivery(marked(), method="GET"), {}, 405, "method_refused"),
    "DELETE": (delivery(marked(), method="DELETE"), {}, 405, "method_refused"),
    "another method": (delivery(marked(), method="BREW"), {}, 405, "method_refused"),
    "no signature": (Delivery("POST", GENUINE.query, GENUINE.headers[1:], GENUINE.body), {}, 401, "signature_missing"),
    "junk for a signature": (delivery(marked(), signature="\x00ÿ'--☃"), {}, 401, "signature_wrong"),
    "an empty signature": (delivery(marked(), signature=""), {}, 401, "signature_wrong"),
    "bytes for a signature": (delivery(marked(), signature="\udcff\udcfe"), {}, 401, "signature_wrong"),
    "a very long signature": (delivery(marked(), signature="a" * 100_000), {}, 401, "signature_wrong"),
    "two signatures": (
        delivery(marked(), headers=[("X-Zoho-Webhook-Signature", "0" * 64)]),
        {},
        400,
        "header_repeated",
    ),
    "no token": (
        Delivery("POST", GENUINE.query, [each for each in GENUINE.headers if each[1] != TOKEN], GENUINE.body),
        {},
        401,
        "token_missing",
    ),
    "another body under the signature": (
        Delivery("POST", GENUINE.query, GENUINE.headers, GENUINE.body.replace(b"120.5", b"999.9")),
        {},
        401,
        "signature_wrong",
    ),
    "another query under the signature": (
        Delivery("POST", "event=invoice_deleted", GENUINE.headers, GENUINE.body),
        {},
        401,
        "signature_wrong",
    ),
    "a form as a content type": (
        delivery(json.dumps({"notes": MARK}).encode()[1:], content_type=FORM, signature="0" * 64),
        {},
        401,
        "signature_wrong",
    ),
    "a compressed body": (
        delivery(gzip.compress(GENUINE.body), headers=[("Content-Encoding", "gzip")]),
        {},
        415,
        "body_compressed",
    ),
    "a compressed body that says nothing of it": (delivery(gzip.compress(GENUINE.body)), {}, 400, "body_not_utf8"),
    "another character set": (
        delivery(json.dumps(marked(), ensure_ascii=False).encode("utf-16"), content_type="text/plain; charset=utf-16"),
        {},
        400,
        "body_not_utf8",
    ),
    "invalid UTF-8": (delivery(b'{"notes": "' + MARK.encode() + b'\xff"}'), {}, 400, "body_not_utf8"),
    "broken JSON": (delivery(f'{{"notes": "{MARK}"'.encode()), {}, 400, "body_not_json"),
    "several files in one body": (
        delivery(f"--x\r\n\r\n{MARK}\r\n--x--".encode(), content_type="multipart/form-data; boundary=x"),
        {},
        400,
        "body_not_json",
    ),
    "NaN": (delivery(f'{{"notes": "{MARK}", "total": NaN}}'.encode()), {}, 400, "body_not_json"),
    "a text": (delivery(f'"{MARK}"'.encode()), {}, 400, "body_not_object"),
    "deeply nested JSON": (delivery(DEEP), {}, 400, "body_too_deep"),
    "a huge body": (delivery(LARGE), {}, 413, "body_too_large"),
    "a huge body, declared": (delivery(LARGE), {"length": len(LARGE)}, 413, "body_too_large"),
    "a length beyond all measure": (GENUINE, {"length": "9" * 100_000}, 413, "body_too_large"),
    "a length that is no number": (GENUINE, {"length": "-5"}, 400, "length_wrong"),
    "a length in other digits": (GENUINE, {"length": "٣"}, 400, "length_wrong"),
    "too many fields": (delivery(b"a=1&" * 3000, content_type=FORM), {}, 400, "fields_too_many"),
    "a body that breaks off": (GENUINE, {"parts": [GENUINE.body[:50]], "gone": True}, 400, "body_cut_off"),
    "a body that never ends": (GENUINE, {"parts": [GENUINE.body[:50]], "silent": True}, 408, "body_too_slow"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_one_line_that_shows_nothing_of_it(name: str, caplog: pytest.LogCaptureFixture) -> None:
    given, options, expected, reason = REFUSED[name]
    kept, caplog.handler.level = Kept(), 0
    app = endpoint(kept, body_seconds=0.05)
    assert status(app, given, **options) == expected
    assert kept.calls == 0
    assert [line(record) for record in caplog.records if record.name.startswith("zoho")] == [("WARNING", reason)]
    assert not [secret for secret in (MARK, SECRET, TOKEN, sign(given.query, given.body)) if secret in caplog.text]
    assert status(app, GENUINE) == 200


def test_a_wrong_length_beside_a_right_one_is_refused() -> None:
    given = delivery(marked(), headers=[("Content-Length", "5")])
    assert status(endpoint(Kept()), given, length=6) == 400


def test_every_refusal_of_the_trigger_has_its_status() -> None:
    assert {"signature_missing", "signature_wrong", "token_missing", "token_wrong"} == REFUSALS.keys() - STATUSES.keys()


def test_the_page_says_what_is_answered() -> None:
    rows = re.findall(r"^\| `(\w+)`.*\| (\d+) \|$", (ROOT / "docs" / "inbox.md").read_text("utf-8"), re.MULTILINE)
    assert {reason: int(code) for reason, code in rows} == STATUSES | {"stored": 200}


# --- the limit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "expected"), [(LIMIT, 200), (LIMIT + 1, 413)])
def test_the_limit_is_what_it_says(size: int, expected: int) -> None:
    body = json.dumps({"invoice": {"invoice_id": "1", "notes": ""}}).encode()
    body = body.replace(b'""', b'"' + b"x" * (size - len(body)) + b'"')
    assert len(body) == size
    for length in (None, size):
        assert status(endpoint(Kept()), delivery(body), length=length) == expected


def test_a_body_is_not_read_beyond_the_limit() -> None:
    exchange = Exchange(delivery(marked()), parts=[b"x" * 8000] * 1000)
    assert run_alone(exchange.run(endpoint(Kept()))) == 413
    assert exchange.asked == 3
    assert exchange.headers[b"connection"] == b"close"


def test_a_body_that_is_declared_too_large_is_not_read_at_all() -> None:
    exchange = Exchange(delivery(marked()), length=LIMIT + 1, http_version="2")
    assert run_alone(exchange.run(endpoint(Kept()))) == 413
    assert exchange.asked == 0
    assert b"connection" not in exchange.headers


def test_another_method_is_told_which_ones_are_taken() -> None:
    exchange = Exchange(delivery(marked(), method="GET"))
    assert run_alone(exchange.run(endpoint(Kept()))) == 405
    assert (exchange.asked, exchange.headers[b"allow"]) == (0, b"POST, PUT")


# --- odd, and yet genuine -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (b'{"invoice": {"invoice_id": 5, "invoice_id": "7", "total": "12"}}', {}, {"invoice_id": "7", "total": "12"}),
        (b'{"invoice": {"invoice_id": 982000000567114}}', {}, {"invoice_id": "982000000567114"}),
        (b'{"invoice": {"invoice_id": "1", "total": ""}}', {}, {"invoice_id": "1", "total": ""}),
        (b'\xef\xbb\xbf{"invoice": {"invoice_id": "1"}}', {}, {"invoice_id": "1"}),
        (b'{"invoice": {"invoice_id": "1", "notes": "\\ud83d"}}', {}, {"invoice_id": "1", "notes": "\ufffd"}),
        (b'{"invoice": {"invoice_id": "1"}}', {"content_type": None}, {"invoice_id": "1"}),
        (b'{"invoice": {"invoice_id": "1"}}', {"content_type": "image/png; charset=utf-99"}, {"invoice_id": "1"}),
        (b'{"invoice": {"invoice_id": "1"}}', {"content_type": FORM, "signed": True}, {"invoice_id": "1"}),
    ],
    ids=["equal keys", "numeric id", "blank number", "BOM", "half a pair", "no type", "odd type", "JSON as a form"],
)
def test_what_is_odd_and_genuine_is_stored(
    tmp_path: Path, body: bytes, options: dict[str, Any], expected: dict[str, Any]
) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    if options.pop("signed", False):
        options["signature"] = sign("event=invoice_created", body)
    assert status(endpoint(inbox), delivery(body, **options)) == 200
    assert [each.event.record for each in inbox.take(9)] == [expected]


def test_an_old_delivery_that_is_repeated_is_dropped_in_every_spelling(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    app = endpoint(inbox)
    assert status(app, GENUINE) == 200
    inbox.done(*inbox.take())
    again = [
        GENUINE,
        Delivery("PUT", "event=invoice%5Fcreated", GENUINE.headers, GENUINE.body),
        Delivery("POST", "event=invoice_created&empty=", GENUINE.headers, GENUINE.body),
    ]
    assert [status(app, each) in (200, 401) for each in again] == [True] * 3
    assert inbox.take(9) == []


def test_a_record_nested_as_deeply_as_it_can_be_read_is_stored_or_refused_and_jams_nothing(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    app = endpoint(inbox)
    for depth in range(900, 1000, 7):
        body = b'{"invoice": {"invoice_id": "' + str(depth).encode() + b'", "a":' + b"[" * depth + b"]" * depth + b"}}"
        assert status(app, delivery(body)) in (200, 400)
    assert status(app, GENUINE) == 200
    taken = inbox.take(99)
    assert taken[-1].event.record["notes"] == MARK
