"""The loop that hands events on: each until it is handled, stoppable, undaunted by trouble."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stores.inboxes import Clocks, event, ids
from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import RateLimitedError, UnavailableError
from zoho_books_connector.stores import InboxCounts, SqliteInbox, Taken
from zoho_books_connector.trigger.worker import deliver

BUSY = UnavailableError("inbox_busy", "The inbox is in use.")


class Stop(threading.Event):
    """Is set when it was asked to wait so many times; keeps how long it should have waited."""

    def __init__(self, pauses: int = 1) -> None:
        super().__init__()
        self.waited: list[float | None] = []
        self._pauses = pauses

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        if len(self.waited) >= self._pauses:
            self.set()
        return self.is_set()


@pytest.fixture
def inbox(tmp_path: Path) -> SqliteInbox:
    return SqliteInbox(tmp_path / "inbox.db")


def test_every_event_is_handled_in_order_and_acknowledged(inbox: SqliteInbox) -> None:
    handled: list[Event] = []
    inbox.put([event("a"), event("b")])
    assert deliver(inbox, handled.append, stop=Stop()) == 2
    assert handled == [event("a"), event("b")]
    assert inbox.counts() == InboxCounts(done=2)


def test_an_idle_worker_asks_again_now_and_then(inbox: SqliteInbox) -> None:
    stop = Stop(3)
    assert deliver(inbox, print, stop=stop, idle=0.25) == 0
    assert stop.waited == [0.25] * 3


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("Café"), "ValueError"), (BUSY, "inbox_busy"), (RateLimitedError("minute", ""), "minute")],
)
def test_an_event_whose_handling_fails_comes_again(
    tmp_path: Path, error: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks(tmp_path / "inbox.db")
    inbox = clocks.inbox(delays=(10,))
    inbox.put([event("a"), event("b")])
    handled: list[str] = []

    def handle(given: Event) -> None:
        if given.delivery_id == "a":
            raise error
        handled.append(given.delivery_id)

    assert deliver(inbox, handle, stop=Stop()) == 1
    assert handled == ["b"]
    assert [each.getMessage() for each in caplog.records] == [f"an event was not handled, attempt 1: {reason}"]
    assert "Café" not in caplog.text
    clocks.wait(10)
    assert ids(inbox.take()) == ([] if isinstance(error, RateLimitedError) else ["a"])


def test_a_limit_says_when_to_come_back(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path / "inbox.db")
    inbox = clocks.inbox()
    inbox.put([event("a")])

    def limited(_: Event) -> None:
        raise RateLimitedError("day", "", retry_after=5000.0)

    deliver(inbox, limited, stop=Stop())
    clocks.wait(4999)
    assert inbox.take() == []
    clocks.wait(1)
    assert ids(inbox.take()) == ["a"]


def test_it_stops_after_the_event_at_hand(inbox: SqliteInbox) -> None:
    stop = threading.Event()
    inbox.put([event("a"), event("b")])
    assert deliver(inbox, lambda _: stop.set(), stop=stop) == 1
    assert inbox.counts().due == 1


def test_it_does_nothing_when_it_was_stopped_before(inbox: SqliteInbox) -> None:
    stop = threading.Event()
    stop.set()
    inbox.put([event("a")])
    assert deliver(inbox, print, stop=stop) == 0
    assert inbox.counts().due == 1


def test_an_interrupt_is_not_taken_for_a_failure(inbox: SqliteInbox) -> None:
    def interrupted(_: Event) -> None:
        raise KeyboardInterrupt

    inbox.put([event("a")])
    with pytest.raises(KeyboardInterrupt):
        deliver(inbox, interrupted, stop=Stop())
    assert inbox.counts().leased == 1


class Troubled:
    """An inbox of which one method fails a few times."""

    def __init__(self, inbox: SqliteInbox, method: str, times: int, error: Exception) -> None:
        self._inbox = inbox
        self._left = times
        for name in ("take", "done", "failed"):
            work = getattr(inbox, name)
            setattr(self, name, self._failing(work, error) if name == method else work)

    take: Callable[..., list[Taken]]
    done: Callable[..., int]
    failed: Callable[..., None]

    def _failing(self, work: Callable[..., Any], error: Exception) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self._left:
                self._left -= 1
                raise error
            return work(*arguments, **options)

        return call


@pytest.mark.parametrize("error", [BUSY, OSError("no")])
@pytest.mark.parametrize("method", ["take", "done"])
def test_an_inbox_in_trouble_is_asked_again_at_growing_intervals(
    inbox: SqliteInbox, method: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    handled: list[Event] = []
    stop = Stop(8)
    inbox.put([event("a")])
    assert deliver(Troubled(inbox, method, 7, error), handled.append, stop=stop) == 1
    assert (handled, inbox.counts().done) == ([event("a")], 1)
    assert stop.waited == [1, 2, 4, 8, 16, 30, 30, 1]
    assert {each.levelno for each in caplog.records} == {logging.ERROR}


def test_a_failure_is_noted_when_the_trouble_is_over(inbox: SqliteInbox) -> None:
    def fail(_: Event) -> None:
        raise ValueError

    inbox.put([event("a")])
    assert deliver(Troubled(inbox, "failed", 2, BUSY), fail, stop=Stop(3)) == 0
    assert inbox.counts().waiting == 1


def test_a_worker_that_is_stopped_in_trouble_leaves_the_event_to_its_lease(inbox: SqliteInbox) -> None:
    inbox.put([event("a")])
    assert deliver(Troubled(inbox, "done", 99, BUSY), lambda _: None, stop=Stop(2), lease=0.0) == 0
    assert ids(inbox.take()) == ["a"]


def test_several_workers_handle_each_event_once(inbox: SqliteInbox) -> None:
    names = [f"{number:03}" for number in range(60)]
    inbox.put([event(name) for name in names])
    handled: list[str] = []
    workers = [
        threading.Thread(
            target=deliver, args=(inbox, lambda given: handled.append(given.delivery_id)), kwargs={"stop": Stop()}
        )
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(handled) == names
