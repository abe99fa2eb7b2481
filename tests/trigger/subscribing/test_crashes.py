"""Whatever request is the last of a process, the next call finishes what it began, or takes it away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.trigger.subscribing.desk import Crash, Desk, MakeDesk
from zoho_books_connector.errors import RateLimitedError

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


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(8))
def test_after_a_crash_a_new_secret_and_other_events_still_reach_zoho(desk: Desk, at: int, when: str) -> None:
    desk.subscribe(desk.wanted)
    desk.wanted = replace(desk.wanted, secret="n" * 40, events=("contact.updated", "item.created"))
    crashed(desk, len(desk.wire.sent) + at, when)
    assert desk.subscribe(desk.wanted).problems == ()
    desk.stands(desk.wanted)
    assert {row["secret"] for row in desk.webhooks().values()} == {"n" * 40}


def throttled(desk: Desk, most: int) -> int:
    """Subscribe with so many requests to each call; returns how many calls it took."""
    for call in range(1, 30):
        desk.wire.most = len(desk.wire.sent) + most
        try:
            desk.subscribe(desk.wanted)
        except RateLimitedError as error:
            desk.clock.sleep(error.retry_after + 1)
        else:
            return call
    raise AssertionError("it never came to its end")


def test_many_events_come_to_their_end_however_few_calls_zoho_lets_through(desk: Desk) -> None:
    desk.wanted = desk.prepare(*(f"{module}.created" for module in ("invoice", "contact", "item", "bill", "task")))
    assert throttled(desk, 7) > 1
    desk.stands(desk.wanted)
    desk.wanted = replace(desk.wanted, secret="n" * 40)
    assert throttled(desk, 7) > 1
    assert {row["secret"] for row in desk.webhooks().values()} == {"n" * 40}


def test_what_an_interrupted_call_finished_is_looked_at_again_once_a_call_came_to_its_end(desk: Desk) -> None:
    desk.wire.most = 7
    with pytest.raises(RateLimitedError) as caught:
        desk.subscribe(replace(desk.wanted, events=(*desk.wanted.events, "item.created")))
    desk.wire.most = None
    desk.clock.sleep(caught.value.retry_after + 1)
    desk.subscribe(desk.wanted)
    for webhook in desk.automation.webhooks.values():
        webhook["secret"] = "y" * 20
    desk.subscribe(desk.wanted)
    assert {row["secret"] for row in desk.webhooks().values()} == {desk.wanted.secret}


@pytest.mark.parametrize("at", range(2, REQUESTS))
def test_a_lost_answer_at_any_create_makes_nothing_twice(desk: Desk, at: int) -> None:
    desk.wire.strikes = {at: "lost"}
    assert desk.subscribe(desk.wanted).problems == ()
    desk.stands(desk.wanted)
