"""What answers teach about limits, and what may be sent then: the decisions as tables."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.api.catalogue import CATALOGUE
from zoho_books_connector.boundary import CallEnd, Quota
from zoho_books_connector.sending import limits
from zoho_books_connector.sending.limits import (
    Limits,
    Load,
    Obstacle,
    Standing,
    allowed,
    concurrent,
    learn,
    obstacle,
    restamped,
    usage,
)

NOW, WALL = 1000.0, 1_790_000_000.0
OURS = Limits(window=60)
FREE = Load(0, 0, ())
NEW = Standing()


def may(standing: Standing = NEW, load: Load = FREE, now: float = NOW, **changes: Any) -> Obstacle | None:
    changes = {"interactive": False, "wall": WALL + now - NOW} | changes
    return obstacle(changes.pop("limits", OURS), standing, load, now, changes.pop("wall"), **changes)


def taught(*ends: CallEnd, now: float = NOW, standing: Standing = NEW) -> Standing:
    for end in ends:
        standing = learn(OURS, standing, end, now, WALL + now - NOW)
    return standing


def refused(code: int | None, wait: float | None = None, quota: Quota | None = None) -> CallEnd:
    return CallEnd(429, code, wait, quota)


# --- the share -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "minute", "at_a_time"), [(0.9, 90, 9), (1, 100, 10), (0.5, 50, 5), (0.29, 29, 2), (0.001, 1, 1)]
)
def test_a_share_is_rounded_down_and_never_to_nothing(share: float, minute: int, at_a_time: int) -> None:
    ours = Limits(share=share)
    assert (allowed(ours, Standing(), NOW), concurrent(ours, Standing(), NOW)) == (minute, at_a_time)


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 0},
        {"share": 1.1},
        {"per_minute": 0},
        {"concurrent": 0},
        {"reserve": -1},
        {"window": 0},
        {"linger": -1},
    ],
    ids=str,
)
def test_figures_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Limits(**wrong)


def test_a_call_goes_while_a_place_is_free() -> None:
    assert may(load=Load(8, 89, [1.0] * 81)) is None


def test_the_window_is_full_until_the_first_call_stops_to_count() -> None:
    ends = [NOW + 9, NOW + 3, *([NOW + 50] * 88)]
    assert may(load=Load(0, 90, ends)) == Obstacle("minute", 3)
    assert may(load=Load(0, 90, ends), ahead=1) == Obstacle("minute", 9)
    assert may(load=Load(0, 90, ends), ahead=2) == Obstacle("minute", 50)


def test_nobody_knows_when_an_open_call_stops_to_count() -> None:
    assert may(load=Load(2, 2, ()), limits=Limits(share=0.02)) == Obstacle("minute", None)


@pytest.mark.parametrize(("open_calls", "ahead"), [(9, 0), (8, 1), (5, 4)])
def test_calls_at_a_time_are_full_until_another_ends(open_calls: int, ahead: int) -> None:
    assert may(load=Load(open_calls, open_calls, ()), ahead=ahead) == Obstacle("concurrency", None)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "scope", "wait"),
    [
        (refused(44), "minute", 60),
        (refused(44, 3), "minute", 3),
        (refused(43), "blocked", 1200),
        (refused(43, 1800), "blocked", 1800),
        (refused(45, 7200), "day", 7200),
        (refused(45, quota=Quota(1000, 0, 9000)), "day", 9000),
        (refused(45), "day", 3600),
        (refused(1070, 1), "concurrency", 1),
        (refused(None), "minute", 60),
        (refused(99, 30), "minute", 30),
    ],
    ids=str,
)
def test_nothing_is_sent_while_a_limit_is_known_to_be_hit(end: CallEnd, scope: str, wait: float) -> None:
    standing = taught(end)
    assert may(standing, interactive=True) == Obstacle(scope, wait)  # type: ignore[arg-type]  # from the table
    # What was said of the day is asked again after an hour.
    known_for = min(wait, 3600) if scope == "day" else wait
    assert may(standing, now=NOW + known_for - 1, interactive=True) is not None
    assert may(standing, now=NOW + known_for) is None


def test_the_waits_are_those_of_the_error_catalogue() -> None:
    said = {row.zoho_code: row.retry_after for row in CATALOGUE if row.kind == "rate_limited" and row.zoho_code}
    found = {code: may(taught(refused(code))) for code in (43, 44, 45)}
    assert {code: each and each.wait for code, each in found.items()} == {code: said[code] for code in (43, 44, 45)}


def test_a_refusal_for_the_minute_does_not_shorten_a_block() -> None:
    assert may(taught(refused(43), refused(44))) == Obstacle("blocked", 1200)


def test_a_full_minute_cuts_the_share_which_grows_back() -> None:
    standing = taught(refused(44))
    assert [allowed(OURS, standing, NOW + after) for after in (0, 60, 300, 600, 900)] == [45, 49, 67, 90, 90]


def test_calls_that_are_refused_together_cut_once_and_the_next_excess_cuts_again() -> None:
    together = taught(refused(44), refused(44), refused(44))
    assert allowed(OURS, together, NOW) == 45
    again = taught(refused(44), now=NOW + 60, standing=together)
    assert allowed(OURS, again, NOW + 60) == 24


def test_too_many_at_a_time_lower_that_figure_for_a_while_and_close_nothing() -> None:
    standing = taught(refused(1070))
    assert may(standing) is None
    assert (concurrent(OURS, standing, NOW), allowed(OURS, standing, NOW)) == (4, 90)
    assert concurrent(OURS, standing, NOW + 600) == 9


def test_an_ordinary_answer_teaches_nothing() -> None:
    before = taught(refused(44))
    assert taught(CallEnd(200, 0), CallEnd(), CallEnd(sent=False), CallEnd(503), standing=before) is before


# --- the day ---------------------------------------------------------------------------------------------------------


def told(remaining: int | None, limit: int | None = 5000, reset: float | None = 7200) -> Standing:
    return taught(CallEnd(200, 0, None, Quota(limit, remaining, reset)))


def test_a_daily_limit_of_a_thousand_is_that_of_the_free_plan_which_has_fewer_at_a_time() -> None:
    assert concurrent(OURS, told(900, limit=1000), NOW) == 4
    assert concurrent(OURS, told(900, limit=2000), NOW) == 9
    assert concurrent(Limits(concurrent=4), told(900, limit=1000), NOW) == 3


RESERVED = Limits(reserve=100)


@pytest.mark.parametrize(
    ("remaining", "interactive", "goes"),
    [
        (101, False, True),
        (100, False, False),
        (100, True, True),
        (1, True, True),
        (0, True, False),
        (None, False, True),
        (None, True, True),
    ],
)
def test_a_part_of_the_day_is_kept_for_people(remaining: int | None, interactive: bool, goes: bool) -> None:
    found = may(told(remaining), limits=RESERVED, interactive=interactive)
    assert found == (None if goes else Obstacle("day", 7200))


@pytest.mark.parametrize("seconds", [3600, 7200, -60])
def test_what_was_said_of_the_day_is_asked_again_after_an_hour_and_when_the_clock_was_set_back(seconds: float) -> None:
    assert may(told(0), wall=WALL + 3599) is not None
    assert may(told(0), wall=WALL + seconds) is None


def test_a_day_that_is_over_refuses_nothing() -> None:
    assert may(told(0, reset=600), now=NOW + 599) == Obstacle("day", 1)
    assert may(told(0, reset=600), now=NOW + 600) is None


def test_a_day_without_a_reset_is_tried_again_after_an_hour() -> None:
    assert may(told(0, reset=None), now=NOW + 60) == Obstacle("day", 3540)


# --- after a restart of the machine, and for show ---------------------------------------------------------------------


def test_a_time_in_the_future_was_written_before_the_machine_was_started_anew() -> None:
    before = taught(refused(44), refused(1070))
    after = restamped(before, 5.0)
    assert (after.closed_at, after.cut_at, after.crowded_at) == (5, 5, 5)
    assert may(after, now=5.0) == Obstacle("minute", 60)
    assert restamped(before, NOW + 10) == before


def test_the_state_is_shown_with_what_is_known_of_the_day() -> None:
    load = Load(1, 90, [NOW + 4] * 89)
    shown = usage(OURS, told(70, limit=1000), load, NOW + 10, WALL + 10)
    assert (shown.allowed, shown.counted, shown.concurrent, shown.open) == (90, 90, 4, 1)
    assert (shown.scope, shown.wait) == ("minute", 0)
    assert shown.quota == Quota(1000, 70, 7190)
    assert usage(OURS, Standing(), FREE, NOW, WALL).quota == Quota()
    assert usage(OURS, told(70)._replace(day_told_at=WALL - 4000), FREE, NOW, WALL).quota == Quota()


def test_a_refusal_of_the_day_says_nothing_of_its_length() -> None:
    assert limits.usage(OURS, taught(refused(45)), FREE, NOW, WALL).quota == Quota(None, 0, None)
