"""The ways of reading a list: how it is asked for, and whether an answer keeps to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

#: ``changed``: by time of change, from a stamp on. ``newest``: by time of change, the newest first. ``filtered``: in
#: another order, from a stamp on. ``whole``: in another order, and all of it.
WayName = Literal["changed", "newest", "filtered", "whole"]

_MODIFIED: Final = "last_modified_time"
#: Windows reads no time before it.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Way(NamedTuple):
    """One way of reading."""

    #: Of the time of change: ascending, descending, or none.
    order: Literal["A", "D", None]
    #: Whether only what changed after a stamp is asked for.
    filters: bool
    #: What to try when the list refuses it, or answers in another order.
    if_unsorted: WayName | None
    #: What to try when the list ignores the filter.
    if_unfiltered: WayName | None = None
    #: What a person should know of it.
    warning: str = ""


_IN_PAGES: Final = "The list of {module} is not sorted by time of change, so it is read by the numbers of its pages."
_WHOLE: Final = (
    "The list of {module} is neither sorted nor filtered by time of change, so the whole of it is read each time, and "
    "what did not change is left out here."
)

WAYS: Final[Mapping[WayName, Way]] = {
    "changed": Way("A", filters=True, if_unsorted="filtered", if_unfiltered="newest"),
    "newest": Way("D", filters=False, if_unsorted="whole"),
    "filtered": Way(None, filters=True, if_unsorted="whole", if_unfiltered="whole", warning=_IN_PAGES),
    "whole": Way(None, filters=False, if_unsorted=None, warning=_WHOLE),
}


def parameters(way: Way, lasting_column: str | None, after: int) -> dict[str, str]:
    """Return the parameters that ask for a list this way; ``after`` is a stamp in unix seconds."""
    column, order = (_MODIFIED, way.order) if way.order else (lasting_column, "A")
    sorting = {"sort_column": column, "sort_order": order} if column else {}
    stamp = _EPOCH + timedelta(seconds=after)
    return sorting | ({_MODIFIED: f"{stamp:%Y-%m-%dT%H:%M:%S}+0000"} if way.filters else {})


def keeps_order(way: Way, times: Sequence[datetime | None], answer: Mapping[str, Any]) -> bool:
    """Tell whether an answer is in the order that was asked for, by its rows and by what it says of itself.

    Rows in the right order are no proof: they may be so by chance, on this page. No rows are in any order.
    """
    if way.order is None or not times:
        return True
    context = answer.get("page_context")
    said = context if isinstance(context, dict) else {}
    if (said.get("sort_column"), said.get("sort_order", way.order)) != (_MODIFIED, way.order):
        return False
    known = [time for time in times if time is not None]
    return len(known) == len(times) and known == sorted(known, reverse=way.order == "D")
