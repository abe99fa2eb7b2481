"""What the query parameters of a list demand of a record: fields, search, status, time of change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import RefusedError
from .filters import ACCOUNT_TYPES, FILTERS, Filters
from .record_fields import Record

MODIFIED = "last_modified_time"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%z"
Test = Callable[[Record], bool]

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


def tests_of(filters: Filters, query: Mapping[str, str]) -> Iterable[Test]:
    """Every test a record of the list has to pass; raises for a value no filter takes."""
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


def is_field_filter(module: str, name: str) -> bool:
    """Whether a query parameter filters the list of a module by a field."""
    return next(iter(_field_tests(FILTERS.get(module, Filters()), name, "0")), None) is not None


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
