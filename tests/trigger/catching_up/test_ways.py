"""Lists that do not sort or filter by time of change: found out from the answers, read safely, and said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles import NOW
from tests.trigger.catching_up.listing import Listing, Reader, held, stamp, versions
from zoho_books_connector.errors import InputError, UnexpectedResponseError

RECENT = NOW - 3600 - 1000


def read_since(listing: Listing) -> tuple[Reader, int]:
    """Catch up on the last 1,000 seconds of 10,000 records; gives how many requests that took."""
    listing.fill(10_000)
    reader = Reader(listing)
    events = reader.catch_up(RECENT)
    assert versions(events) == held(listing, RECENT - 120)
    assert len(events) == 1120
    return reader, len(listing.queries)


def test_a_list_that_is_sorted_and_not_filtered_is_read_from_its_newest_record_on() -> None:
    reader, requests = read_since(Listing(filter="ignored"))
    assert requests == 7
    assert reader.warnings == []
    assert reader.listing.queries[1]["sort_order"] == "D"
    assert "last_modified_time" not in reader.listing.queries[1]


@pytest.mark.parametrize("sort", ["refused", "ignored"])
def test_a_list_that_is_filtered_and_not_sorted_is_read_by_page_numbers(sort: Any) -> None:
    reader, requests = read_since(Listing(sort=sort))
    assert requests == 7
    assert [warning.partition(" of ")[0] for warning in reader.warnings] == ["The list"]
    assert "not sorted by time of change" in reader.warnings[0]
    assert {query.get("sort_column") for query in reader.listing.queries[1:]} == {"created_time"}


@pytest.mark.parametrize("sort", ["refused", "ignored"])
def test_a_list_that_is_neither_is_read_whole_and_what_did_not_change_is_left_out(sort: Any) -> None:
    reader, requests = read_since(Listing(sort=sort, filter="ignored"))
    assert 51 <= requests <= 57
    assert ["neither sorted nor filtered" in warning for warning in reader.warnings][-1:] == [True]


def test_a_list_that_does_not_say_its_order_is_not_believed_to_be_sorted() -> None:
    listing = Listing(says_order=False, sort="ignored")
    for number in range(200):
        listing.put(number, NOW - 1000)
    listing.put(200, NOW - 2000)
    assert versions(Reader(listing).catch_up(NOW - 3000)) == held(listing)


def test_the_way_is_remembered_and_said_each_time() -> None:
    listing = Listing(sort="refused")
    listing.fill(10)
    reader = Reader(listing)
    reader.catch_up(RECENT)
    listing.queries.clear()
    reader.pages.clear()
    reader.catch_up()
    assert len(listing.queries) == 1
    assert len(reader.warnings) == 1


def test_the_list_of_journals_is_never_filtered() -> None:
    listing = Listing("journal", "journals", "journal_id")
    listing.fill(10)
    assert len(Reader(listing).catch_up()) == 10
    assert not any("last_modified_time" in query for query in listing.queries)


def test_records_without_a_time_of_change_are_brought_each_time_and_known_by_their_content() -> None:
    listing = Listing("time_entry", "time_entries", "time_entry_id", sort="ignored")
    record = {"time_entry_id": "1", "created_time": stamp(NOW - 10_000), "begin_time": ""}
    listing.records = {"1": record | {"last_modified_time": stamp(0)}}
    del listing.records["1"]["last_modified_time"]
    reader = Reader(listing)
    [first] = reader.catch_up(NOW - 60)
    [second] = reader.catch_up()
    listing.records["1"]["notes"] = "changed"
    [third] = reader.catch_up()
    assert first.type == "time_entry.changed"
    assert (first.version_key, first.occurred_at) == (None, None)
    assert first.delivery_id == second.delivery_id != third.delivery_id
    assert any("without a time of change" in warning for warning in reader.warnings)


def test_what_is_refused_for_another_reason_is_raised() -> None:
    listing = Listing()
    listing.fill(1)
    listing._takes = lambda query: False  # type: ignore[method-assign] # noqa: ARG005 - whatever is asked for
    with pytest.raises(InputError):
        Reader(listing).catch_up()
    assert len(listing.queries) == 3


def test_an_answer_without_a_list_is_no_empty_list() -> None:
    listing = Listing(key="message_list")
    listing._answer = lambda query: {"page_context": {}}  # type: ignore[method-assign] # noqa: ARG005
    with pytest.raises(UnexpectedResponseError) as caught:
        Reader(listing).catch_up()
    assert caught.value.code == "list_missing"
