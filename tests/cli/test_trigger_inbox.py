"""``zoho-books trigger recent`` and ``replay``, and the count of the day while listening."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.listening import Listener, Start, kept, starting, subscribed
from zoho_books_connector.boundary import Event
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.trigger.day import DayCount
from zoho_books_connector.stores import SqliteInbox


def event(number: int) -> Event:
    record = {"invoice_number": f"INV-{number}"}
    return Event(
        "invoice.created", f"{number:04}abcdef{number:054}", f"k{number}", "invoice", f"90{number}", None, None, record
    )


@pytest.fixture
def inbox(home: Path, connected: str) -> Iterator[SqliteInbox]:
    """An inbox whose events die of their first failure: 0 and 1 dead, 2 handled, 3 new."""
    inbox = SqliteInbox(home / f"inbox-{connected}.db", delays=())
    inbox.put([event(number) for number in range(4)])
    for taken in inbox.take(2):
        inbox.failed(taken, "OutOfPaper")
    inbox.done(*inbox.take(1))
    yield inbox
    inbox.close()


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[Listener] = []
    yield starting(monkeypatch, started)
    for each in started:
        each.stop()


# --- looking --------------------------------------------------------------------------------------------------------


def test_the_latest_events_come_first_with_their_states(cli: Cli, inbox: SqliteInbox) -> None:
    ended = cli("trigger", "recent")
    assert ended.code == 0
    rows = ended.out.splitlines()[2:]
    assert [" ".join(row.split()[-2:]) for row in rows[:2]] == ["0003abcdef000000 waits", "0002abcdef000000 handled"]
    assert rows[2].endswith("given up (OutOfPaper)")
    assert "1 waiting, 1 handled, 2 given up." in ended.err


def test_the_list_can_be_short_and_json(cli: Cli, inbox: SqliteInbox) -> None:
    shown = cli("trigger", "recent", "--limit", "1", "--json").data
    assert [each["record_id"] for each in shown["events"]] == ["903"]
    assert shown["counts"]["dead"] == 2


def test_an_inbox_that_nobody_used_is_empty(cli: Cli, connected: str) -> None:
    assert "0 waiting, 0 handled, 0 given up." in cli("trigger", "recent").err
    assert "No event was given up." in cli("trigger", "replay").err


def test_without_a_name_replay_lists_what_was_given_up(cli: Cli, inbox: SqliteInbox) -> None:
    ended = cli("trigger", "replay")
    assert ended.code == 0
    for told in ("INV-0", "INV-1", "OutOfPaper, 1 attempts", "0001abcdef000000"):
        assert told in ended.out
    assert "replay --dead" in ended.err
    assert "INV-2" not in ended.out
    assert [each["delivery_id"] for each in cli("trigger", "replay", "--json").data["dead"]] == [
        event(0).delivery_id,
        event(1).delivery_id,
    ]


def test_of_many_that_were_given_up_the_earliest_are_listed_and_all_replayed(
    cli: Cli, inbox: SqliteInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoho_books_connector.cli.trigger.replaying._MOST", 1)
    ended = cli("trigger", "replay")
    assert ("INV-0" in ended.out, "INV-1" in ended.out) == (True, False)
    assert "the earliest 1 of 2" in ended.err
    assert cli("trigger", "replay", "--dead", "--json").data == {"replayed": 2}


# --- replaying ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "replayed"),
    [
        (("--dead",), 2),
        (("--since", "1h"), 3),
        (("--until", "2001-01-01"), 0),
        (("--since", "2001-01-01", "--until", "2100-01-01T00:00+00:00"), 3),
    ],
)
def test_events_are_handed_out_again(
    cli: Cli, inbox: SqliteInbox, connected: str, words: tuple[str, ...], replayed: int
) -> None:
    assert cli("trigger", "replay", *words, "--json").data == {"replayed": replayed}
    assert sum(each.state == "due" for each in inbox.recent()) == 1 + replayed


def test_what_is_done_is_said(cli: Cli, inbox: SqliteInbox, connected: str) -> None:
    ended = cli("trigger", "replay", "--dead")
    assert "2 events will be handed out again." in ended.out
    assert f"trigger listen {connected}" in ended.err
    assert "No event was due" in cli("trigger", "replay", "--dead").out


def test_events_are_named_by_how_their_ids_start(cli: Cli, inbox: SqliteInbox, connected: str) -> None:
    assert cli("trigger", "replay", connected, "0002ab", "0001ABCDEF", "--json").data == {"replayed": 2}
    assert kept(inbox) == (3, 0, 1)


def test_of_a_delivery_with_several_records_the_first_is_meant(cli: Cli, inbox: SqliteInbox, connected: str) -> None:
    first = event(7)
    inbox.put([first, replace(first, delivery_id=f"{first.delivery_id}.1", record_id="x")])
    inbox.done(*inbox.take(3))
    assert cli("trigger", "replay", connected, first.delivery_id, "--json").data == {"replayed": 1}
    ended = cli("trigger", "replay", connected, "0007ab")
    assert (ended.code, "Several events have ids" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("CONNECTION", "ffffffff"), 2, "No events have ids that start with 'ffffffff'"),
        (("CONNECTION", "\udcff" * 6), 2, "No events have ids that start with"),
        (("CONNECTION", "0"), 2, "at least 6 letters"),
        (("CONNECTION", "0001ab", "--dead"), 2, "Give one of them"),
        (("--dead", "--since", "1h"), 2, "Give one of them"),
        (("--since", "yesterday"), 2, "give a time such as"),
        (("--since", "2026-13-01"), 2, "give a time such as"),
        (("--since", ""), 2, "give a time such as"),
        (("--until", "99999999999d"), 2, "give a time such as"),
        (("--since", "0001-01-01"), 2, "give a time such as"),
        (("0001abcdef",), 11, "no connection with this id"),
    ],
)
def test_what_names_no_event_is_told(
    cli: Cli, inbox: SqliteInbox, connected: str, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = cli("trigger", "replay", *(connected if word == "CONNECTION" else word for word in words))
    assert ended.code == code
    assert said in " ".join(ended.err.split())
    assert kept(inbox) == (1, 1, 2)


def test_what_is_replayed_is_shown_by_listening(cli: Cli, inbox: SqliteInbox, connected: str, listen: Start) -> None:
    assert cli("trigger", "replay", "--dead").code == 0
    listener = listen()
    listener.until(lambda: len(listener.rows) == 3)
    assert sorted(row.split()[2] for row in listener.rows) == ["INV-0", "INV-1", "INV-3"]


def test_an_inbox_that_is_locked_is_told(
    cli: Cli, inbox: SqliteInbox, connected: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoho_books_connector.stores.SqliteInbox", partial(SqliteInbox, patience=0.1))
    with closing(sqlite3.connect(home / f"inbox-{connected}.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = cli("trigger", "replay", "--dead")
    assert ended.code == 15
    assert "in use by another process" in ended.err


# --- the day --------------------------------------------------------------------------------------------------------


class Deliveries:
    """As many deliveries in 24 hours as a test says."""

    def __init__(self) -> None:
        self.count = 0

    def delivered_since(self, _: float) -> int:
        return self.count


def test_from_800_webhooks_of_a_day_on_it_warns_once_and_says_what_to_do() -> None:
    inbox = Deliveries()
    day = DayCount(inbox, "zoho-books trigger catch-up 1")  # type: ignore[arg-type]  # the one method that it uses
    warnings = []
    for inbox.count in (799, 800, 900, 1000, 1001):
        warnings.append(day.look())
    assert [bool(each) for each in warnings] == [False, True, False, True, False]
    assert all("zoho-books trigger catch-up 1" in each for each in warnings if each)
    assert "again in 24 hours" in warnings[3]
    assert day.said == "24 h: 1,001 of 1,000 webhooks - run zoho-books trigger catch-up 1"


def test_listening_counts_the_day_and_tells_since_when_nothing_came(
    home: Path, connected: str, listen: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    Home(home).inbox(connected).put([event(1)])
    monkeypatch.setattr(SqliteInbox, "delivered_since", lambda *_: 850)
    listener = listen(terminal=True)
    listener.until(lambda: "24 h: 850 of 1,000 webhooks" in listener.out.getvalue())
    said = listener.err.getvalue()
    assert "The last event was stored at 20" in said
    assert f"catch-up {connected} --since 20" in said
    assert said.count("Warning: 850 webhooks") == 1


def test_where_a_catch_up_can_go_on_listening_names_no_later_time(home: Path, connected: str, listen: Start) -> None:
    place = Home(home)
    subscribed(place, connected)
    place.inbox(connected).put([event(1)])
    place.cursors().save(connected, "invoice", {"since": 1})
    listener = listen()
    listener.until(lambda: f"catch-up {connected}\n" in listener.err.getvalue())
    assert "--since" not in listener.err.getvalue()
