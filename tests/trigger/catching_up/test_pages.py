"""Pages: as few as a safe reading needs, and each record on one of them."""

from __future__ import annotations

import pytest

from tests.doubles import NOW
from tests.trigger.catching_up.listing import Listing, Reader, held, versions
from zoho_books_connector.trigger.catching_up.windows import PAGE_SIZE, next_window


@pytest.mark.parametrize(("records", "pages"), [(0, 1), (1, 1), (200, 1), (201, 2), (399, 2), (400, 3), (50_000, 252)])
def test_each_page_begins_with_the_last_record_of_the_one_before(records: int, pages: int) -> None:
    listing = Listing()
    listing.fill(records)
    reader = Reader(listing)
    events = reader.catch_up()
    assert len(events) == records
    assert versions(events) == held(listing)
    assert len(listing.queries) == pages
    assert reader.pages[-1].calls_made == pages
    assert {query["page"] for query in listing.queries} == {"1"}


def test_a_list_that_brings_the_second_of_the_stamp_too_loses_and_repeats_nothing() -> None:
    listing = Listing(filter="from")
    listing.fill(1000)
    events = Reader(listing).catch_up()
    assert len(events) == 1000
    assert versions(events) == held(listing)


@pytest.mark.parametrize("each_second", [2, 199, 200, 201, 600, 3000])
def test_records_with_one_time_of_change_are_all_brought_once(each_second: int) -> None:
    listing = Listing()
    listing.fill(6000, each_second=each_second)
    events = Reader(listing).catch_up()
    assert len(events) == 6000
    assert versions(events) == held(listing)


@pytest.mark.parametrize("each_second", [2, 199, 200, 201, 600, 3000])
def test_with_a_filter_that_brings_its_own_second_some_are_brought_again(each_second: int) -> None:
    listing = Listing(filter="from")
    listing.fill(6000, each_second=each_second)
    assert versions(Reader(listing).catch_up()) == held(listing)


def test_a_second_with_three_pages_costs_little_more_than_three() -> None:
    listing = Listing()
    listing.fill(600, each_second=600)
    Reader(listing).catch_up()
    assert [(query["page"], query["per_page"]) for query in listing.queries] == [
        ("1", "200"),
        ("2", "199"),
        ("3", "198"),
        ("4", "197"),
    ]


def test_only_what_changed_since_is_read_less_an_overlap() -> None:
    listing = Listing()
    listing.fill(10_000)
    since = NOW - 3600 - 1000
    events = Reader(listing).catch_up(since)
    assert versions(events) == held(listing, since - 120)
    assert len(listing.queries) == 6


def test_a_window_holds_the_last_record_and_goes_further() -> None:
    for behind in (*range(1, 1500), 49_999, 50_000):
        window = next_window(behind)
        assert window.start < behind < window.start + window.size
        assert window.size <= PAGE_SIZE
