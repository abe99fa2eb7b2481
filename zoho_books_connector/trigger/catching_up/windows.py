"""Pages of a list that overlap, so that nothing slips through between two of them while the list moves.

Between two requests records are deleted, added and changed, and all that stand behind them move. Of two windows that
have an unchanged record in common, nothing is missing in between: what stands behind that record stands behind it
still. So each window begins before the end of the last one, and when no record is common, the reading goes back.
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: The most that Zoho returns on a page.
PAGE_SIZE: Final = 200


class Window(NamedTuple):
    """A page of a list, as its parameters name it."""

    page: int
    size: int

    @property
    def start(self) -> int:
        """How many records stand before it."""
        return (self.page - 1) * self.size

    def parameters(self) -> dict[str, str]:
        """Return the parameters that ask for it."""
        return {"page": str(self.page), "per_page": str(self.size)}


def next_window(behind: int) -> Window:
    """Return the window that holds the last of ``behind`` records that were read, and reaches furthest beyond it.

    Pages begin at multiples of their size, so an overlap needs another size.
    """
    if behind == 0:
        return Window(1, PAGE_SIZE)
    windows = (Window((behind - 1) // size + 1, size) for size in range(PAGE_SIZE, 0, -1))
    return max(windows, key=lambda window: window.start + window.size)
