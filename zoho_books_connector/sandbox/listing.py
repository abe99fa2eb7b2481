"""Lists: filters, search, sorting and paging, with unknown filters ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import RefusedError
from .filters import ACCOUNT_TYPES, FILTERS, Filters
from .record_fields import Record
from .switches import Switches

MODIFIED = "last_modified_time"
MOST_PER_PAGE = 200
PER_PAGE = {"account": 5000}
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%z"


TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "": lambda value, wanted: value == wanted,
    "_startswith": lambda value, wanted: value.startswith(wanted),
    "_contains": lambda value, wanted: wanted in value,
    "_in": lambda value, wanted: value in wanted.split(","),
    "_not_in": lambda value, wanted: value not in wanted.split(","),
}
NUMBER_TESTS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "": lambda value, wanted: value == wanted,
    "_less_than": lambda value, wanted: value < wanted,
    "_less_equals": lambda value, wanted: value <= wanted,
    "_greater_than": lambda value, wanted: value > wanted,
    "_greater_equals": lambda value, wanted: value >= wanted,
}
DATE_TESTS: dict[str, Callable[[str, str], bool]] = {
    "": lambda value, wanted: value == wanted,
    "_start": lambda value, wanted: value >= wanted,
    "_end": lambda value, wanted: value <= wanted,
    "_before": lambda value, wanted: value < wanted,
    "_after": lambda value, wanted: value > wanted,
}


def select(
    module: str, records: Iterable[Record], query: Mapping[str, str], shown: Callable[[Record], Record]
) -> list[Record]:
    """The records that pass every known filter, in order; `shown` gives the answer that is filtered by.

    Answers are large and are not kept.
    """
    filters = FILTERS.get(module, Filters())
    tests = list(_tests(filters, query))
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


def is_field_filter(module: str, name: str) -> bool:
    """Whether a query parameter filters the list of a module by a field."""
    return next(iter(_field_tests(FILTERS.get(module, Filters()), name, "0")), None) is not None


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


def values_of(record: Record, field: str) -> list[str]:
    """Every text a filter on a field is compared with."""
    if field in ("item_id", "item_name", "item_description"):
        column = "item_id" if field == "item_id" else field.removeprefix("item_")
        return [str(line.get(column, "")) for line in record.get("line_items", [])]
    if field == "custom_field":
        return [str(entry.get("value", "")) for entry in record.get("custom_fields", [])]
    if field == "created_date":
        return [str(record.get("created_time", ""))[:10]]
    if field == "address":
        return [str(value) for value in (record.get("billing_address") or {}).values()]
    persons = record.get("contact_persons") or record.get("contact_persons_associated") or []
    if field in ("email", "phone", "first_name", "last_name"):
        columns = (field, f"contact_person_{field}")
        named = [str(person.get(name, "")) for person in persons for name in columns]
        return [str(record.get(field, "")), *filter(None, named)]
    value = record.get(field, "")
    return [str(value).lower() if isinstance(value, bool) else str(value)]


Test = Callable[[Record], bool]


def _tests(filters: Filters, query: Mapping[str, str]) -> Iterable[Test]:
    for name, wanted in query.items():
        yield from _field_tests(filters, name, wanted)
    if text := query.get("search_text", "").casefold():
        yield lambda record: any(text in str(record.get(name, "")).casefold() for name in filters.search)
    if since := query.get(MODIFIED):
        moment = _time(since)
        yield lambda record: MODIFIED not in record or _time(record[MODIFIED]) > moment
    if filters.account_types and "filter_by" in query:
        yield _account_test(query["filter_by"])
    elif (filters.search or filters.statuses) and "filter_by" in query:
        yield _status_test(filters, query["filter_by"])
    if filters.date and query.get("status"):
        yield _status_test(filters, f"Status.{query['status']}")


def _field_tests(filters: Filters, name: str, wanted: str) -> Iterable[Test]:
    """The test of one query parameter, or none for a parameter that is no filter here."""
    for field in filters.text | filters.exact:
        suffix = name.removeprefix(field) if name.startswith(field) else None
        test = TEXT_TESTS.get(suffix) if suffix is not None else None
        if test and (field in filters.text or suffix == ""):
            yield _any(field, test, wanted.casefold(), str.casefold)
    for field in filters.number:
        number_test = NUMBER_TESTS.get(name.removeprefix(field)) if name.startswith(field) else None
        if number_test:
            yield _any(field, number_test, _decimal(wanted, name), lambda value: _decimal(value or "0", name))
    for field in filters.date:
        date_test = DATE_TESTS.get(name.removeprefix(field)) if name.startswith(field) else None
        if date_test:
            yield _any(field, date_test, wanted, str)


def _any(field: str, test: Callable[[Any, Any], bool], wanted: Any, read: Callable[[str], Any]) -> Test:
    return lambda record: any(test(read(value), wanted) for value in values_of(record, field))


def _status_test(filters: Filters, filter_by: str) -> Test:
    kind, _, status = filter_by.partition(".")
    status = status.lower().replace("_", "")
    if kind not in ("Status", "Invoice", "Date") or not status:
        raise RefusedError(2, field="filter_by")
    if kind == "Status" and filters.statuses is not None and status not in filters.statuses:
        raise RefusedError(2, field="filter_by")
    if kind == "Date" or status == "all":
        return lambda _record: True
    if status == "unpaid":
        return lambda record: record.get("status") not in ("draft", "void") and bool(record.get("balance"))
    return lambda record: str(record.get("status", "")).replace("_", "") == status


def _account_test(filter_by: str) -> Test:
    kind, _, name = filter_by.partition(".")
    if kind != "AccountType" or name not in ("All", "Active", "Inactive", *ACCOUNT_TYPES):
        raise RefusedError(2, field="filter_by")
    if name in ACCOUNT_TYPES:
        return lambda record: record.get("account_type") in ACCOUNT_TYPES[name]
    return lambda record: name == "All" or (record.get("is_active") is not False) == (name == "Active")


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


def _decimal(text: str, field: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise RefusedError(2, field=field) from None
    if not number.is_finite():
        raise RefusedError(2, field=field)
    return number


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, TIME_FORMAT)
    except ValueError:
        raise RefusedError(2, field="last_modified_time") from None
