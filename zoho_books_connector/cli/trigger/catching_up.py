"""Reads what changed while nobody listened into the same inbox, once or at regular intervals."""

from __future__ import annotations

import argparse
import time
from contextlib import closing

from zoho_books_connector.boundary import PollingPlan
from zoho_books_connector.cli.errors import CODES, InterruptedByUserError, UsageError
from zoho_books_connector.cli.quota import told_of_day
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.moments import spoken
from zoho_books_connector.cli.trigger.opened import Opened, opened
from zoho_books_connector.cli.trigger.reading import DELETIONS, Reading, Round, lines_of, tell_round
from zoho_books_connector.cli.trigger.wanting import modules_of
from zoho_books_connector.errors import ConnectorError, RateLimitedError, UnavailableError, UnexpectedResponseError
from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.trigger.catching_up.polling import pause_after

#: Calls of a day when no answer says it: those of Zoho's smallest plan.
_FEWEST_PER_DAY = 1000
_DAY = 86_400.0
#: What passes with time, so that polling goes on.
_PASSING = (RateLimitedError, UnavailableError, UnexpectedResponseError)


def catch_up(options: argparse.Namespace, terminal: Terminal) -> int:
    """Read what changed and store it; events that a webhook brought already are left out by their version."""
    with opened(options) as at, closing(at.home.inbox(at.connection.id)) as inbox:
        reading = _reading(at, inbox, options, terminal)
        if options.every is not None:
            return _Polling(at, reading, options, terminal).run()
        return _once(at, reading, options, terminal)


def _reading(at: Opened, inbox: SqliteInbox, options: argparse.Namespace, terminal: Terminal) -> Reading:
    modules = tuple(dict.fromkeys(options.modules or modules_of(at.subscriptions.list(at.connection.id))))
    if not modules:
        raise UsageError(
            "missing_option",
            "The connection has no subscription that would say which modules to read.",
            "Name them, for example: --modules invoice,contact",
        )
    reading = Reading(
        at,
        inbox,
        at.home.cursors(),
        modules,
        since=options.since,
        whole=options.whole,
        progress=_silent if options.json else terminal.status,
    )
    reading.check(options.calls)
    return reading


def _silent(_: str) -> None:
    """JSON has a terminal to itself."""


def _once(at: Opened, reading: Reading, options: argparse.Namespace, terminal: Terminal) -> int:
    done = Round()
    try:
        reading.run(done, options.calls)
    except ConnectorError:
        if done.modules:
            tell_round(done, at.connection, options, terminal)
        raise
    except KeyboardInterrupt as error:
        terminal.status("")
        raise InterruptedByUserError(
            "interrupted", "The catch-up was interrupted.", "What was read is stored; run it again to go on from there."
        ) from error
    tell_round(done, at.connection, options, terminal)
    return 0 if done.is_complete else CODES["rate_limited"]


class _Polling:
    """Rounds at regular intervals within a share of the day's calls, until Ctrl-C."""

    def __init__(self, at: Opened, reading: Reading, options: argparse.Namespace, terminal: Terminal) -> None:
        self._at = at
        self._reading = reading
        self._options = options
        self._terminal = terminal
        self._plan = self._planned()
        self._day_began = time.monotonic()
        self._spent = 0
        self._failures = 0

    def run(self) -> int:
        """Read, tell, wait, and again."""
        self._tell_plan()
        try:
            while True:
                began = time.monotonic()
                pause = self._round()
                time.sleep(max(0.0, pause - (time.monotonic() - began)))
        except KeyboardInterrupt:
            self._terminal.status("")
            self._terminal.say("Stopped. The next catch-up goes on from here.")
        return 0

    def _round(self) -> float:
        """Read once; returns the seconds until the next round."""
        done = Round()
        try:
            self._reading.run(done, self._calls_left())
            self._failures = 0
        except _PASSING as error:
            self._failures += 1
            wait = pause_after(error, self._failures)
            self._terminal.say(f"{error.message} {error.hint} The next round is in {spoken(wait)}.")
            return wait
        finally:
            self._spent += done.calls
            if self._options.json:
                self._terminal.json(done.to_dict(), indent=None)
            else:
                for line in lines_of(done):
                    self._terminal.out(line)
        return self._plan.interval

    def _calls_left(self) -> int:
        """Return how many calls a round may make: never more than the day's share has left."""
        if time.monotonic() - self._day_began >= _DAY:
            self._day_began, self._spent = time.monotonic(), 0
        left = self._plan.allowed_per_day - self._spent
        return max(0, min(int(self._options.calls), left))

    def _planned(self) -> PollingPlan:
        per_day = self._options.calls_per_day
        if per_day is None:
            day = told_of_day(self._at.host, self._at.connection, self._at.credential, self._at.tokens)
            per_day = (day.limit if day else None) or _FEWEST_PER_DAY
        modules, share = self._reading.modules, self._options.share
        return self._at.host.trigger().plan_polling(
            modules, interval=self._options.every, calls_per_day=per_day, share=share
        )

    def _tell_plan(self) -> None:
        plan = self._plan
        self._terminal.say(
            f"Every {spoken(plan.interval)}: {plan.calls_per_day:,} calls a day for {len(plan.modules)} modules when"
            f" nothing changes, of {plan.allowed_per_day:,} that it may use. Ctrl-C stops it."
        )
        for warning in plan.warnings or (DELETIONS,):
            self._terminal.say(f"Mind: {warning}")
