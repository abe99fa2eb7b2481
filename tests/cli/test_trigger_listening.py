"""``zoho-books trigger listen``: what arrives is stored, shown and acknowledged, and nothing else is believed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cli.conftest import Cli
from tests.cli.listening import SECRET, TOKEN, Listener, Start, Target, invoice, kept, raw, starting, status, subscribed
from zoho_books_connector.boundary import Event
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.trigger import receiver as receiving
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.stores import FormerSecret, SqliteInbox
from zoho_books_connector.stores.inbox_rows import FAILURES


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start listeners, and stop them at the end."""
    started: list[Listener] = []
    yield starting(monkeypatch, started)
    for each in started:
        each.stop()


@pytest.fixture
def place(home: Path, connected: str) -> Home:
    """The home, with a connection that has a subscription."""
    place = Home(home)
    subscribed(place, connected)
    return place


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_a_delivery_is_a_row_with_time_event_record_number_and_state(
    listen: Start, place: Home, connected: str, sandbox: Sandbox
) -> None:
    listener = listen(terminal=True)
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: listener.rows)
    time_, *rest = listener.rows[0].split()
    assert (len(time_), rest) == (8, ["invoice.created", "982000000560001", "INV-00001", "new"])
    listener.until(lambda: kept(place.inbox(connected)) == (0, 1, 0))
    assert listener.stop() == 0
    assert "1 shown, 0 known before, 0 refused" in listener.err.getvalue()


def test_a_delivery_that_comes_again_is_counted_and_not_shown(
    listen: Start, place: Home, connected: str, sandbox: Sandbox
) -> None:
    listener = listen()
    for _ in range(3):
        assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: kept(place.inbox(connected)) == (0, 1, 0))
    listener.stop()
    assert len(listener.rows) == 1
    assert "1 shown, 2 known before" in listener.err.getvalue()


def test_the_line_of_counts_is_written_over_on_a_terminal_only(listen: Start, place: Home, sandbox: Sandbox) -> None:
    shown = []
    for terminal in (True, False):
        listener = listen(terminal=terminal)
        sandbox.webhooks.send(invoice(sandbox, listener.url, 1 + terminal))
        rows = partial(getattr, listener, "rows")
        listener.until(rows)
        listener.stop()
        shown.append(listener.out.getvalue())
    assert {"\r0 shown" in shown[0], "\r1 shown" in shown[0]} != {False}  # it may come before the first look
    assert "\r" not in shown[1]
    assert "\x1b" not in shown[0] + shown[1]


def test_json_is_one_event_to_a_line_and_refusals_stand_beside_it(listen: Start, place: Home, sandbox: Sandbox) -> None:
    listener = listen("--json")
    for number in (1, 2):
        assert sandbox.webhooks.send(invoice(sandbox, listener.url, number)) == 200
    assert sandbox.webhooks.send(invoice(sandbox, listener.url, 3, secret=None)) == 401
    listener.until(lambda: listener.out.getvalue().count("\n") == 2 and "signature_missing" in listener.err.getvalue())
    events = [json.loads(line) for line in listener.out.getvalue().splitlines()]
    assert [event["record"]["invoice_number"] for event in events] == ["INV-00001", "INV-00002"]
    assert all(event["type"] == "invoice.created" and event["version_key"] for event in events)


def test_a_name_cannot_steer_the_terminal_and_is_cut_to_the_table(listen: Start, place: Home, sandbox: Sandbox) -> None:
    listener = listen(terminal=True)
    record = {"contact_id": "1", "contact_name": "\x1b[2J\r\n" + "帳" * 300}
    given = invoice(sandbox, listener.url)
    delivery = sandbox.webhooks.build(
        "contact",
        record,
        url=listener.url,
        secret=SECRET,
        headers=[pair for pair in given.headers if pair[1] == TOKEN],
        query=[("event", "contact_created")],
    )
    assert sandbox.webhooks.send(delivery) == 200
    listener.until(lambda: listener.rows)
    [row] = listener.rows
    assert "\x1b" not in row
    assert row.endswith("…  new")
    assert len(row) < 100


def test_no_secret_and_no_token_is_ever_shown(listen: Start, place: Home, sandbox: Sandbox) -> None:
    listener = listen("--json", "--log", "debug")
    plain = invoice(sandbox, listener.url)
    assert sandbox.webhooks.send(plain) == 200
    assert sandbox.webhooks.send(invoice(sandbox, f"{listener.url}?token={TOKEN}&s={SECRET}", 2)) == 200
    assert sandbox.webhooks.send(invoice(sandbox, listener.url, 3, secret=SECRET + "x")) == 401
    listener.until(lambda: listener.out.getvalue().count("\n") == 2)
    listener.stop()
    shown = listener.out.getvalue() + listener.err.getvalue()
    assert "Refused a delivery of" in shown
    assert SECRET not in shown
    assert TOKEN not in shown


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"secret": None}, 401, "signature_missing"),
        ({"secret": "another1secret2of3theirs"}, 401, "signature_wrong"),
        ({"headers": []}, 401, "token_missing"),
        ({"headers": [("X-Connector-Token", "another-token")]}, 401, "token_wrong"),
        ({"body_format": "raw", "raw": b"{"}, 400, "body_not_json"),
    ],
)
def test_a_refusal_is_a_row_with_reason_and_size(
    listen: Start,
    place: Home,
    connected: str,
    sandbox: Sandbox,
    changes: dict[str, Any],
    code: int,
    reason: str,
) -> None:
    listener = listen()
    delivery = invoice(sandbox, listener.url, **changes)
    assert sandbox.webhooks.send(delivery) == code
    listener.until(lambda: listener.rows)
    assert f"{len(delivery.body):,} bytes" in listener.rows[0]
    assert listener.rows[0].endswith(reason)
    listener.stop()
    assert "1 refused" in listener.err.getvalue()
    assert kept(place.inbox(connected)) == (0, 0, 0)


def request(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


@pytest.mark.parametrize(
    ("sent", "code", "reason"),
    [
        (request("GET /zoho-books HTTP/1.1", "Host: x"), 405, "method_refused"),
        (request("BREW /zoho-books HTTP/1.1", "Host: x"), 501, "method_refused"),
        (request("POST /other HTTP/1.1", "Host: x", "Content-Length: 0"), 404, "path_unknown"),
        (request("POST /zoho-books HTTP/1.1", "Content-Length: -1"), 400, "length_wrong"),
        (request("POST /zoho-books HTTP/1.1", "Content-Length: ²"), 400, "length_wrong"),
        (request("POST /zoho-books HTTP/1.1", "Content-Length: 1", "Content-Length: 2"), 400, "length_wrong"),
        (
            request("POST /zoho-books HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"),
            400,
            "length_wrong",
        ),
        (request("POST /zoho-books HTTP/1.1", "Transfer-Encoding: gzip"), 400, "length_wrong"),
        (request("POST /zoho-books HTTP/1.1", "Content-Length: 5242881"), 413, "body_too_large"),
        (request("POST /zoho-books HTTP/1.1", f"Content-Length: {'9' * 4000}"), 413, "body_too_large"),
        (
            request("POST /zoho-books HTTP/1.1", "Transfer-Encoding: chunked", body=b"500001\r\n"),
            413,
            "body_too_large",
        ),
        (
            request("POST /zoho-books HTTP/1.1", "Transfer-Encoding: chunked", body=b"+5\r\nabcde\r\n0\r\n\r\n"),
            400,
            "length_wrong",
        ),
        (request("POST /zoho-books HTTP/1.1", f"Cookie: {'x' * 70000}"), 431, "request_malformed"),
        (request(f"POST /{'x' * 70000} HTTP/1.1"), 414, "request_malformed"),
        (request("POST /zoho-books HTTP/9.9"), 505, "request_malformed"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "request_malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_delivery_is_answered_with_a_status_and_nothing_else(
    listen: Start, place: Home, sent: bytes, code: int, reason: str
) -> None:
    listener = listen()
    answer = raw(listener.url, sent)
    if answer.startswith(b"HTTP/"):  # whoever speaks no HTTP gets no head either
        assert status(answer) == code
        assert answer.endswith(b"\r\n\r\n")
    listener.until(lambda: listener.rows)
    assert listener.rows[0].endswith(reason)


def chunked(delivery: Any, path: str, *more: str) -> bytes:
    """A delivery in two chunks, with a trailer."""
    head = [f"{name}: {value}" for name, value in delivery.headers]
    lines = request(f"POST {path} HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", *head, *more)
    first, second = delivery.body[:10], delivery.body[10:]
    return lines + b"a;x=y\r\n%b\r\n%x\r\n%b\r\n0\r\nTrailer: x\r\n\r\n" % (first, len(second), second)


def test_a_body_in_chunks_is_put_together(listen: Start, place: Home, sandbox: Sandbox) -> None:
    listener = listen()
    delivery = invoice(sandbox, listener.url)
    parts = urlsplit(delivery.url)
    assert status(raw(listener.url, chunked(delivery, f"{parts.path}?{parts.query}"))) == 200


def test_a_sender_that_asks_first_is_told_to_go_on(listen: Start, place: Home, sandbox: Sandbox) -> None:
    listener = listen()
    delivery = invoice(sandbox, listener.url)
    parts = urlsplit(delivery.url)
    answer = raw(listener.url, chunked(delivery, f"{parts.path}?{parts.query}", "Expect: 100-continue"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")


def test_a_body_that_is_too_large_is_not_asked_for(listen: Start, place: Home) -> None:
    listener = listen()
    head = request("POST /zoho-books HTTP/1.1", "Content-Length: 99999999", "Expect: 100-continue")
    assert raw(listener.url, head).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (request("POST /zoho-books HTTP/1.1", "Content-Length: 100", body=b"half"), "body_too_slow"),
        (request("POST /zoho-books HTTP/1.1", "Transfer-Encoding: chunked", body=b"64\r\nhalf"), "body_too_slow"),
    ],
    ids=["plain", "chunked"],
)
def test_a_body_that_does_not_come_is_given_up(
    listen: Start, place: Home, head: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BODY_SECONDS", 0.2)
    listener = listen()
    assert status(raw(listener.url, head)) == 408
    listener.until(lambda: listener.rows)
    assert listener.rows[0].endswith(reason)


def test_a_head_that_does_not_come_holds_no_place_for_long(
    listen: Start, place: Home, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "HEAD_SECONDS", 0.2)
    listener = listen()
    assert raw(listener.url, b"POST /zoho-books HT") == b""
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200


def test_more_senders_than_places_are_asked_to_come_again(
    listen: Start, place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(receiving, "_PATIENCE", 0.01)
    listener = listen()
    answer = raw(listener.url, request("POST /zoho-books HTTP/1.1", "Content-Length: 0"))
    assert status(answer) == 503
    listener.until(lambda: listener.rows)
    assert listener.rows[0].endswith("busy")


# --- secrets --------------------------------------------------------------------------------------------------------


def test_without_a_subscription_it_warns_and_takes_nothing(
    listen: Start, home: Path, connected: str, sandbox: Sandbox
) -> None:
    listener = listen()
    assert "there is no subscription" in listener.err.getvalue()
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 503
    listener.until(lambda: listener.rows)
    assert listener.rows[0].endswith("webhook_secret_missing")


def test_a_subscription_that_is_stored_meanwhile_counts_at_once(
    listen: Start, home: Path, connected: str, sandbox: Sandbox
) -> None:
    listener = listen()
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 503
    subscribed(Home(home), connected)
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200


@pytest.mark.parametrize(("until", "code"), [(None, 200), (4e9, 200), (1e9, 401)])
def test_a_secret_that_was_replaced_is_accepted_until_its_end(
    listen: Start, place: Home, connected: str, sandbox: Sandbox, until: float | None, code: int
) -> None:
    subscribed(place, connected, "New1Secret2Of3The4Webhook", FormerSecret(SECRET, TOKEN, until))
    listener = listen()
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == code
    assert sandbox.webhooks.send(invoice(sandbox, listener.url, 2, secret="New1Secret2Of3The4Webhook")) == 200


# --- forwarding -----------------------------------------------------------------------------------------------------


@pytest.fixture
def target() -> Iterator[Target]:
    """A program of the person's own that events are forwarded to."""
    with Target() as running:
        yield running


def test_events_are_forwarded_as_json_and_done_when_they_are_taken(
    listen: Start, place: Home, connected: str, sandbox: Sandbox, target: Target
) -> None:
    listener = listen("--forward", f"{target.url}/events?x=1")
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: kept(place.inbox(connected)) == (0, 1, 0))
    [(path, body)] = target.received
    assert path == "/events?x=1"
    assert body["record"]["invoice_number"] == "INV-00001"
    assert listener.rows[0].endswith("forwarded (204)")


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_waits_for_another_attempt(
    listen: Start, place: Home, connected: str, sandbox: Sandbox, target: Target, status: int
) -> None:
    target.status = status
    listener = listen("--forward", target.url)
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: f"status_{status}" in listener.err.getvalue())
    listener.until(lambda: place.inbox(connected).counts().waiting == 1)
    assert listener.rows == []
    assert place.inbox(connected).recent()[0].reason == f"status_{status}"
    assert len(target.received) == 1


def test_an_address_where_nobody_listens_is_told(listen: Start, place: Home, connected: str, sandbox: Sandbox) -> None:
    with Target() as gone:
        url = gone.url
    listener = listen("--forward", url)
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: "ConnectionRefusedError" in listener.err.getvalue())


# --- trouble --------------------------------------------------------------------------------------------------------


def test_a_reader_that_goes_loses_nothing(listen: Start, place: Home, connected: str, sandbox: Sandbox) -> None:
    first = listen("--json", most_lines=1)
    for number in (1, 2):
        sandbox.webhooks.send(invoice(sandbox, first.url, number))
    assert first.ended() == 0
    assert first.out.getvalue().count("\n") == 1
    assert kept(place.inbox(connected)) == (1, 1, 0)
    place.inbox(connected).replay(since=0)
    again = listen("--json")
    again.until(lambda: again.out.getvalue().count("\n") == 2)


def test_what_came_before_is_shown_at_the_next_start(listen: Start, place: Home, connected: str) -> None:
    place.inbox(connected).put([Event("item.updated", "d1", None, "item", "7", None, None, {"name": "Flour"})])
    listener = listen()
    listener.until(lambda: listener.rows)
    assert listener.rows[0].split() == ["item.updated", "7", "Flour", "new"]


def test_two_listeners_share_an_inbox_and_show_every_event_once(
    listen: Start, place: Home, connected: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = listen(), listen()
    for number in range(10):
        delivery = invoice(sandbox, (first, second)[number % 2].url, number)
        assert sandbox.webhooks.send(delivery) == 200
    # Both write to the streams of the second, which were put in place last.
    second.until(lambda: len(second.rows) >= 10)
    assert len({row.split()[2] for row in second.rows}) == len(second.rows) == 10


def test_a_port_in_use_is_told(listen: Start, place: Home) -> None:
    port = str(urlsplit(listen().url).port)
    second = listen("--port", port)
    assert second.ended() == 2
    assert port in second.err.getvalue()
    assert "--port" in second.err.getvalue()


def test_an_inbox_that_is_locked_is_told_and_deliveries_are_asked_to_come_again(
    listen: Start, place: Home, connected: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = place.folder / f"inbox-{connected}.db"
    monkeypatch.setattr(Home, "inbox", lambda *_: SqliteInbox(file, patience=0.1))
    listener = listen()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 503
        listener.until(lambda: "in use by another process" in listener.err.getvalue())
        other.execute("ROLLBACK")
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200
    listener.until(lambda: any("INV-00001" in row for row in listener.rows))


def test_an_inbox_that_is_full_is_a_row_and_the_delivery_is_asked_to_come_again(
    listen: Start, place: Home, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise FAILURES.error("full", place.folder)

    listener = listen()
    with monkeypatch.context() as patched:
        patched.setattr(SqliteInbox, "put", full)
        assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 503
    listener.until(lambda: listener.rows)
    assert listener.rows[0].endswith("inbox_full")
    assert sandbox.webhooks.send(invoice(sandbox, listener.url)) == 200


def test_an_inbox_that_is_damaged_is_told(cli: Cli, place: Home, connected: str, home: Path) -> None:
    (home / f"inbox-{connected}.db").write_bytes(b"a letter to my mother " * 500)
    ended = cli("trigger", "listen", "--port", "0")
    assert ended.code == 4
    assert f"inbox-{connected}.db" in "".join(ended.err.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nobody",), 11, "no connection with this id"),
        (("--port", "70000"), 2, "from 1 to 65535"),
        (("--port", "http"), 2, "from 1 to 65535"),
        (("--path", "hooks"), 2, "begins with /"),
        (("--path", "/hooks?event=x"), 2, "begins with /"),
        (("--host", "no such host"), 2, "cannot be listened on"),
        (("--forward", "http://elsewhere.example/"), 2, "https://"),
        (("--forward", "https://u:p@elsewhere.example/"), 2, "https://"),
        (("--forward", "http://[::1/"), 2, "https://"),
    ],
)
def test_wrong_words_are_told(cli: Cli, place: Home, words: tuple[str, ...], code: int, said: str) -> None:
    ended = cli("trigger", "listen", *words)
    assert ended.code == code
    assert said in " ".join(ended.err.split())
