"""Catching up: within its calls, in the background, on after a stop; and polling that fits the day."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workbench.conftest import serving, visiting
from tests.workbench.running import beside, centre_of, connect, connected, organization_of
from tests.workbench.triggering import Person, channel, inbox, types, until
from zoho_books_connector.errors import CredentialError, RateLimitedError
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.trigger.catch_up_table import CatchUp
from zoho_books_connector.workbench.trigger.day_watch import DayWatch

LONG_AGO = "2020-01-01T00:00"


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


@pytest.fixture
def person(client: httpx.Client, connection: str) -> Person:
    return Person(client, connection)


def held(bench: Workbench, module: str = "item") -> int:
    return len(centre_of(bench).records(organization_of(bench), module))


def finished(bench: Workbench, connection: str) -> CatchUp:
    """Wait for the end of the latest catch-up and return it."""

    def ended() -> CatchUp | None:
        latest = bench.catching_up.table.list(connection)[0]
        return None if latest.state == "running" else latest

    found = until(ended)
    assert isinstance(found, CatchUp)
    return found


def test_what_changed_is_read_in_the_background_and_arrives_as_events(
    person: Person, bench: Workbench, connection: str
) -> None:
    person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="10")
    found = finished(bench, connection)
    assert (found.state, found.stored, found.left) == ("complete", held(bench), ())
    assert len(types(bench, connection)) == held(bench)
    page = person.get("/trigger/catch-up")
    assert "complete" in page
    assert "Deleted records cannot be seen by reading" in page
    assert ">read</span>" in person.get("/trigger/deliveries")


def test_what_was_read_before_is_not_brought_again(person: Person, bench: Workbench, connection: str) -> None:
    for _ in range(2):
        person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="10")
        found = finished(bench, connection)
    assert (found.state, found.stored) == ("complete", 0)


def test_a_later_one_begins_where_the_last_one_ended(person: Person, bench: Workbench, connection: str) -> None:
    person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="10")
    finished(bench, connection)
    person.post("/trigger/catch-up", modules=["item"], goes_on="yes", most_calls="10")
    assert finished(bench, connection).state == "complete"


def test_the_calls_are_an_upper_bound_and_the_rest_is_read_with_more(
    person: Person, bench: Workbench, connection: str
) -> None:
    person.post("/trigger/catch-up", modules=["item", "contact"], since=LONG_AGO, most_calls="1")
    found = finished(bench, connection)
    assert (found.state, found.calls, "contact" in found.left) == ("out_of_calls", 1, True)
    assert "calls used up" in person.get("/trigger/catch-up")
    person.post(f"/trigger/catch-up/{found.number}/go-on", most_calls="10")
    found = finished(bench, connection)
    assert (found.state, found.stored) == ("complete", held(bench) + held(bench, "contact"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"modules": []}, "No module is named"),
        ({"modules": ["nonsense"]}, "cannot be read for changes"),
        ({"since": ""}, "not said from when on"),
        ({"since": "2090-01-01T00:00"}, "lies in the future"),
        ({"since": "soon"}, "could not be read"),
        ({"most_calls": "0"}, "bring nothing"),
        ({"most_calls": "1", "whole": "yes"}, "bring nothing"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_noted(
    person: Person, bench: Workbench, connection: str, changed: dict[str, object], said: str
) -> None:
    wish = {"modules": ["item"], "since": LONG_AGO, "most_calls": "10", **changed}
    assert said in person.post("/trigger/catch-up", status=422, **wish)
    assert not bench.catching_up.table.list(connection)


def test_the_catch_up_of_another_connection_is_not_found(person: Person, bench: Workbench, connection: str) -> None:
    person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="1")
    number = finished(bench, connection).number
    stranger = Person(person.client, connected(bench, "Another"))
    stranger.post(f"/trigger/catch-up/{number}/go-on", status=404, most_calls="5")
    person.post(f"/trigger/catch-up/{2**63}/go-on", status=404, most_calls="5")


def test_it_waits_where_zoho_says_so_and_ends_where_a_person_must_act(
    person: Person, bench: Workbench, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [
        RateLimitedError("too_many_calls", "Too many calls.", "Wait.", retry_after=600.0),
        CredentialError("revoked", "Access was revoked.", "Connect again.", reason="revoked"),
    ]

    def failing(*_: object, **options: object) -> Iterator[object]:
        if "is_known" in options:  # it is read, not only checked
            raise errors[0]
        return iter(())

    monkeypatch.setattr(bench.catching_up, "_pages", failing)
    person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="5")
    waiting = until(lambda: (found := bench.catching_up.table.list(connection)[0]).again_at and found)
    assert waiting.again_at > time.time() + 500
    assert "Goes on at" in person.get("/trigger/catch-up")
    person.post(f"/trigger/catch-up/{waiting.number}/stop")
    assert finished(bench, connection).state == "stopped"
    errors.pop(0)
    person.post(f"/trigger/catch-up/{waiting.number}/go-on", most_calls="5")
    found = finished(bench, connection)
    assert found.state == "failed"
    assert "Access was revoked. Connect again." in person.get("/trigger/catch-up")


def test_one_that_was_cut_off_by_a_stop_goes_on_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(limits=Limits.off()) as sandbox:
        sandbox["us"].seed_demo()
        client = sandbox.register_client(["http://127.0.0.1:1/callback"])
        with serving(beside(sandbox, tmp_path)) as bench, visiting(bench) as visitor:
            connection = connect(bench, sandbox["us"], client)
            original, is_noted = bench.catching_up.table.note_page, threading.Event()

            def note_and_wait_for_the_stop(*arguments: Any) -> None:
                original(*arguments)
                is_noted.set()
                until(lambda: bench.durable.is_stopping)

            monkeypatch.setattr(bench.catching_up.table, "note_page", note_and_wait_for_the_stop)
            wish: dict[str, Any] = {"modules": ["item", "contact"], "since": LONG_AGO, "most_calls": "50"}
            Person(visitor, connection).post("/trigger/catch-up", **wish)
            assert is_noted.wait(20)
        with serving(beside(sandbox, tmp_path)) as bench:
            found = finished(bench, connection)
            assert (found.state, found.rounds) == ("complete", 1)
            events = [each.record_id for each in inbox(bench, connection).recent(500)]
            assert len(events) == len(set(events)) == found.stored


# --- by itself --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("delivered", "begun"), [(999, 0), (1000, 1)])
def test_webhooks_that_are_used_up_are_caught_up_once_and_again_when_the_day_is_over(
    person: Person, bench: Workbench, connection: str, monkeypatch: pytest.MonkeyPatch, delivered: int, begun: int
) -> None:
    person.subscribe(events=["item.created"])
    monkeypatch.setattr(channel(bench, connection).inbox, "delivered_since", lambda _: delivered)
    now = [time.time()]
    watch = DayWatch(bench.store, bench.subscriptions, bench.receiving, bench.catching_up, lambda: now[0])
    for _ in range(3):
        watch.look()
        if begun:
            assert finished(bench, connection).state == "complete"
    assert len(bench.catching_up.table.list(connection)) == begun
    monkeypatch.setattr(channel(bench, connection).inbox, "delivered_since", lambda _: 0)
    now[0] += 86_401
    watch.look()
    assert len(bench.catching_up.table.list(connection)) == 2 * begun


# --- polling ----------------------------------------------------------------------------------------------------------

PLAN: dict[str, Any] = {"modules": ["item", "contact"], "interval": "15", "calls_per_day": "2000", "share": "50"}


def test_a_plan_that_fits_shows_what_it_costs_and_what_it_does_not_see(
    person: Person, bench: Workbench, connection: str
) -> None:
    page = person.post("/trigger/catch-up/polling", do="plan", **PLAN)
    assert "192 of 1,000 calls a day" in page
    assert "Deleted records cannot be seen by reading" in page
    assert bench.catching_up.table.polling(connection) is None


def test_a_plan_that_does_not_fit_is_refused_with_the_arithmetic(
    person: Person, bench: Workbench, connection: str
) -> None:
    page = person.post("/trigger/catch-up/polling", status=422, do="start", **PLAN | {"interval": "1"})
    assert "1,440 × 2 modules = 2,880 calls" in page
    assert bench.catching_up.table.polling(connection) is None


def test_polling_brings_what_changes_until_it_is_ended(person: Person, bench: Workbench, connection: str) -> None:
    person.post("/trigger/catch-up/polling", do="start", **PLAN)
    until(lambda: (found := bench.catching_up.table.polling(connection)) and found.round_at)
    assert "Asking every 15.0 minutes for item, contact" in person.get("/trigger/catch-up")
    bench.polls.close()
    centre_of(bench).enter(organization_of(bench), "item", {"name": "Rye flour", "rate": 5})
    bench.polls.resume()
    until(lambda: "item.updated" in types(bench, connection) or "item.created" in types(bench, connection))
    person.post("/trigger/catch-up/polling", do="stop")
    assert bench.catching_up.table.polling(connection) is None
    assert "Asking every" not in person.get("/trigger/catch-up")


def test_the_progress_is_sent_again_only_when_it_changed(person: Person, bench: Workbench, connection: str) -> None:
    found = re.search(r"seen=(\w+)", person.get("/trigger/catch-up"))
    assert found is not None
    person.get("/trigger/catch-up/rows", seen=found[1])
    assert person.answers[-1].status_code == 204
    channel(bench, connection)
    person.post("/trigger/catch-up", modules=["item"], since=LONG_AGO, most_calls="1")
    assert "item" in person.get("/trigger/catch-up/rows", seen=found[1])
