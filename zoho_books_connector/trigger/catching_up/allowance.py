"""How much is left of the webhooks that Zoho runs in a day, and when to catch up because they may be used up."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

_log: Final = logging.getLogger("zoho_books_connector.webhook")

#: Documented: so many webhooks run in a day, and what comes after is not sent.
PER_DAY: Final = 1000
WARN_FROM: Final = 800
#: Whose day it is, is not said, so no day is taken to end earlier than this.
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Allowance:
    """How many deliveries came in the last 24 hours, and what follows from it."""

    delivered: int
    state: Literal["enough", "running_out", "used_up"]
    #: When to catch up, in unix seconds: now, and once more when the day is over in any time zone.
    catch_up_at: tuple[float, ...] = ()
    #: A sentence for a person; empty when there is enough.
    message: str = ""


def allowance(
    delivered_since: Callable[[float], int], now: float, *, per_day: int = PER_DAY, warn_from: int = WARN_FROM
) -> Allowance:
    """Judge the deliveries of the last 24 hours; ``delivered_since`` counts them from a time on, in unix seconds."""
    delivered = delivered_since(now - _DAY)
    if delivered >= per_day:
        message = f"{delivered} webhooks came within 24 hours, and Zoho runs {per_day} a day: what came after is lost."
        return Allowance(delivered, "used_up", (now, now + _DAY), message)
    if delivered >= warn_from:
        message = f"{delivered} webhooks came within 24 hours; Zoho runs {per_day} a day and drops what comes after."
        return Allowance(delivered, "running_out", (), message)
    return Allowance(delivered, "enough")


class DeliveryWatch:
    """Judges again and again, warns in the log when it gets worse, and remembers what is to be caught up.

    One thread asks. After a restart it knows nothing of an earlier day, so catch up then.
    """

    def __init__(
        self,
        delivered_since: Callable[[float], int],
        *,
        per_day: int = PER_DAY,
        warn_from: int = WARN_FROM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._delivered_since = delivered_since
        self._per_day = per_day
        self._warn_from = warn_from
        self._clock = clock
        self._state = "enough"
        self._due: set[float] = set()

    def look(self) -> Allowance:
        """Return the allowance now."""
        now = self._clock()
        found = allowance(self._delivered_since, now, per_day=self._per_day, warn_from=self._warn_from)
        if found.state != self._state and found.message:
            _log.warning("%s", found.message)
        if found.state == "used_up" and self._state != "used_up":
            self._due.update(found.catch_up_at)
        elif found.state == "used_up" and max(self._due, default=now) <= now:
            self._due.add(now + _DAY)  # perhaps another day is used up
        self._state = found.state
        return found

    def is_due(self) -> bool:
        """Look, and tell whether a catch-up is due; say ``caught_up`` when one was complete."""
        self.look()
        return min(self._due, default=math.inf) <= self._clock()

    def caught_up(self, began: float) -> None:
        """Note that a catch-up was complete that began at ``began``, in unix seconds."""
        self._due = {due for due in self._due if due > began}
