"""Lists that move while they are read: whatever happens between two pages, nothing slips through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles import NOW
from tests.trigger.catching_up.listing import Listing, Reader, held, versions
from zoho_books_connector.trigger.catching_up import windows

#: Small pages show with few records what large ones do with many.
PAGE = 5
KINDS = [(sort, brings) for sort in ("honoured", "ignored", "refused") for brings in ("after", "from", "ignored")]

#: What happens after an answer: records that are deleted, changed or added, and seconds that pass.
ACTION = st.one_of(
    st.tuples(st.just("delete first"), st.integers(1, 4)),
    st.tuples(st.just("delete"), st.integers(0, 200)),
    st.tuples(st.just("change"), st.integers(0, 200)),
    st.tuples(st.just("add"), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 300)),
)


class Happenings:
    """Changes a listing after each answer, and knows which records it left alone."""

    def __init__(self, listing: Listing, script: Sequence[Sequence[tuple[str, int]]]) -> None:
        self.listing = listing
        self.script: Iterator[Sequence[tuple[str, int]]] = iter(script)
        self.untouched = set(listing.records)
        self.next_number = 10_000

    def __call__(self, _: int) -> None:
        for kind, value in next(self.script, ()):
            if kind == "wait":
                self.listing.clock.now += value
            elif kind == "add":
                self.next_number += 1
                self.listing.put(self.next_number, self.listing.clock.now)
            elif kind == "delete first":
                for number in list(self.listing.records)[:value]:
                    self.listing.remove(int(number))
            elif self.listing.records:
                number = list(self.listing.records)[value % len(self.listing.records)]
                self.untouched.discard(number)
                if kind == "delete":
                    self.listing.remove(int(number))
                else:
                    self.listing.put(int(number), self.listing.clock.now)


@pytest.mark.parametrize(("sort", "brings"), KINDS)
@settings(max_examples=100)
@given(
    times=st.lists(st.integers(0, 4), max_size=40),
    script=st.lists(st.lists(ACTION, max_size=4), max_size=25),
    crash_after=st.none() | st.integers(1, 6),
)
def test_every_record_is_brought_whatever_happens_between_pages(
    sort: Any, brings: Any, times: list[int], script: list[list[tuple[str, int]]], crash_after: int | None
) -> None:
    listing = Listing(sort=sort, filter=brings)
    for number, ago in enumerate(times):
        listing.put(number, NOW - 600 - ago)
    since = NOW - 700
    at_first = held(listing)
    happenings = listing.between = Happenings(listing, script)
    reader = Reader(listing)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(windows, "PAGE_SIZE", PAGE)
        events = reader.catch_up(since, most_calls=crash_after or 10_000)
        while reader.pages[-1].state != "complete":
            events += reader.catch_up(since, most_calls=crash_after or 10_000)
        left = happenings.untouched & listing.records.keys()
        unchanged = {version for version in at_first if version[0] in left}
        assert unchanged <= versions(events)
        listing.between = lambda _: None
        events += reader.catch_up(since)
    assert held(listing) <= versions(events)


def test_a_record_that_is_deleted_hides_no_other_one() -> None:
    listing = Listing()
    listing.fill(1000, each_second=1000)
    kept = held(listing) - {("0", next(iter(held(listing)))[1])}
    listing.between = lambda made: listing.remove(0) if made == 2 else None
    assert kept <= versions(Reader(listing).catch_up())


def test_when_more_is_deleted_than_windows_overlap_the_reading_goes_back() -> None:
    listing = Listing()
    listing.fill(1000, each_second=1000)

    def delete(made: int) -> None:
        for number in range(300 if made == 3 else 0):
            listing.remove(number)

    listing.between = delete
    reader = Reader(listing)
    events = reader.catch_up()
    assert held(listing) <= versions(events)
    assert any(not page.events for page in reader.pages)


def test_a_record_that_changes_again_and_again_does_not_keep_the_reading_from_its_end() -> None:
    listing = Listing()
    listing.fill(1000)

    def change(_: int) -> None:
        listing.clock.now += 1
        listing.put(0, listing.clock.now)

    listing.between = change
    assert len(Reader(listing).catch_up()) < 1010
    assert len(listing.queries) == 6
