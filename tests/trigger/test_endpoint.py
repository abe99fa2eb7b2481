"""The endpoint answers 200 only to what is proven and stored, and keeps nobody waiting for the disk."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.stores.inboxes import limit_pages
from tests.trigger.loops import run_alone
from zoho_books_connector.boundary import Delivery, Event
from zoho_books_connector.errors import InputError, UnavailableError
from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.answering import Answer, Gate, answer_delivery

from .asgi import LIMIT, Exchange, Kept, endpoint, status
from .deliveries import INVOICE, NOW, SECRET, TOKEN, delivery

OTHER = "another-secret-1234"
FULL = UnavailableError("inbox_full", "The disk is full.")


def invoice(number: int) -> Delivery:
    return delivery({"invoice": {"invoice_id": str(number)}})


# --- stored, then answered ------------------------------------------------------------------------------------------


def test_a_genuine_delivery_is_stored_and_answered(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    exchange = Exchange(delivery())
    assert run_alone(exchange.run(endpoint(inbox))) == 200
    assert exchange.sent[1] == {"type": "http.response.body", "body": b""}
    assert exchange.headers == {b"content-length": b"0"}
    [taken] = inbox.take()
    [event] = WebhookTrigger(clock=lambda: NOW).receive(delivery(), secrets=[SECRET], header_tokens=[TOKEN])
    assert taken.event == event
    assert taken.event.record == INVOICE


def test_a_delivery_that_is_sent_again_is_answered_and_not_stored_again(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    app = endpoint(inbox)
    assert [status(app, delivery()) for _ in range(3)] == [200] * 3
    [taken] = inbox.take(9)
    inbox.done(taken)
    assert status(app, delivery()) == 200
    assert inbox.take(9) == []


def test_nothing_is_answered_before_the_events_are_stored() -> None:
    stored, allowed = [], threading.Event()

    class Slow(Kept):
        def put(self, events: Sequence[Event]) -> int:
            allowed.wait()
            stored.append(exchange.status)
            return super().put(events)

    exchange = Exchange(delivery())

    async def scene() -> None:
        task = asyncio.create_task(exchange.run(endpoint(Slow())))
        for _ in range(5):
            await asyncio.sleep(0)
        allowed.set()
        await task

    run_alone(scene())
    assert (stored, exchange.status) == ([None], 200)


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_the_empty_test_delivery_is_stored_too(body: bytes) -> None:
    kept = Kept()
    assert status(endpoint(kept), delivery(body)) == 200
    assert [event.type for event in kept.events] == ["test"]


def test_a_body_may_come_in_many_parts() -> None:
    kept, given = Kept(), delivery()
    parts = [given.body[at : at + 7] for at in range(0, len(given.body), 7)] + [b""]
    assert status(endpoint(kept), given, parts=parts, length=len(given.body)) == 200
    assert kept.events[0].record == INVOICE


def test_bytes_in_the_query_that_should_have_been_encoded_keep_their_meaning() -> None:
    kept, given = Kept(), delivery(query="event=invoice_created&note=Café")
    assert status(endpoint(kept), given) == 200
    assert kept.events[0].delivery["query"]["note"] == "Café"
    assert status(endpoint(kept), given, query=b"event=invoice_created&note=Caf\xff") == 401


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_a_body_so_large_that_it_is_read_beside_the_loop_is_taken_as_well() -> None:
    kept, seen = Kept(), []

    class Watched(WebhookTrigger):
        def receive(self, *arguments: Any, **options: Any) -> list[Event]:
            seen.append(_on_a_loop())
            return super().receive(*arguments, **options)

    app = endpoint(kept, max_body=1_000_000)
    app._gate = Gate(Watched(), [SECRET])
    assert [status(app, delivery({"invoice": INVOICE | {"notes": "x" * size}})) for size in (10, 300_000)] == [200, 200]
    assert seen == [True, False]


# --- many at once ---------------------------------------------------------------------------------------------------


def test_what_arrives_while_the_store_is_at_work_is_stored_together() -> None:
    kept = Kept()

    async def scene() -> list[int | None]:
        app = endpoint(kept)
        return await asyncio.gather(*(Exchange(invoice(number)).run(app) for number in range(50)))

    assert run_alone(scene()) == [200] * 50
    assert sorted(int(event.record_id or 0) for event in kept.events) == list(range(50))
    assert kept.calls == 2


def test_the_loop_goes_on_while_the_store_waits_for_the_disk() -> None:
    allowed = threading.Event()

    class Slow(Kept):
        def put(self, events: Sequence[Event]) -> int:
            assert allowed.wait(30)
            return super().put(events)

    async def scene() -> tuple[int | None, int | None]:
        app = endpoint(Slow())
        task = asyncio.create_task(Exchange(invoice(1)).run(app))
        await asyncio.sleep(0)
        refused = await Exchange(delivery(signature="junk")).run(app)
        allowed.set()
        return await task, refused

    assert run_alone(scene()) == (200, 401)


def test_a_request_that_is_cancelled_takes_no_other_with_it() -> None:
    allowed, kept = threading.Event(), Kept()

    class Slow(Kept):
        def put(self, events: Sequence[Event]) -> int:
            assert allowed.wait(30)
            return kept.put(events)

    async def scene() -> list[int | BaseException | None]:
        app = endpoint(Slow())
        tasks = [asyncio.create_task(Exchange(invoice(number)).run(app)) for number in range(4)]
        await asyncio.sleep(0.01)
        tasks[0].cancel()
        tasks[2].cancel()
        await asyncio.sleep(0)
        allowed.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    told = run_alone(scene())
    assert [told[1], told[3]] == [200, 200]
    assert isinstance(told[0], asyncio.CancelledError)
    assert sorted(event.record_id or "" for event in kept.events) == ["0", "1", "2", "3"]


def test_an_endpoint_serves_one_loop_after_another() -> None:
    kept = Kept()
    app = endpoint(kept)
    assert [status(app, invoice(number)) for number in range(3)] == [200] * 3
    assert len(kept.events) == 3


def test_events_that_cannot_be_stored_do_not_keep_their_neighbours_out() -> None:
    class Picky(Kept):
        def put(self, events: Sequence[Event]) -> int:
            if any(event.record_id == "13" for event in events):
                raise InputError("event_too_deep", "An event is nested too deeply.")
            return super().put(events)

    kept = Picky()

    async def scene() -> list[int | None]:
        app = endpoint(kept)
        return await asyncio.gather(*(Exchange(invoice(number)).run(app) for number in range(10, 16)))

    assert run_alone(scene()) == [200, 200, 200, 400, 200, 200]
    assert len(kept.events) == 5


# --- secrets --------------------------------------------------------------------------------------------------------


def test_secrets_and_tokens_can_be_changed_while_it_runs() -> None:
    secrets, tokens = [SECRET], [TOKEN]
    app = endpoint(Kept(), secrets=lambda: secrets, header_tokens=lambda: tokens)
    assert status(app, delivery()) == 200
    secrets[:] = [OTHER]
    assert status(app, delivery()) == 401
    secrets[:] = [OTHER, SECRET]
    assert status(app, delivery()) == 200
    tokens[:] = ["another-header-token"]
    assert status(app, delivery()) == 401


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"secrets": []}, "webhook_secret_missing"),
        ({"secrets": list}, "webhook_secret_missing"),
        ({"secrets": SECRET}, "webhook_secret_short"),
        ({"secrets": ["short"]}, "webhook_secret_short"),
        ({"header_tokens": ["short"]}, "webhook_token_short"),
    ],
)
def test_with_wrong_settings_nothing_is_taken_and_zoho_may_send_again(
    options: dict[str, Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept()
    assert status(endpoint(kept, **options), delivery()) == 503
    assert kept.calls == 0
    assert [line(record) for record in caplog.records] == [("ERROR", reason)]


def test_no_secret_is_shown_by_what_holds_it() -> None:
    gate = Gate(WebhookTrigger(), [SECRET], [TOKEN])
    assert SECRET not in repr(gate)
    assert TOKEN not in repr(gate)


# --- a store in trouble ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"), [(FULL, "inbox_full"), (OSError("no"), "OSError"), (KeyError("Café"), "KeyError")]
)
def test_a_store_in_trouble_is_answered_with_503_and_works_again_afterwards(
    fault: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(fault)
    app = endpoint(kept)
    assert status(app, delivery()) == 503
    [record] = caplog.records
    assert line(record)[0] == "ERROR"
    assert line(record)[1].startswith(reason)
    assert "Café" not in caplog.text
    assert status(app, delivery()) == 200
    assert len(kept.events) == 1


def test_one_fault_is_told_to_all_who_waited() -> None:
    kept = Kept(FULL)

    async def scene() -> list[int | None]:
        app = endpoint(kept)
        first = asyncio.create_task(Exchange(invoice(0)).run(app))
        others = await asyncio.gather(*(Exchange(invoice(number)).run(app) for number in range(1, 4)))
        return [await first, *others]

    assert run_alone(scene()) == [503, 200, 200, 200]


def test_a_full_disk_is_never_answered_with_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path)
    inbox.close()
    limit_pages(monkeypatch, path.stat().st_size // 4096)
    large = delivery({"invoice": INVOICE | {"notes": "x" * 15_000}})
    app = endpoint(inbox)
    assert status(app, large) == 503
    monkeypatch.undo()
    inbox.close()
    assert inbox.take() == []
    assert status(app, large) == 200
    assert len(inbox.take(9)) == 1


@pytest.mark.parametrize("trouble", ["removed", "damaged", "read only"])
def test_a_file_that_cannot_be_used_is_answered_with_503(tmp_path: Path, trouble: str) -> None:
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path)
    inbox.close()
    if trouble == "removed":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[: 4096 if trouble == "damaged" else 0] = b"x" * (4096 if trouble == "damaged" else 0)
        content[18] = 3  # SQLite treats such a file as read-only
        path.write_bytes(content)
    assert status(endpoint(inbox), delivery()) == 503


def test_a_busy_file_is_answered_with_503(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path, patience=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert status(endpoint(inbox), delivery()) == 503
    assert status(endpoint(inbox), delivery()) == 200


def test_secrets_that_cannot_be_fetched_are_answered_with_503(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> list[str]:
        raise LookupError(SECRET)

    assert status(endpoint(Kept(), secrets=broken), delivery()) == 503
    assert "LookupError at " in caplog.text
    assert SECRET not in caplog.text


def test_a_host_is_told_what_was_refused_and_why_but_not_what_it_held() -> None:
    told: list[Answer] = []
    app = endpoint(Kept(FULL), on_refused=told.append)
    forged = delivery(signature="0" * 64)
    assert status(app, forged) == 401
    assert status(app, delivery()) == 503
    assert status(app, delivery()) == 200
    size = len(forged.body)
    assert [(each.reason, each.size) for each in told] == [("signature_wrong", size), ("inbox_full", 0)]
    assert all(each.events == () for each in told)


def test_an_answer_that_reaches_nobody_is_no_error() -> None:
    kept, exchange = Kept(), Exchange(delivery())

    async def lost(message: Any) -> None:
        raise ConnectionResetError

    exchange.send = lost  # type: ignore[method-assign]
    assert run_alone(exchange.run(endpoint(kept))) is None
    assert len(kept.events) == 1


# --- other kinds of connection --------------------------------------------------------------------------------------


def test_a_server_that_starts_and_stops_is_answered() -> None:
    told = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def scene() -> None:
        async def receive() -> dict[str, Any]:
            return next(told)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await endpoint(Kept())({"type": "lifespan"}, receive, send)
        await endpoint(Kept())({"type": "websocket"}, receive, send)
        await endpoint(Kept())({"type": "tomorrow"}, receive, send)

    run_alone(scene())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


# --- hosts with a server of their own -------------------------------------------------------------------------------


def test_a_host_with_its_own_server_gets_the_same_answers(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    gate = Gate(WebhookTrigger(max_body=LIMIT), [SECRET], [TOKEN])

    def answered(given: Delivery, store: Any = inbox) -> tuple[int, str]:
        answer: Answer = answer_delivery(gate, store, given)
        return answer.status, answer.reason

    assert answered(delivery()) == (200, "stored")
    assert answered(delivery(signature="junk")) == (401, "signature_wrong")
    assert answered(delivery(method="GET")) == (405, "method_refused")
    assert answered(delivery(b"x" * (LIMIT + 1))) == (413, "body_too_large")
    assert answered(delivery(b"[")) == (400, "body_not_json")
    assert answered(delivery(), Kept(FULL)) == (503, "inbox_full")
    assert answered(delivery(), Kept(OSError("no"))) == (503, "OSError")
    assert answered(delivery(), Kept(InputError("event_too_deep", ""))) == (400, "event_too_deep")
    assert len(inbox.take(9)) == 1


def line(record: logging.LogRecord) -> tuple[str, str]:
    """Return the level of a log line, and the reason at its end."""
    return record.levelname, record.getMessage().rpartition(": ")[2]
