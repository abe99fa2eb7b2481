"""Deliveries: proven, kept, shown as they arrive, handed to the flows, and handed on once more."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.workbench.conftest import serving, visiting
from tests.workbench.running import connected
from tests.workbench.triggering import RECORD, Person, channel, deliver, inbox, subscription, types, until
from zoho_books_connector.boundary import Event
from zoho_books_connector.stores import StoredSubscription
from zoho_books_connector.stores.inbox import DELAYS
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.work import Flows
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.trigger.receiving import Channel

PASSWORD = "correct horse battery"


@dataclass
class Handed:
    """What was handed to the flows, type and connection of each event; they fail with ``fault`` where one is set."""

    events: list[tuple[str, str]] = field(default_factory=list)
    fault: Exception | None = None

    def dispatch(self, event: Event, connection_id: str) -> None:
        if self.fault is not None:
            raise self.fault
        if event.type != "test":
            self.events.append((event.type, connection_id))


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Handed:
    found = Handed()
    monkeypatch.setattr(Flows, "dispatch", lambda _, event, connection_id: found.dispatch(event, connection_id))
    return found


@pytest.fixture
def bench(handed: Handed, tmp_path: Path) -> Iterator[Workbench]:
    """A workbench whose flows only note what they are handed."""
    with serving(Settings(home=tmp_path)) as opened:
        yield opened


@pytest.fixture
def connection(bench: Workbench) -> str:
    return connected(bench)


@pytest.fixture
def person(client: httpx.Client, bench: Workbench, connection: str) -> Person:
    """A person who has subscribed; the checks of the two saved webhooks have come."""
    somebody = Person(client, connection)
    somebody.subscribe()
    until(lambda: inbox(bench, connection).counts().done == 2)
    return somebody


def reasons(bench: Workbench, connection: str) -> list[str]:
    return [each.reason for each in channel(bench, connection).refusals()[1]]


def test_a_record_created_by_an_action_arrives_by_itself_and_is_handed_on_once(
    person: Person, bench: Workbench, connection: str, handed: Handed
) -> None:
    run = bench.runs.perform("one", "create_contact", connection, {"contact_name": "Quay Street Bakery"})
    assert run.result is not None
    until(lambda: types(bench, connection) == ["contact.created"] and inbox(bench, connection).counts().due == 0)
    assert handed.events == [("contact.created", connection)]
    page = person.get("/trigger/deliveries")
    assert run.result["data"]["contact_id"] in page
    assert "handed on" in page
    assert "Look again" in page, "without scripts nothing arrives by itself"


def test_an_event_whose_flow_fails_waits_for_another_attempt(
    person: Person, bench: Workbench, connection: str, handed: Handed
) -> None:
    handed.fault = OSError("no")
    deliver(bench, connection)
    until(lambda: inbox(bench, connection).counts().waiting >= 1)
    page = person.get("/trigger/deliveries")
    assert "waiting for another attempt" in page
    assert "OSError" in page


def test_what_arrived_before_a_stop_is_handed_on_after_the_next_start(tmp_path: Path) -> None:
    with serving(Settings(home=tmp_path)) as bench, visiting(bench) as client:
        connection = connected(bench)
        Person(client, connection).subscribe(do="hand")
        channel(bench, connection).stop()
        assert deliver(bench, connection) == 200
        assert inbox(bench, connection).counts().due == 1
    with serving(Settings(home=tmp_path)) as bench:
        until(lambda: inbox(bench, connection).counts().done == 1)


def test_an_event_that_a_killed_workbench_had_in_its_hands_is_handed_on_again_soon(
    bench: Workbench, connection: str, person: Person, handed: Handed
) -> None:
    channel(bench, connection).stop()
    path = bench.settings.home / f"inbox-{connection}.db"
    leases: list[float] = []

    def dispatch(_event: Event, _connection: str) -> None:
        with closing(sqlite3.connect(path)) as file:
            query = "SELECT held_until - noted_at FROM event WHERE state = 'leased'"
            leases.extend(lease for (lease,) in file.execute(query))

    deliver(bench, connection)
    again = Channel(connection, bench.home, bench.host.trigger(), bench.proofs, dispatch)
    until(lambda: leases)
    again.stop()
    assert leases == [pytest.approx(30.0)]


# --- refused ----------------------------------------------------------------------------------------------------------


def test_a_forged_delivery_is_refused_and_shown_by_reason_and_size_without_its_body(
    person: Person, bench: Workbench, connection: str
) -> None:
    record = {**RECORD, "contact_name": "Planted by a forger"}
    assert deliver(bench, connection, record, secret="a-wrong-secret-of-somebody") == 401
    assert deliver(bench, connection, record, token="a-wrong-token-of-somebody") == 401
    page = person.get("/trigger/deliveries")
    assert f"signature_wrong, {len(json.dumps({'contact': record}))} bytes" in page
    assert "token_wrong" in page
    assert "Planted by a forger" not in page
    assert types(bench, connection) == []


def test_another_method_is_refused_and_shown(bench: Workbench, connection: str, person: Person) -> None:
    assert httpx.get(f"{bench.settings.url}/hooks/{connection}", trust_env=False).status_code == 405
    assert reasons(bench, connection) == ["method_refused"]


def test_a_connection_that_nobody_knows_or_that_is_not_subscribed_receives_nothing(
    bench: Workbench, connection: str
) -> None:
    assert deliver(bench, "unknown") == 404
    assert deliver(bench, connection) == 404
    assert reasons(bench, connection) == ["not_subscribed"]


def test_after_unsubscribing_nothing_more_is_taken(person: Person, bench: Workbench, connection: str) -> None:
    wanted = subscription(bench, connection).subscription
    proof: dict[str, Any] = {"secret": wanted.secret, "token": wanted.header_token}
    assert deliver(bench, connection, **proof) == 200
    person.post("/trigger/unsubscribe", label="Connector", do="remove")
    assert deliver(bench, connection, {"contact_id": "2"}, **proof) == 404


def test_what_another_process_subscribes_to_is_received_soon(bench: Workbench, connection: str) -> None:
    wanted = bench.host.trigger().prepare(f"{bench.settings.url}/hooks/{connection}", ["contact.created"])
    stored = StoredSubscription("Elsewhere", wanted)
    bench.home.subscriptions().change(connection, "Elsewhere", lambda _: stored)
    until(lambda: deliver(bench, connection) == 200)


def test_an_inbox_that_cannot_be_used_is_answered_with_503_and_keeps_no_other_connection_out(
    bench: Workbench, connection: str, client: httpx.Client
) -> None:
    broken = connected(bench, "Broken")
    (bench.settings.home / f"inbox-{broken}.db").write_text("no database at all, and long enough to be none" * 100)
    assert deliver(bench, broken) == 503
    Person(client, connection).subscribe(do="hand")
    assert deliver(bench, connection) == 200
    page = client.get("/trigger/deliveries", params={"connection": broken})
    assert (page.status_code, "inbox" in page.text) == (502, True)


# --- reached through a tunnel -----------------------------------------------------------------------------------------


def test_a_tunnels_name_reaches_deliveries_and_nothing_else(
    client: httpx.Client, bench: Workbench, connection: str
) -> None:
    Person(client, connection).subscribe(do="hand", url="https://tunnel.example")
    assert deliver(bench, connection, host="tunnel.example") == 200
    assert deliver(bench, connection, {"contact_id": "2"}, host="Tunnel.Example:443") == 200
    assert deliver(bench, connection, {"contact_id": "3"}, host="rebound.example") == 421
    assert client.get("/trigger", headers={"host": "tunnel.example"}).status_code == 421
    assert "host_unknown" in reasons(bench, connection)


def test_neither_password_nor_session_stands_before_deliveries(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, password=PASSWORD, origin="https://books.example")
    with serving(settings) as bench:
        connection = connected(bench)
        wanted = bench.host.trigger().prepare(f"https://books.example/hooks/{connection}", ["contact.created"])
        bench.home.subscriptions().change(connection, "C", lambda _: StoredSubscription("C", wanted))
        bench.proofs.refresh(connection)
        assert deliver(bench, connection, host="books.example") == 200
        url = f"{bench.settings.host}:{bench.settings.port}"
        answer = httpx.get(f"http://{url}/hooks/{connection}", headers={"host": "books.example"}, trust_env=False)
        assert "set-cookie" not in answer.headers


# --- looked at and repeated -------------------------------------------------------------------------------------------


def arrived(bench: Workbench, connection: str, *records: dict[str, Any]) -> list[str]:
    """Deliver records, wait until they are handed on, and return their ids, the latest first."""
    for record in records:
        assert deliver(bench, connection, record) == 200
    until(lambda: not (inbox(bench, connection).counts().due or inbox(bench, connection).counts().leased))
    return [each.delivery_id for each in inbox(bench, connection).recent() if each.type != "test"]


def test_an_event_is_shown_whole_and_can_be_downloaded(person: Person, bench: Workbench, connection: str) -> None:
    [delivery] = arrived(bench, connection, {**RECORD, "notes": "<b>bold</b>"})
    page = person.get(f"/trigger/deliveries/{delivery}")
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    record = json.loads(person.get(f"/trigger/deliveries/{delivery}/record.json"))["record"]
    assert record["notes"] == "<b>bold</b>"
    assert "attachment" in person.answers[-1].headers["content-disposition"]


def test_a_large_record_is_cut_on_the_page_and_whole_in_the_download(
    person: Person, bench: Workbench, connection: str
) -> None:
    [delivery] = arrived(bench, connection, {**RECORD, "notes": "x" * 300_000})
    page = person.get(f"/trigger/deliveries/{delivery}")
    assert "Only the beginning is shown" in page
    assert len(page) < 150_000
    assert len(person.get(f"/trigger/deliveries/{delivery}/record.json")) > 300_000


def test_one_event_a_span_and_what_was_given_up_can_be_handed_on_once_more(
    person: Person, bench: Workbench, connection: str, handed: Handed
) -> None:
    first, second = arrived(bench, connection, {"contact_id": "1"}, {"contact_id": "2"})
    assert len(handed.events) == 2
    assert "1 event is handed on once more" in person.post("/trigger/deliveries/replay", do="one", delivery=first)
    until(lambda: len(handed.events) == 3)
    person.post("/trigger/deliveries/replay", do="span", since="2020-01-01T00:00", until="2090-01-01T00:00")
    until(lambda: len(handed.events) == 5)
    assert "Nothing was handed on" in person.post("/trigger/deliveries/replay", do="dead")
    assert first != second


@pytest.mark.parametrize("fields", [{}, {"since": "yesterday"}])
def test_a_span_without_ends_or_with_an_odd_time_replays_nothing(person: Person, fields: dict[str, str]) -> None:
    assert "alert-danger" in person.post("/trigger/deliveries/replay", status=422, do="span", **fields)


def test_the_live_table_is_sent_again_only_when_it_changed(person: Person, bench: Workbench, connection: str) -> None:
    arrived(bench, connection)
    found = re.search(r"seen=(\w+)", person.get("/trigger/deliveries"))
    assert found is not None
    person.get("/trigger/deliveries/rows", seen=found[1])
    assert (person.answers[-1].status_code, person.answers[-1].text) == (204, "")
    arrived(bench, connection, RECORD)
    assert RECORD["contact_id"] in person.get("/trigger/deliveries/rows", seen=found[1])


def test_many_deliveries_come_in_pages(person: Person, bench: Workbench, connection: str) -> None:
    arrived(bench, connection, *({"contact_id": str(each)} for each in range(60)))
    page = person.get("/trigger/deliveries")
    assert page.count('id="event-') == 150  # a row, its link and its button
    found = re.search(r"before=(\d+)", page)
    assert found is not None
    older = person.get("/trigger/deliveries", before=found[1])
    assert page.count("Older</a>") == 1
    assert "hx-trigger" not in older
    assert older.count("<tr id=") == 12  # with the checks of two saved webhooks


def test_the_page_warns_before_the_days_webhooks_are_used_up(
    person: Person, bench: Workbench, connection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count, said in ((799, ""), (800, "drops what comes after"), (1000, "what came after is lost")):
        monkeypatch.setattr(inbox(bench, connection), "delivered_since", lambda _, count=count: count)
        page = person.get("/trigger/deliveries")
        assert f"{count} of 1,000" in page
        assert said in page
        assert ("Catch up</a>" in page) == bool(said)


def test_what_was_given_up_is_listed_and_can_be_handed_on_once_more(
    person: Person, bench: Workbench, connection: str, handed: Handed
) -> None:
    channel(bench, connection).stop()
    assert deliver(bench, connection) == 200
    [taken] = inbox(bench, connection).take()
    inbox(bench, connection).failed(replace(taken, attempt=len(DELAYS) + 1), "flow_broken")
    page = person.get("/trigger/deliveries", show="dead")
    assert "flow_broken" in page
    assert str(RECORD["contact_id"]) in page
    assert "1 event is" in person.post("/trigger/deliveries/replay", do="dead")
    assert "flow_broken" not in person.get("/trigger/deliveries", show="dead")


def test_no_page_holds_a_secret(person: Person, bench: Workbench, connection: str) -> None:
    [delivery] = arrived(bench, connection, RECORD)
    deliver(bench, connection, token="a-wrong-token-of-somebody")
    wanted = subscription(bench, connection).subscription
    for path in ("", "/rows", f"/{delivery}", f"/{delivery}/record.json"):
        page = person.get(f"/trigger/deliveries{path}")
        assert wanted.secret not in page
        assert wanted.header_token not in page


def test_a_deleted_connection_is_closed(bench: Workbench, connection: str, person: Person) -> None:
    channel(bench, connection)
    bench.store.delete(connection)
    until(lambda: bench.receiving.opened(connection) is None)
    assert deliver(bench, connection, secret="a" * 20, token="b" * 20) == 404
