"""Whatever request is the last of a process, the next call finishes what it began, or takes it away."""

from __future__ import annotations

import pytest

from tests.trigger.subscribing.desk import Crash, Desk, MakeDesk

#: Lists, then for each of two events a webhook and a rule.
REQUESTS = 6


def crashed(desk: Desk, at: int, when: str) -> None:
    """End the process at a request of subscribing, before or after Zoho carries it out."""
    desk.wire.strikes = {at: when}
    with pytest.raises(Crash):
        desk.subscribe(desk.wanted)
    desk.wire.strikes = {}
    desk.restart()


@pytest.fixture(params=["repeatable", "unique"])
def desk(make_desk: MakeDesk, request: pytest.FixtureRequest) -> Desk:
    desk = make_desk(rule_names=request.param)
    desk.wanted = desk.prepare()
    return desk


def test_subscribing_takes_as_many_requests_as_are_tried_here(desk: Desk) -> None:
    assert len(desk.subscribe(desk.wanted).calls) == REQUESTS


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(REQUESTS))
def test_after_a_crash_the_next_call_finishes(desk: Desk, at: int, when: str) -> None:
    crashed(desk, at, when)
    assert desk.subscribe(desk.wanted).problems == ()
    desk.stands(desk.wanted)
    assert desk.check(desk.wanted).drifts == ()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(REQUESTS))
def test_after_a_crash_unsubscribing_leaves_nothing(desk: Desk, at: int, when: str) -> None:
    mine = desk.add_rule(desk.add_webhook())
    crashed(desk, at, when)
    assert desk.unsubscribe(desk.wanted).problems == ()
    assert [row["webhook_name"] for row in desk.webhooks().values()] == ["My own"]
    assert list(desk.rules()) == [mine]


@pytest.mark.parametrize("at", range(REQUESTS))
def test_after_a_crash_of_unsubscribing_a_second_call_takes_the_rest(desk: Desk, at: int) -> None:
    desk.subscribe(desk.wanted)
    start = len(desk.wire.sent)
    desk.wire.strikes = {start + at: "after"}
    with pytest.raises(Crash):
        desk.unsubscribe(desk.wanted)
    desk.wire.strikes = {}
    desk.restart()
    desk.unsubscribe(desk.wanted)
    assert (desk.webhooks(), desk.rules()) == ({}, {})


@pytest.mark.parametrize("at", range(2, REQUESTS))
def test_a_lost_answer_at_any_create_makes_nothing_twice(desk: Desk, at: int) -> None:
    desk.wire.strikes = {at: "lost"}
    assert desk.subscribe(desk.wanted).problems == ()
    desk.stands(desk.wanted)
