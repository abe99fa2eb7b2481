"""What a call of ``subscribe`` finished before a limit cut it short, so that the next call goes on from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

#: Seconds; a limit of calls clears within minutes, and a person may change something in the meantime.
_WITHIN: Final = 900.0


class Finished:
    """Events that were just brought to Zoho, by name; kept with the runtime, as digests only.

    Without it, a subscription of many events would begin anew after each limit, and never come to its end.
    """

    def __init__(self) -> None:
        self._events: dict[str, tuple[str, float]] = {}

    def note(self, name: str, wanted: Mapping[str, Any], now: float) -> None:
        """Remember that an event stands as it is wanted; ``now`` in unix seconds."""
        self._events[name] = (_digest(wanted), now)

    def holds(self, name: str, wanted: Mapping[str, Any], now: float) -> bool:
        """Tell whether an event was finished a moment ago, and is wanted the same."""
        digest, at = self._events.get(name, ("", 0.0))
        return digest == _digest(wanted) and 0 <= now - at <= _WITHIN

    def forget(self, names: Iterable[str]) -> None:
        """Forget events, because a call came to its end: the next one looks at everything."""
        for name in names:
            self._events.pop(name, None)


def _digest(wanted: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
