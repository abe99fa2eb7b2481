"""The transport layer over a scripted wire: budget, waits, deadline, cancellation, records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from unittest.mock import Mock

import httpx
import pytest

from tests.doubles import NOW, Clock, Reply, Script, answer, runtime
from zoho_books_connector.boundary import Budget, CallEnd, CallRecord, Quota, RunContext, Slot
from zoho_books_connector.errors import RateLimitedError, UnavailableError
from zoho_books_connector.sending.budget import Unlimited
from zoho_books_connector.sending.calls import BUCKET, EXTENSION, RunLog
from zoho_books_connector.sending.transport import RetryTransport, parse_envelope

URL = "https://www.zohoapis.eu/books/v3/items?organization_id=42"


class Wire:
    """A transport under test with its clock, its script and its run."""

    def __init__(self, *replies: Reply) -> None:
        self.clock = Clock()
        self.script = Script(list(replies))
        self.run = RunContext(runtime()[0])
        self.transport = self.over(Unlimited(), self.clock.sleep)
        self.log = RunLog(self.run, clock=self.clock)

    def over(self, budget: Budget, sleep: Callable[[float], None]) -> RetryTransport:
        return RetryTransport(self.script.transport, budget, ceiling=10, clock=self.clock, sleep=sleep)

    def send(self, method: str = "GET") -> httpx.Response:
        timeouts = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 10.0}
        return self.transport.handle_request(
            httpx.Request(method, URL, extensions={EXTENSION: self.log, BUCKET: "eu:42", "timeout": timeouts})
        )

    def with_run(self, run: RunContext) -> Wire:
        self.log = RunLog(run, clock=self.clock)
        return self


def html() -> httpx.Response:
    return httpx.Response(200, html="<html>maintenance</html>")


def test_a_success_passes_untouched() -> None:
    wire = Wire(answer(item={"item_id": "1"}))
    assert parse_envelope(wire.send()) == {"code": 0, "message": "success", "item": {"item_id": "1"}}
    assert wire.clock.slept == []


@pytest.mark.parametrize(
    "fault",
    [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), answer(503), html()],
    ids=["connect", "timeout", "reset", "503", "html"],
)
def test_a_read_survives_a_passing_fault(fault: Reply) -> None:
    wire = Wire(fault, answer())
    assert wire.send().status_code == 200
    assert wire.clock.slept == [0.5]


@pytest.mark.parametrize("fault", [answer(503), html()], ids=["503", "html"])
def test_a_create_is_sent_once_whatever_comes_back(fault: httpx.Response) -> None:
    wire = Wire(fault)
    assert wire.send("POST").status_code == fault.status_code
    assert wire.script.seen == ["POST /books/v3/items"]


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.WriteError("x")])
def test_a_create_whose_answer_is_lost_is_not_sent_again(fault: httpx.RequestError) -> None:
    wire = Wire(fault)
    with pytest.raises(type(fault)):
        wire.send("POST")
    assert len(wire.script.requests) == 1


@pytest.mark.parametrize("fault", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
def test_a_create_that_never_left_is_sent_again(fault: httpx.RequestError) -> None:
    assert Wire(fault, answer(201)).send("POST").status_code == 201


def test_the_last_fault_stands_after_three_sendings() -> None:
    wire = Wire(*[httpx.ReadTimeout("x")] * 3)
    with pytest.raises(httpx.ReadTimeout):
        wire.send()
    assert wire.clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("order", [(0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 1, 0)])
def test_what_never_left_does_not_hide_what_may_have_been_executed(order: tuple[int, ...]) -> None:
    faults = (httpx.ReadTimeout("lost"), httpx.ConnectError("unsent"))
    with pytest.raises(httpx.ReadTimeout):
        Wire(*[faults[kind] for kind in order]).send("PUT")


def test_a_body_that_breaks_off_counts_as_lost() -> None:
    class Broken(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b'{"code":'
            raise httpx.ReadError("reset")

    wire = Wire(httpx.Response(200, stream=Broken()), answer())
    assert wire.send().status_code == 200
    assert wire.log.records[0].failure == "lost"


def test_nothing_is_sent_after_the_deadline() -> None:
    wire = Wire()
    wire.with_run(replace(wire.run, deadline=wire.clock.now))
    with pytest.raises(UnavailableError) as caught:
        wire.send()
    assert caught.value.code == "deadline_exceeded"


def test_no_wait_goes_past_the_deadline() -> None:
    wire = Wire(answer(503))
    wire.with_run(replace(wire.run, deadline=wire.clock.now + 0.4))
    assert wire.send().status_code == 503
    assert wire.clock.slept == []


@pytest.mark.parametrize("end", ["deadline", "cancelled"])
def test_a_run_that_ends_during_a_wait_keeps_the_verdict_of_what_was_sent(end: str) -> None:
    wire = Wire(httpx.ReadTimeout("x"))

    def oversleep(seconds: float) -> None:
        wire.clock.now += 100

    wire.transport = wire.over(Unlimited(), oversleep)
    run = replace(wire.run, deadline=NOW + 50)
    if end == "cancelled":
        run = replace(wire.run, cancelled=lambda: wire.clock.now > NOW + 50)
    wire.with_run(run)
    with pytest.raises(httpx.ReadTimeout):
        wire.send("PUT")


def test_the_deadline_bounds_every_time_out() -> None:
    wire = Wire(answer())
    wire.with_run(replace(wire.run, deadline=wire.clock.now + 20))
    wire.send()
    assert wire.script.requests[0].extensions["timeout"] == {"connect": 10.0, "read": 20.0, "write": 20.0, "pool": 10.0}


def test_a_cancelled_run_sends_nothing() -> None:
    wire = Wire()
    wire.with_run(replace(wire.run, cancelled=lambda: True))
    with pytest.raises(UnavailableError) as caught:
        wire.send("POST")
    assert caught.value.code == "cancelled"


def test_every_sending_is_recorded_without_query_or_body() -> None:
    heard: list[CallRecord] = []
    wire = Wire(httpx.ReadTimeout("x"), answer(503), answer())
    wire.with_run(replace(wire.run, on_call=heard.append))
    wire.send()
    assert [(r.method, r.path, r.status, r.failure, r.waited) for r in heard] == [
        ("GET", "/books/v3/items", None, "lost", 0.0),
        ("GET", "/books/v3/items", 503, None, 0.5),
        ("GET", "/books/v3/items", 200, None, 1.0),
    ]
    assert wire.log.records == heard


def test_every_sending_asks_the_budget_of_its_organization() -> None:
    asked: list[tuple[str, float]] = []

    class Full:
        @contextmanager
        def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> Iterator[Slot]:
            asked.append((bucket, wait))
            if len(asked) == 2:
                raise RateLimitedError("budget", "Full.", retry_after=30)
            yield Mock(spec=Slot)

    clock, script = Clock(), Script([answer(503)])
    transport = RetryTransport(script.transport, Full(), ceiling=7, clock=clock, sleep=clock.sleep)
    request = httpx.Request(
        "GET", URL, extensions={EXTENSION: RunLog(RunContext(runtime()[0]), clock), BUCKET: "eu:42"}
    )
    with pytest.raises(RateLimitedError):
        transport.handle_request(request)
    assert asked == [("eu:42", 7.0)] * 2


class Watched:
    """A budget that keeps what it was told, and lets the run's clock pass while somebody waits for a place."""

    def __init__(self, waiting: Callable[[], None] = lambda: None) -> None:
        self.ends: list[CallEnd] = []
        self._waiting = waiting

    @contextmanager
    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> Iterator[Slot]:
        self._waiting()
        slot = Mock(spec=Slot)
        slot.end.side_effect = self.ends.append
        yield slot


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        (answer(), CallEnd(200, 0)),
        (answer(429, 44), CallEnd(429, 44)),
        (httpx.ReadTimeout("x"), CallEnd()),
        (httpx.ConnectError("x"), CallEnd(sent=False)),
        (httpx.Response(429, headers={"Retry-After": "1800"}), CallEnd(429, None, 1800)),
        (
            httpx.Response(
                200,
                json={"code": 0},
                headers={"X-Rate-Limit-Limit": "1000", "X-Rate-Limit-Remaining": "7", "X-Rate-Limit-Reset": "60"},
            ),
            CallEnd(200, 0, None, Quota(1000, 7, 60)),
        ),
        (httpx.Response(200, json={"code": 0}, headers={"X-Rate-Limit-Limit": "many"}), CallEnd(200, 0)),
    ],
    ids=["success", "minute", "lost", "unsent", "said", "quota", "nonsense"],
)
def test_the_budget_is_told_how_a_call_ended(reply: Reply, end: CallEnd) -> None:
    wire, budget = Wire(reply), Watched()
    wire.transport = wire.over(budget, wire.clock.sleep)
    with suppress(httpx.RequestError):
        wire.with_run(replace(wire.run, deadline=NOW + 0.4)).send()
    assert budget.ends == [end]


@pytest.mark.parametrize("end", ["deadline", "cancelled"])
def test_a_run_that_ends_while_it_waits_for_a_place_sends_nothing_and_gives_it_back(end: str) -> None:
    wire = Wire()
    budget = Watched(lambda: wire.clock.sleep(60))
    wire.transport = wire.over(budget, wire.clock.sleep)
    run = replace(wire.run, deadline=NOW + 50)
    if end == "cancelled":
        run = replace(wire.run, cancelled=lambda: wire.clock.now > NOW + 50)
    with pytest.raises(UnavailableError) as caught:
        wire.with_run(run).send("POST")
    assert caught.value.code == ("cancelled" if end == "cancelled" else "deadline_exceeded")
    assert budget.ends == [CallEnd(sent=False)]
    assert wire.log.records == []


def test_a_run_that_ends_while_a_resend_waits_for_a_place_keeps_the_verdict_of_what_was_sent() -> None:
    wire = Wire(httpx.ReadTimeout("x"))
    places = iter([0, 100])
    budget = Watched(lambda: wire.clock.sleep(next(places)))
    wire.transport = wire.over(budget, wire.clock.sleep)
    with pytest.raises(httpx.ReadTimeout):
        wire.with_run(replace(wire.run, deadline=NOW + 50)).send("PUT")
    assert budget.ends == [CallEnd(), CallEnd(sent=False)]


@pytest.mark.parametrize(
    ("body", "envelope"),
    [
        (b'{"code":0}', {"code": 0}),
        (b'{"code":"0"}', {"code": 0}),
        (b'{"code":"zero"}', None),
        (b'{"code":""}', None),
        (b'{"code":true}', None),
        (b'{"message":"x"}', None),
        (b"[1]", None),
        (b'{"code":0', None),
        (b"<html>", None),
        (b"", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
    ],
)
def test_only_an_object_with_a_code_is_an_envelope(body: bytes, envelope: object) -> None:
    assert parse_envelope(httpx.Response(200, content=body)) == envelope


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", 0.1),
        ("120.00", 120.0),
        ("-99999999.999999", -99999999.999999),
        ("12345678901234567.8", "12345678901234567.8"),
        ("0.123456789012345678", "0.123456789012345678"),
        ("1.2e3", 1200.0),
        ("982000000567114001", 982000000567114001),
    ],
)
def test_a_number_that_a_float_cannot_hold_stays_text(text: str, value: object) -> None:
    envelope = parse_envelope(httpx.Response(200, content=f'{{"code":0,"x":{text}}}'.encode()))
    assert envelope is not None
    assert envelope["x"] == value
