"""How many webhooks came in the last 24 hours, and what to do before Zoho sends no more."""

from __future__ import annotations

import time
from collections.abc import Callable

from zoho_books_connector.stores import ConnectionInfo, SqliteInbox
from zoho_books_connector.trigger.catching_up.allowance import PER_DAY, allowance


class DayCount:
    """The deliveries of a day, counted when asked; warns once each time that it gets worse."""

    def __init__(self, inbox: SqliteInbox, command: str, clock: Callable[[], float] = time.time) -> None:
        self._inbox = inbox
        self._command = command
        self._clock = clock
        self._state = "enough"
        #: For the line of counts.
        self.said = ""

    def look(self) -> str:
        """Count, and return a warning that was not given yet, or nothing."""
        found = allowance(self._inbox.delivered_since, self._clock())
        self.said = f"24 h: {found.delivered:,} of {PER_DAY:,} webhooks"
        if found.state != "enough":
            self.said += f" - run {self._command}"
        is_new, self._state = found.state != self._state, found.state
        if not is_new or not found.message:
            return ""
        again = ", and again in 24 hours" if found.state == "used_up" else " once they are used up"
        return f"{found.message} Catch up{again}: {self._command}"


def catch_up_command(connection: ConnectionInfo) -> str:
    """Return what to type to catch up on a connection."""
    return f"zoho-books trigger catch-up {connection.id}"
