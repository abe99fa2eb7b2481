"""Zoho's time is told by its answers: never ahead, and nearer with each."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from math import floor

import pytest

from tests.doubles import Clock
from zoho_books_connector.sending.zoho_clock import ZohoClock

START = 1_790_000_000.0


def header(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(floor(seconds), UTC), usegmt=True)


@pytest.fixture
def here() -> Clock:
    return Clock(now=5.0)


@pytest.fixture
def clock(here: Clock) -> ZohoClock:
    return ZohoClock(here)


def test_before_the_first_answer_nothing_is_known(clock: ZohoClock) -> None:
    assert clock.now() is None


@pytest.mark.parametrize("date", [None, "", "soon", "Mon, 99 Sep 2026 14:13:20 GMT"])
def test_an_answer_without_a_date_says_nothing(clock: ZohoClock, date: str | None) -> None:
    clock.hear(date)
    assert clock.now() is None


def test_time_goes_on_after_an_answer(clock: ZohoClock, here: Clock) -> None:
    clock.hear(header(START))
    here.now += 7.5
    assert clock.now() == START + 7.5


def test_each_answer_brings_it_nearer_and_none_ahead(clock: ZohoClock, here: Clock) -> None:
    """The header leaves up to a second open, and every answer leaves another part of it open."""
    behind = []
    for number in range(12):
        truth = START + 0.9 + number * 1.37
        here.now = 5.0 + number * 1.37
        clock.hear(header(truth))
        told = clock.now()
        assert told is not None
        behind.append(truth - told)
    assert behind == sorted(behind, reverse=True)
    assert 0 <= behind[-1] < 0.1 < 0.5 < behind[0]
