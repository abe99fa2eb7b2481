"""The webhooks that Zoho runs in a day: warned of before they are used up, caught up on afterwards."""

from __future__ import annotations

import logging

import pytest

from tests.doubles import NOW, Clock
from zoho_books_connector.trigger.catching_up.allowance import DeliveryWatch, allowance

DAY = 86_400


@pytest.mark.parametrize(
    ("delivered", "state", "due"),
    [(0, "enough", 0), (799, "enough", 0), (800, "running_out", 0), (999, "running_out", 0), (1000, "used_up", 2)],
)
def test_deliveries_of_24_hours_are_judged(delivered: int, state: str, due: int) -> None:
    asked: list[float] = []
    found = allowance(lambda since: asked.append(since) or delivered, NOW)  # type: ignore[func-returns-value]
    assert asked == [NOW - DAY]
    assert (found.state, len(found.catch_up_at), bool(found.message)) == (state, due, state != "enough")


class Watched:
    """A watch whose count and clock a test sets."""

    def __init__(self) -> None:
        self.count, self.clock = 0, Clock()
        self.watch = DeliveryWatch(lambda _: self.count, clock=self.clock)

    def at(self, seconds: float, count: int) -> bool:
        self.clock.now, self.count = NOW + seconds, count
        return self.watch.is_due()


def test_it_warns_once_each_time_it_gets_worse(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()
    with caplog.at_level(logging.WARNING, "zoho_books_connector.webhook"):
        for seconds, count in enumerate((10, 800, 801, 1000, 1001, 10, 800)):
            watched.at(seconds, count)
    assert [record.getMessage().split()[0] for record in caplog.records] == ["800", "1000", "800"]


def test_a_catch_up_is_due_now_and_when_the_day_is_over_for_certain() -> None:
    watched = Watched()
    assert not watched.at(0, 999)
    assert watched.at(10, 1000)
    watched.watch.caught_up(NOW + 11)
    assert not watched.at(12, 1000)
    assert not watched.at(DAY, 400)
    assert watched.at(DAY + 11, 0)
    watched.watch.caught_up(NOW + DAY + 12)
    assert not watched.at(3 * DAY, 0)


def test_while_it_stays_used_up_every_day_is_caught_up_on() -> None:
    watched = Watched()
    watched.at(0, 1000)
    watched.watch.caught_up(NOW + 1)
    assert watched.at(DAY + 1, 1500)
    watched.watch.caught_up(NOW + DAY + 2)
    assert not watched.at(DAY + 3, 1500)
    assert watched.at(2 * DAY + 4, 1500)
