"""Polling: whether it fits into a day's calls, and the worker that does it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.doubles import NOW
from zoho_books_connector.boundary import CaughtUp, Event
from zoho_books_connector.errors import InputError, RateLimitedError, UnavailableError
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.catching_up.polling import poll

THREE = ("invoice", "contact", "bill")


def plan(modules: Sequence[str] = THREE, interval: Any = 300, calls_per_day: Any = 2000, **asked: Any) -> Any:
    return WebhookTrigger().plan_polling(modules, interval=interval, calls_per_day=calls_per_day, **asked)


def test_a_plan_that_fits_says_what_it_costs_and_what_it_cannot_see() -> None:
    found = plan()
    assert (found.calls_per_day, found.allowed_per_day, found.least_interval) == (864, 1000, 260)
    assert any("Deleted" in warning for warning in found.warnings)


def test_the_least_interval_fits_and_one_second_less_does_not() -> None:
    for allowed in (3, 5, 7, 100, 1000, 4999):
        least = plan(interval=86_400, calls_per_day=allowed, share=1).least_interval
        assert plan(interval=least, calls_per_day=allowed, share=1).calls_per_day <= allowed
        with pytest.raises(InputError):
            plan(interval=least - 1, calls_per_day=allowed, share=1)


def test_a_plan_that_does_not_fit_shows_the_arithmetic() -> None:
    with pytest.raises(InputError) as caught:
        plan(interval=60)
    assert caught.value.code == "polling_does_not_fit"
    assert "1,440 × 3 modules = 4,320 calls, but 0.5 of 2,000 calls a day is 1,000" in caught.value.message
    assert "260 seconds" in caught.value.hint


def test_more_modules_than_calls_fit_at_no_interval() -> None:
    with pytest.raises(InputError) as caught:
        plan(calls_per_day=4)
    assert caught.value.params["least_interval"] is None


def test_a_module_whose_list_may_have_to_be_read_whole_is_named() -> None:
    assert any("task" in warning for warning in plan(("task",)).warnings)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"interval": 0}, "/interval"),
        ({"interval": float("nan")}, "/interval"),
        ({"interval": 86_401}, "/interval"),
        ({"calls_per_day": 0}, "/calls_per_day"),
        ({"calls_per_day": None}, "/calls_per_day"),
        ({"share": 0}, "/share"),
        ({"share": 1.1}, "/share"),
    ],
)
def test_a_plan_without_sense_is_refused(asked: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(**asked)
    assert [fault.pointer for fault in caught.value.fields] == [pointer]


class Stop(threading.Event):
    """Ends after so many waits, which take no time."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.left = waits
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if len(self.waited) >= self.left:
            self.set()
        return self.is_set()


class Store:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
        assert by_version
        self.events += events
        return len(events)


def event(number: int) -> Event:
    return Event("contact.created", f"d{number}", None, "contact", str(number), "1", None, {})


def test_each_round_goes_on_from_the_cursor_of_the_last() -> None:
    cursors: list[dict[str, Any] | None] = [None]
    store, stop = Store(), Stop(2)

    def catch_up(cursor: dict[str, Any] | None) -> Iterator[CaughtUp]:
        number = (cursor or {"at": 0})["at"] + 1
        yield CaughtUp("contact", (event(number),), {"at": number}, "complete", 1)

    assert poll(catch_up, store, load=lambda: cursors[-1], save=cursors.append, interval=60, stop=stop) == 2
    assert cursors == [None, {"at": 1}, {"at": 2}]
    assert stop.waited == [60, 60]


def test_after_errors_the_pauses_grow_until_a_page_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Any] = [
        *[UnavailableError("server_error", "Trouble.") for _ in range(3)],
        RateLimitedError("day", "Used up.", retry_after=5000.0, scope="day"),
        CaughtUp("contact", (), {"at": 1}, "complete", 1),
        OSError("disk"),
    ]

    def catch_up(_: object) -> Iterator[CaughtUp]:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        yield found

    stop = Stop(6)
    with caplog.at_level(logging.ERROR, "zoho_books_connector.inbox"):
        poll(catch_up, Store(), load=lambda: None, save=lambda _: None, interval=60, stop=stop)
    assert stop.waited == [10, 20, 40, 5000, 60, 10]
    assert "server_error" in caplog.text
    assert "disk" not in caplog.text


def test_a_page_is_stored_before_its_cursor() -> None:
    order: list[str] = []

    class Told(Store):
        def put(self, events: Sequence[Event], *, by_version: bool = False) -> int:
            order.append("events")
            return super().put(events, by_version=by_version)

    def catch_up(_: object) -> Iterator[CaughtUp]:
        yield CaughtUp("contact", (event(1),), {"at": NOW}, "complete", 1)

    poll(catch_up, Told(), load=lambda: None, save=lambda _: order.append("cursor"), interval=1, stop=Stop(1))
    assert order == ["events", "cursor"]
