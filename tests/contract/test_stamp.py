"""How long ago a moment was, whatever became of this machine's clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zoho_books_connector.boundary import Stamp

THEN = Stamp(1_800_000_000.0, 500.0, 1_799_999_990.0)
#: The same moment before Zoho has answered.
UNDATED = replace(THEN, zoho=None)


@pytest.mark.parametrize("now", [Stamp(0.0, 0.0, 1_800_000_050.0), Stamp(9e9, 9e9, 1_800_000_050.0)])
def test_zohos_clock_tells_whatever_this_machines_say(now: Stamp) -> None:
    assert now.since(THEN) == 60.0


def test_a_moment_to_come_is_told_as_less_than_none() -> None:
    assert THEN.since(THEN.later(80)) == -80.0
    assert UNDATED.since(UNDATED.later(80)) == -80.0


@pytest.mark.parametrize(("then", "now"), [(UNDATED, UNDATED), (THEN, UNDATED), (UNDATED, THEN)])
def test_the_steady_clock_tells_where_zohos_is_not_known_at_both_ends(then: Stamp, now: Stamp) -> None:
    assert now.later(60).since(then) == 60.0


@pytest.mark.parametrize(
    ("set_by", "passed"), [(1.9, 60.0), (-1.9, 60.0), (2.0, None), (-2.0, None), (3600.0, None), (-3600.0, None)]
)
def test_the_steady_clock_tells_while_the_other_one_was_not_set(set_by: float, passed: float | None) -> None:
    now = UNDATED.later(60)
    assert replace(now, wall=now.wall + set_by).since(UNDATED) == passed


def test_no_clock_tells_after_the_machine_was_started_anew() -> None:
    assert replace(UNDATED.later(600), steady=20.0).since(UNDATED) is None


def test_a_later_moment_is_later_by_each_clock_that_is_known() -> None:
    assert THEN.later(80) == Stamp(1_800_000_080.0, 580.0, 1_800_000_070.0)
    assert UNDATED.later(80) == Stamp(1_800_000_080.0, 580.0, None)


def test_zohos_time_is_filled_in_by_a_later_moment_that_knows_it() -> None:
    assert UNDATED.dated(THEN.later(60)) == THEN


def test_zohos_time_that_is_known_stays() -> None:
    now = THEN.later(60)
    assert THEN.dated(replace(now, zoho=now.wall)) == THEN


@pytest.mark.parametrize(
    "now",
    [
        UNDATED.later(60),
        replace(THEN.later(60), wall=THEN.wall + 3660),
        replace(THEN.later(60), wall=THEN.wall - 3540),
        replace(THEN.later(60), steady=20.0),
    ],
    ids=["zoho unknown", "set forward", "set back", "started anew"],
)
def test_zohos_time_is_not_filled_in_where_no_clock_can_tell_it(now: Stamp) -> None:
    assert UNDATED.dated(now) == UNDATED
