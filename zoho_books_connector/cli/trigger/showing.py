"""Takes events out of the inbox, shows them, and only then acknowledges them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.arrivals import Arrivals
from zoho_books_connector.cli.trigger.board import Board
from zoho_books_connector.cli.trigger.day import DayCount
from zoho_books_connector.cli.trigger.forwarding import Forward, NotTakenError
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.stores import InboxCounts, SqliteInbox, Taken

#: Events that are shown and acknowledged together.
_AT_ONCE: Final = 20
#: Seconds after which an event is shown again that was on its way to the terminal when the process was killed.
LEASE: Final = 30.0
#: Seconds between two looks, short, so that Ctrl-C is noticed on every system; and between two counts.
_LOOK: Final = 0.2
_COUNT: Final = 1.0
#: Seconds between two tries while the inbox is in trouble.
_PAUSE: Final = 2.0


class Showing:
    """The loop of ``listen``, in the thread that gets Ctrl-C."""

    def __init__(
        self,
        inbox: SqliteInbox,
        arrivals: Arrivals,
        board: Board,
        terminal: Terminal,
        day: DayCount,
        forward: Forward | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox = inbox
        self._arrivals = arrivals
        self._board = board
        self._terminal = terminal
        self._day = day
        self._forward = forward
        self._monotonic = monotonic
        self._shown = 0
        self._counted_at = float("-inf")
        self._trouble = ""

    def run(self) -> None:
        """Show what comes until Ctrl-C; raises ``OSError`` when nobody reads any more."""
        self._board.begin()
        try:
            while True:
                self._round()
        except KeyboardInterrupt:
            self._terminal.status("")
            self._terminal.say(f"Stopped. {self._summary()}.")

    def _round(self) -> None:
        self._arrivals.news.clear()
        for refusal in self._arrivals.refusals():
            self._board.refusal(refusal)
        try:
            found = self._show(self._inbox.take(1 if self._forward else _AT_ONCE, lease=LEASE))
            self._count()
            self._trouble = ""
        except UnavailableError as error:
            self._tell_trouble(error)
            self._arrivals.news.wait(_PAUSE)
            return
        if not found:
            self._arrivals.news.wait(_LOOK)

    def _show(self, taken: list[Taken]) -> int:
        """Show events and acknowledge them; what could not be shown comes again."""
        waiting, handled = list(taken), []
        try:
            while waiting:
                if self._handle(waiting[0]):
                    handled.append(waiting[0])
                del waiting[0]
        finally:
            self._shown += self._inbox.done(*handled) if handled else 0
            for each in waiting:
                self._inbox.failed(each, "not_shown")
        return len(taken)

    def _handle(self, taken: Taken) -> bool:
        """Hand an event on where that is wanted, and show it; returns whether it is done with."""
        state = "new" if taken.attempt == 1 else f"again (attempt {taken.attempt})"
        if self._forward is not None:
            try:
                state = self._forward(taken.event)
            except NotTakenError as error:
                self._terminal.say(f"Not forwarded, and tried again later: {taken.event.type} ({error.reason})")
                self._inbox.failed(taken, error.reason)
                return False
        self._board.event(taken, state)
        return True

    def _count(self) -> None:
        if self._monotonic() - self._counted_at < _COUNT:
            return
        self._counted_at = self._monotonic()
        if warning := self._day.look():
            self._terminal.say(f"Warning: {warning}")
        if self._board.has_counts:
            parts = (self._summary(), _waiting(self._inbox.counts()), self._day.said)
            self._terminal.status("  |  ".join(parts))

    def _summary(self) -> str:
        counts = self._arrivals.counts()
        return f"{self._shown} shown, {counts.known} known before, {counts.refused} refused"

    def _tell_trouble(self, error: UnavailableError) -> None:
        if error.code != self._trouble:
            self._trouble = error.code
            self._terminal.say(f"{error.message} {error.hint} Deliveries are answered with 503 until then.")


def _waiting(counts: InboxCounts) -> str:
    return f"{counts.due + counts.leased + counts.waiting} waiting, {counts.dead} given up"
