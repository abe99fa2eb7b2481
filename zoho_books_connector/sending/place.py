"""One call's place in a budget: asked for when it is entered, given back with how the call ended."""

from __future__ import annotations

from typing import Any, Final, Generic, Protocol, Self, TypeVar

from zoho_books_connector.boundary import CallEnd

H = TypeVar("H")

#: Nobody said how the call ended.
_LOST: Final = CallEnd()


class Places(Protocol[H]):
    """A budget that has places; ``H`` is what it knows a taken one by."""

    def take(self, place: Place[H]) -> H:
        """Wait for a place and take it; raises ``RateLimitedError``."""

    def give_back(self, held: H, end: CallEnd) -> None:
        """Give a place back and learn from how the call ended."""


class Place(Generic[H]):
    """A ``Slot``; entered once."""

    __slots__ = ("_budget", "_end", "_held", "bucket", "interactive", "wait")

    def __init__(self, budget: Places[H], bucket: str, wait: float, interactive: bool) -> None:
        self._budget = budget
        self._end = _LOST
        self.bucket = bucket
        self.wait = wait
        self.interactive = interactive

    def __enter__(self) -> Self:
        self._held = self._budget.take(self)
        return self

    def __exit__(self, *_: Any) -> None:
        self._budget.give_back(self._held, self._end)

    def end(self, end: CallEnd) -> None:
        """Remember how the call ended."""
        self._end = end
