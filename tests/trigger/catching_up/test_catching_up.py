"""What a host gets: events, cursors, a budget of calls, and errors that say what to mend."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.doubles import NOW, answer
from tests.trigger.catching_up.listing import Listing, Reader, held, stamp, versions
from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import InputError, RateLimitedError
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.trigger.catching_up.lists import LISTS

SINCE = NOW - 1000


def one(**fields: Any) -> Listing:
    listing = Listing()
    listing.put(1, NOW - 500, **fields)
    return listing


def test_an_event_is_like_that_of_a_webhook() -> None:
    [event] = Reader(one(contact_name="Bowman", created_time=stamp(NOW - 9000))).catch_up(SINCE)
    assert (event.type, event.module, event.record_id) == ("contact.updated", "contact", "1")
    assert event.occurred_at == "2026-09-21T14:05:00+00:00"
    assert event.version_key == f"contact:1:{event.occurred_at}"
    assert event.organization_id == "10234695"
    assert event.record["contact_name"] == "Bowman"
    assert event.delivery == {"source": "catch_up", "record": "listed"}
    assert event.delivery_id.isalnum()


@pytest.mark.parametrize(
    ("created", "verb"),
    [(NOW - 500, "created"), (SINCE, "created"), (SINCE - 1, "updated"), (NOW - 90_000, "updated")],
)
def test_a_record_is_created_when_nobody_can_have_been_told_of_it(created: float, verb: str) -> None:
    [event] = Reader(one(created_time=stamp(created))).catch_up(SINCE)
    assert event.type == f"contact.{verb}"


def test_what_the_next_catch_up_reads_again_is_known_by_its_ids() -> None:
    listing = Listing()
    listing.put(1, NOW - 60)
    reader = Reader(listing)
    [first], [second] = reader.catch_up(SINCE), reader.catch_up()
    assert (first.delivery_id, first.version_key) == (second.delivery_id, second.version_key)
    listing.clock.now += 600
    reader.catch_up()
    assert reader.catch_up() == []


def test_the_next_catch_up_begins_where_zoho_s_clock_was_less_an_overlap() -> None:
    listing = one()
    reader = Reader(listing)
    reader.catch_up(SINCE)
    listing.queries.clear()
    reader.catch_up()
    assert listing.queries[0]["last_modified_time"] == stamp(NOW - 121)


def test_a_cursor_is_json_and_small() -> None:
    listing = Listing()
    listing.fill(1000, each_second=1000)
    reader = Reader(listing)
    longest = max(len(json.dumps(page.cursor)) for page in reader.ask())
    assert longest < 6000


@pytest.mark.parametrize("stop_after", range(8))
def test_after_a_crash_on_any_page_the_last_cursor_goes_on(stop_after: int) -> None:
    listing = Listing()
    listing.fill(1400, each_second=300)
    reader = Reader(listing)
    events: list[Event] = []
    for number, page in enumerate(reader.ask()):
        if number == stop_after:
            break
        events += page.events
        reader.cursor = page.cursor
    events += reader.catch_up()
    assert versions(events) == held(listing)
    assert len(events) == 1400


@pytest.mark.parametrize("most_calls", [1, 2, 5])
def test_a_budget_that_ends_is_said_and_the_next_goes_on(most_calls: int) -> None:
    listing = Listing()
    listing.fill(1000)
    reader = Reader(listing)
    events: list[Event] = []
    rounds = 0
    while not rounds or reader.pages[-1].state != "complete":
        before = len(listing.queries)
        events += reader.catch_up(most_calls=most_calls)
        rounds += 1
        assert len(listing.queries) - before <= most_calls
        assert reader.pages[-1].calls_made <= most_calls
    assert rounds == -(-6 // most_calls)
    assert len(events) == 1000
    assert {page.state for page in reader.pages[:-1]} <= {"reading", "out_of_calls"}


def test_several_modules_are_read_one_after_the_other() -> None:
    listing = Listing()
    listing.fill(250)
    listing.put(1, NOW - 60, item_id="1")
    listing._answer_of = listing._answer  # type: ignore[attr-defined]
    listing._answer = lambda query: {  # type: ignore[method-assign]
        **listing._answer_of(query),  # type: ignore[attr-defined]
        "items": [],
    }
    reader = Reader(listing)
    pages = list(reader.ask(modules=("contact", "item", "contact")))
    assert [page.module for page in pages] == ["contact", "contact", "item"]
    assert [page.state for page in pages] == ["reading", "reading", "complete"]


def test_a_module_that_joins_later_needs_a_time_of_its_own() -> None:
    reader = Reader(one())
    reader.catch_up(SINCE)
    with pytest.raises(InputError) as caught:
        reader.ask(None, modules=("contact", "item"))
    assert caught.value.code == "since_missing"
    assert reader.ask(SINCE, modules=("contact", "item"))


# --- whole records ---------------------------------------------------------------------------------------------------


class WholeRecords(Listing):
    """A listing whose records can be read by their ids, as long as they are there."""

    def __call__(self, request: Any) -> Any:
        identity = request.url.path.rpartition("/")[2]
        if identity == self.key:
            return super().__call__(request)
        self.queries.append({"read": identity})
        self.between(len(self.queries))
        if identity not in self.records:
            return answer(404, 1002, "Contact does not exist.")
        return answer(contact=self.records[identity] | {"billing_address": {"city": "Turin"}})


def test_whole_records_are_read_by_their_ids_and_those_that_are_gone_left_out() -> None:
    listing = WholeRecords()
    listing.fill(5)
    listing.between = lambda made: listing.remove(3) if made == 1 else None
    events = Reader(listing).catch_up(whole_records=True)
    assert sorted(event.record_id or "" for event in events) == ["0", "1", "2", "4"]
    assert {event.record["billing_address"]["city"] for event in events} == {"Turin"}
    assert {event.delivery["record"] for event in events} == {"whole"}
    assert len(listing.queries) == 6


def test_what_the_host_knows_is_not_read() -> None:
    listing = WholeRecords()
    listing.fill(5)
    reader = Reader(listing)
    known = {event.version_key or "" for event in reader.catch_up()[:3]}
    listing.queries.clear()
    reader = Reader(listing)
    events = reader.catch_up(whole_records=True, is_known=lambda keys: known & set(keys))
    assert len(events) == 2
    assert not known & {event.version_key for event in events}
    assert len(listing.queries) == 3


@pytest.mark.parametrize("most_calls", [2, 3, 100])
def test_whole_records_count_as_calls_and_a_page_may_take_several_runs(most_calls: int) -> None:
    listing = WholeRecords()
    listing.fill(250)
    reader = Reader(listing)
    events = reader.catch_up(most_calls=most_calls, whole_records=True)
    while reader.pages[-1].state != "complete":
        assert reader.pages[-1].calls_made <= most_calls
        events += reader.catch_up(most_calls=most_calls, whole_records=True)
    assert len(events) == 250
    assert versions(events) == held(listing)


def test_what_a_page_brought_before_a_limit_is_kept() -> None:
    listing = WholeRecords()
    listing.fill(5)
    reader = Reader(listing)
    reading = listing.__class__.__call__

    def limited(request: Any) -> Any:
        return answer(429, 44, "too many") if len(listing.queries) == 3 else reading(listing, request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WholeRecords, "__call__", lambda _, request: limited(request))
        pages = iter(reader.ask(whole_records=True))
        first = next(pages)
        assert len(first.events) == 2
        with pytest.raises(RateLimitedError) as caught:
            next(pages)
    assert caught.value.scope == "minute"
    reader.cursor = first.cursor
    rest = reader.catch_up(whole_records=True)
    assert versions([*first.events, *rest]) == held(listing)
    assert len(rest) == 3


# --- what is asked for wrongly ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"modules": ()}, "modules_missing"),
        ({"modules": "contact"}, "modules_missing"),
        ({"modules": ("contacts",)}, "module_not_listed"),
        ({"modules": ("contact_person",)}, "module_not_listed"),
        ({"since": None}, "since_missing"),
        ({"since": -1}, "since_invalid"),
        ({"since": float("nan")}, "since_invalid"),
        ({"since": NOW * 1000}, "since_invalid"),
        ({"since": NOW + 1000}, "since_invalid"),
        ({"since": "2026-06-11"}, "since_invalid"),
        ({"since": True}, "since_invalid"),
        ({"most_calls": 0}, "most_calls_invalid"),
        ({"most_calls": 1.5}, "most_calls_invalid"),
        ({"most_calls": 1, "whole_records": True}, "most_calls_invalid"),
        ({"cursor": {}}, "cursor_invalid"),
        ({"cursor": {"organization_id": "10234695", "modules": {}, "version": 2}}, "cursor_invalid"),
        ({"cursor": {"organization_id": "1", "modules": {}}}, "cursor_invalid"),
        ({"cursor": {"organization_id": "10234695", "modules": {}, "left": ["item"]}}, "cursor_invalid"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(asked: dict[str, Any], code: str) -> None:
    listing = one()
    with pytest.raises(InputError) as caught:
        Reader(listing).ask(**asked)
    assert caught.value.code == code
    assert caught.value.fields
    assert listing.queries == []


def test_a_misspelt_module_is_told_the_nearest_and_all_others() -> None:
    with pytest.raises(InputError) as caught:
        Reader(one()).ask(modules=("invoices",))
    assert caught.value.fields[0].suggestion == "invoice"
    assert "sales_order" in caught.value.hint


def test_every_module_that_rules_cover_can_be_read() -> None:
    modules = load_manifest()["triggers"]["webhook"]["modules"]
    assert set(LISTS) <= set(modules)
    assert [listed.key for listed in LISTS.values()] == [listed.module.key for listed in LISTS.values()]
    assert all(listed.api.needs == ("record_id",) for listed in LISTS.values())
    assert set(modules) - set(LISTS) <= {"contact_person", "record"}
