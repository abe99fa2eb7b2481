"""What asking regularly costs, against the calls that an organization has in a day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from zoho_books_connector.boundary import PollingPlan
from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.trigger.catching_up.beginning import checked_modules
from zoho_books_connector.trigger.catching_up.lists import LISTS

_DAY: Final = 86_400

_UNSEEN: Final = (
    "Deleted records cannot be seen by reading.",
    "Several changes of a record between two rounds are seen as one, and so are those within one second.",
    "Every 200 changed records of a module cost one more call.",
)
_SOME_IN_PAGES: Final = (
    "Nothing is known of a filter by time of change in the lists of {modules}. Where they are not sorted by it either,"
    " the whole list is read in each round, one call for every 200 records."
)


def plan_polling(modules: Sequence[str], *, interval: float, calls_per_day: int, share: float = 0.5) -> PollingPlan:
    """Compute what a plan costs; raises ``InputError`` ``polling_does_not_fit`` with the arithmetic."""
    keys = checked_modules(modules)
    _check(interval, calls_per_day, share)
    allowed = math.floor(calls_per_day * share + 1e-9)  # a share like 0.29 is a little less in binary
    rounds = math.ceil(_DAY / interval)
    if rounds * len(keys) > allowed:
        limit = f"{share:g} of {calls_per_day:,} calls a day is {allowed:,}"
        raise _does_not_fit(len(keys), interval, rounds, limit, allowed)
    unfiltered = [key for key in keys if not LISTS[key].filters]
    more = (_SOME_IN_PAGES.format(modules=", ".join(unfiltered)),) if unfiltered else ()
    least = float(_least_interval(len(keys), allowed))
    return PollingPlan(keys, float(interval), rounds * len(keys), allowed, least, _UNSEEN + more)


def _least_interval(modules: int, allowed: int) -> int:
    return math.ceil(_DAY / (allowed // modules))


def _check(interval: float, calls_per_day: int, share: float) -> None:
    faults = {
        "/interval": (_is_number(interval) and 0 < interval <= _DAY, "must be seconds, above 0 and at most a day"),
        "/calls_per_day": (type(calls_per_day) is int and calls_per_day > 0, "must be a whole number above 0"),
        "/share": (_is_number(share) and 0 < share <= 1, "must be above 0 and at most 1"),
    }
    wrong = [FieldFault(pointer, message) for pointer, (is_right, message) in faults.items() if not is_right]
    if wrong:
        raise InputError("polling_invalid", "The plan for polling cannot be computed.", fields=wrong)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _does_not_fit(modules: int, interval: float, rounds: int, limit: str, allowed: int) -> InputError:
    least = _least_interval(modules, allowed) if modules <= allowed else None
    longer = "" if least is None else f"The shortest interval that fits is {least:,} seconds. "
    needed = rounds * modules
    return InputError(
        "polling_does_not_fit",
        f"Every {interval:g} seconds is {rounds:,} rounds a day; {rounds:,} × {modules} modules = {needed:,} calls,"
        f" but {limit}.",
        f"{longer}Ask less often, for fewer modules, or use a larger share.",
        params={"calls_per_day": needed, "allowed_per_day": allowed, "least_interval": least},
        fields=(FieldFault("/interval", "must leave the organization's calls for a day enough"),),
    )
