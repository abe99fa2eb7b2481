"""What a host is told when its budget lets no call go."""

from __future__ import annotations

from typing import Final

from zoho_books_connector.errors import RateLimitedError, RateScope
from zoho_books_connector.sending.limits import Obstacle

#: Seconds after which to come back when nobody can say when an open call ends.
_SOON: Final = 2.0
#: Scope → what happened and what to do.
_SENTENCES: Final[dict[RateScope, tuple[str, str]]] = {
    "minute": (
        "The calls that this host may send in a minute are used up; nothing was sent.",
        "Run it again when the time to come back is over.",
    ),
    "day": (
        "The calls of this day are used up, or the rest is kept for people; nothing was sent.",
        "Run it again tomorrow, or raise the daily limit with Zoho.",
    ),
    "concurrency": (
        "As many calls are open as this host may have at a time; nothing was sent.",
        "Run it again in a moment.",
    ),
    "blocked": (
        "Zoho Books has blocked the organization for a while after too many calls; nothing was sent.",
        "Run it again when the time to come back is over.",
    ),
}


def refusal(found: Obstacle) -> RateLimitedError:
    """Return the error for a wait that is too long."""
    message, hint = _SENTENCES[found.scope]
    wait = _SOON if found.wait is None else found.wait
    return RateLimitedError(f"budget_{found.scope}", message, hint, retry_after=wait, scope=found.scope)
