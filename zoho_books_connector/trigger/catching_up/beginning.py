"""What a host asked for: checked, and made the cursor from which the reading goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.trigger.catching_up.cursor import LATEST, Cursor, Progress, Reading, read_cursor
from zoho_books_connector.trigger.catching_up.lists import LISTS

#: Seconds that every reading goes back: for records that a list shows late, and for clocks that are set.
OVERLAP: Final = 120


def checked_modules(modules: Sequence[str]) -> tuple[str, ...]:
    """Return the modules, each once; raises ``InputError`` for one that has no list, naming those that have."""
    known = ", ".join(LISTS)
    if isinstance(modules, str) or not modules:
        raise _wrong("modules_missing", "No module is named to be read.", f"Name some of: {known}.", "/modules")
    wrong = [(number, key) for number, key in enumerate(modules) if key not in LISTS]
    if not wrong:
        return tuple(dict.fromkeys(modules))
    faults = [_unknown(number, key) for number, key in wrong]
    raise InputError("module_not_listed", "A module cannot be read for changes.", f"Those can: {known}.", fields=faults)


def checked_calls(most_calls: int, *, whole_records: bool) -> int:
    """Return the budget of calls; raises ``InputError`` when it would bring nothing."""
    least = least_calls(whole_records=whole_records)
    if type(most_calls) is int and most_calls >= least:
        return most_calls
    hint = f"Allow {least} or more: one for a page{' and one for each record on it' if whole_records else ''}."
    raise _wrong("most_calls_invalid", "So many calls bring nothing.", hint, "/most_calls")


def least_calls(*, whole_records: bool) -> int:
    """Return how many calls bring something: one for a page, and one more for a record on it."""
    return 2 if whole_records else 1


def begin(
    keys: Sequence[str], organization_id: str, since: float | None, cursor: Mapping[str, Any] | None, *, now: float
) -> Cursor:
    """Return where to begin: where ``cursor`` left off, or in a new round."""
    found = read_cursor(cursor, organization_id) if cursor is not None else Cursor(organization_id, {})
    told = None if since is None else _checked_since(since, now)
    modules = {**found.modules, **{key: _new(key, told) for key in keys if key not in found.modules}}
    left = [key for key in keys if key in found.left or key not in found.modules] or keys
    return replace(found, modules=modules | {key: _opened(modules[key]) for key in left}, left=tuple(left))


def _new(key: str, told: float | None) -> Progress:
    if told is not None:
        return Progress(told, LISTS[key].way)
    hint = "Say since when its changes are wanted, in unix seconds."
    raise _wrong("since_missing", f"The cursor knows nothing of the module {key}.", hint, "/since")


def _opened(progress: Progress) -> Progress:
    """Begin a reading, unless one is under way."""
    start = math.floor(progress.told) - OVERLAP
    return progress if progress.reading else replace(progress, reading=Reading(start, start - 1))


def _checked_since(since: float, now: float) -> float:
    if isinstance(since, bool) or not isinstance(since, int | float) or not 0 <= since <= LATEST:
        hint = "Give seconds since 1970, not milliseconds and no text."
        raise _wrong("since_invalid", "The time to catch up from is no time in unix seconds.", hint, "/since")
    if since > now + OVERLAP:
        raise _wrong("since_invalid", "The time to catch up from lies in the future.", "Check the clock.", "/since")
    return float(since)


def _unknown(number: int, key: object) -> FieldFault:
    near = get_close_matches(str(key), LISTS, n=1)
    return FieldFault(f"/modules/{number}", "must be a module that has a list", near[0] if near else None)


def _wrong(code: str, message: str, hint: str, pointer: str) -> InputError:
    return InputError(code, message, hint, fields=(FieldFault(pointer, message),))
