"""Lists: which records they hold, in which order, and page by page; unknown filters are ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from .errors import RefusedError
from .filter_tests import MODIFIED, is_field_filter, tests_of
from .filters import FILTERS, Filters
from .record_fields import Record
from .switches import Switches

MOST_PER_PAGE = 200
PER_PAGE = {"account": 5000}


def select(
    module: str, records: Iterable[Record], query: Mapping[str, str], shown: Callable[[Record], Record]
) -> list[Record]:
    """The records that pass every known filter, in order; `shown` gives the answer that is filtered by.

    Answers are large and are not kept.
    """
    filters = FILTERS.get(module, Filters())
    tests = list(tests_of(filters, query))
    column, order = _order(filters, query)
    kept = []
    for record in records:
        answer = shown(record)
        if all(test(answer) for test in tests):
            kept.append((_sort_key(answer, column), record))
    kept.sort(key=lambda entry: entry[0], reverse=order == "D")
    return [record for _, record in kept]


def heeded(module: str, query: Mapping[str, str], switches: Switches) -> dict[str, str]:
    """The query parameters that the switches let a list see; raises for a sort column they refuse.

    `contact_type` has a switch of its own.
    """
    filters = FILTERS.get(module, Filters())
    if query.get("sort_column") == MODIFIED and MODIFIED not in filters.sort and switches.modified_sort == "documented":
        raise RefusedError(2, field="sort_column")
    ignored = {
        "contact_type": switches.contact_type_filter == "leaks",
        MODIFIED: switches.modified_filter == "documented" and not filters.modified,
    }

    def sees(name: str) -> bool:
        if name in ignored:
            return not ignored[name]
        return switches.list_filters == "honoured" or not is_field_filter(module, name)

    return {name: value for name, value in query.items() if sees(name)}


def page_of(
    module: str, records: list[Record], query: Mapping[str, str], report_name: str
) -> tuple[list[Record], Record]:
    """One page and its `page_context`, which holds no total count."""
    page = _positive(query, "page", 1)
    per_page = _positive(query, "per_page", PER_PAGE.get(module, MOST_PER_PAGE))
    per_page = min(per_page, max(MOST_PER_PAGE, PER_PAGE.get(module, 0)))
    column, order = _order(FILTERS.get(module, Filters()), query)
    start = (page - 1) * per_page
    context = {
        "page": page,
        "per_page": per_page,
        "has_more_page": len(records) > start + per_page,
        "report_name": report_name,
        "applied_filter": query.get("filter_by", "Status.All"),
        "custom_fields": [],
        "sort_column": column,
        "sort_order": order,
    }
    return records[start : start + per_page], context


def _order(filters: Filters, query: Mapping[str, str]) -> tuple[str, str]:
    column, order = filters.default_sort
    column = query.get("sort_column") or column
    if filters.sort and column not in (*filters.sort, MODIFIED):
        raise RefusedError(2, field="sort_column")
    order = query.get("sort_order") or order
    if order not in ("A", "D"):
        raise RefusedError(2, field="sort_order")
    return column, order


def _sort_key(record: Record, column: str) -> tuple[int, Any]:
    value = record.get(column, "")
    if isinstance(value, int | float | Decimal):
        return (0, value)
    return (1, str(value).casefold())


def _positive(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "") or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError(2, field=name)
    return int(text)
