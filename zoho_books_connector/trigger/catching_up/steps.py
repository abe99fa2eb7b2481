"""Where the reading of a list goes on after a page: a pure function of the page and of what was read before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zoho_books_connector.api.client import has_more
from zoho_books_connector.trigger.catching_up.cursor import Progress, Reading, opened
from zoho_books_connector.trigger.catching_up.rows import Row, is_earlier
from zoho_books_connector.trigger.catching_up.ways import WAYS, Way, WayName, keeps_order
from zoho_books_connector.trigger.catching_up.windows import Window


@dataclass(frozen=True)
class Step:
    """What a page brought, and what comes after it."""

    rows: Sequence[Row]
    progress: Progress


def restart(progress: Progress, way: WayName) -> Step:
    """Read the list from its start another way."""
    reading = opened(progress)
    again = Reading(reading.start, reading.start - 1, reading.began)
    return Step((), replace(progress, way=way, reading=again))


def after_page(progress: Progress, window: Window, rows: Sequence[Row], answer: Mapping[str, Any]) -> Step:
    """Return the rows of a page that are new, and where to go on."""
    reading, way = opened(progress), WAYS[progress.way]
    other = _other_way(way, reading, rows, answer)
    if other is not None:
        return restart(progress, other)
    if window.start > 0 and not {row.mark for row in rows} & set(reading.tail):
        # The list moved by more than the overlap: nobody knows what slipped through.
        return Step((), replace(progress, reading=replace(reading, behind=window.start, brought=())))
    seen = {*reading.tail, *reading.brought}
    new = [row for row in rows if row.mark not in seen and not is_earlier(row, reading.start)]
    if not rows or not has_more(answer) or (way.order == "D" and is_earlier(rows[-1], reading.start)):
        assert reading.began is not None  # noqa: S101 - the answer told it
        return Step(new, replace(progress, told=reading.began, reading=None))
    return Step(new, replace(progress, reading=_onwards(reading, way, window, rows)))


def _other_way(way: Way, reading: Reading, rows: Sequence[Row], answer: Mapping[str, Any]) -> WayName | None:
    if way.if_unsorted is not None and not keeps_order(way, [row.modified for row in rows], answer):
        return way.if_unsorted
    if way.if_unfiltered is not None and any(is_earlier(row, reading.after) for row in rows):
        return way.if_unfiltered
    return None


def _onwards(reading: Reading, way: Way, window: Window, rows: Sequence[Row]) -> Reading:
    """Ask from the time of the last row on, so that no later move of the list matters.

    Zoho's filter brings what changed after a stamp and nothing of that very second, so the stamp is a second earlier:
    the rows of the last second come again, first in the new list, and behind them what was not read of it. Where a list
    brings that earlier second as well, its rows are known too. When the list is not sorted by change, or is asked for
    with this stamp already, its next window follows.
    """
    last = rows[-1].modified
    if way.order == "A" and last is not None and (after := int(last.timestamp()) - 1) > reading.after:
        tail = tuple(row.mark for row in rows if not is_earlier(row, after))
        again = sum(not is_earlier(row, after + 1) for row in rows)
        return replace(reading, after=after, behind=again, tail=tail, brought=())
    tail = tuple(row.mark for row in rows)
    return replace(reading, behind=window.start + len(rows), tail=tail, brought=())
