"""What arrives as rows of a table, or as JSON: each is written and flushed before it counts as shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, Protocol

from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.arrivals import Refusal
from zoho_books_connector.cli.trigger.titles import title_of
from zoho_books_connector.stores import Taken

_HEADINGS: Final = ("Time", "Event", "Record", "Number or name", "State")
#: Columns of the table; the title takes what is left of the width.
_TIME, _EVENT, _RECORD, _STATE = 8, 26, 19, 26
_LEAST_TITLE: Final = 16
_GAP: Final = "  "


class Board(Protocol):
    """Where arrivals are shown."""

    #: Whether a line of counts may stand below.
    has_counts: bool

    def begin(self) -> None:
        """Show what comes before the first row."""

    def event(self, taken: Taken, state: str) -> None:
        """Show an event; raises ``OSError`` when nobody reads any more."""

    def refusal(self, refusal: Refusal) -> None:
        """Show a request that was not taken."""


class TableBoard:
    """Rows for a person; cut to the width of a terminal, whole where they go elsewhere."""

    has_counts = True

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        title = max(_LEAST_TITLE, terminal.width - _TIME - _EVENT - _RECORD - _STATE - 4 * len(_GAP))
        self._widths = (_TIME, _EVENT, _RECORD, title, _STATE)

    def begin(self) -> None:
        """Show the headings."""
        self._row(_HEADINGS)
        self._row(tuple("-" * len(heading) for heading in _HEADINGS))

    def event(self, taken: Taken, state: str) -> None:
        """Show a row."""
        event = taken.event
        when = event.delivery.get("received_at")
        moment = when if isinstance(when, int | float) else None
        self._row((clock_time(moment), event.type, event.record_id or "", title_of(event), state))

    def refusal(self, refusal: Refusal) -> None:
        """Show a row without a record."""
        size = f"{refusal.size:,} bytes" if refusal.size else ""
        self._row((clock_time(refusal.at), "refused", "", size, refusal.reason))

    def _row(self, cells: Sequence[str]) -> None:
        cut = self._terminal.live
        shown = [fitted(cell, width, cut=cut) for cell, width in zip(cells, self._widths, strict=True)]
        self._terminal.out(_GAP.join(shown).rstrip())


class JsonBoard:
    """Events as JSON, one to a line, as the event's schema has them; refusals beside them on standard error."""

    has_counts = False

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def begin(self) -> None:
        """Show nothing before the first event."""

    def event(self, taken: Taken, _: str) -> None:
        """Write a line."""
        self._terminal.json(asdict(taken.event), indent=None)

    def refusal(self, refusal: Refusal) -> None:
        """Say what was refused."""
        self._terminal.say(f"{clock_time(refusal.at)} refused {refusal.size} bytes: {refusal.reason}")


def clock_time(moment: float | None) -> str:
    """Return the time of day of a unix time here."""
    return "" if moment is None else datetime.fromtimestamp(moment).strftime("%H:%M:%S")


def fitted(text: str, width: int, *, cut: bool) -> str:
    """Return text in so many columns; too long a text is cut, or left as it is. Line breaks become spaces."""
    text = " ".join(text.split())
    while cut and _columns(text) > width:
        text = text[:-2].rstrip() + "…"
    return text + " " * (width - _columns(text))


def _columns(text: str) -> int:
    """Return how many columns a terminal takes for a text."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)
