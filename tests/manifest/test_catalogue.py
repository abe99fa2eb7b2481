"""The error catalogue gives every answer one meaning, and every meaning what its error class needs."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from zoho_books_connector.api.catalogue import CATALOGUE, CatalogueEntry, Kind, lookup
from zoho_books_connector.errors import RateScope

#: Every code that Zoho documents, or that was seen, for Books.
KNOWN_CODES = {2, 4, 5, 14, 15, 43, 44, 45, 57, 1000, 1001, 1002, 1038, 1070, 2006, 2049, 2076}
KNOWN_CODES |= {3000, 3009, 3010, 3013, 3062, 4001, 4097, 6041, 9004, 12008, 31006}


def named(entry: CatalogueEntry) -> str:
    return f"{entry.zoho_code}-{entry.http_status}-{entry.code}"


def asks_for(entry: CatalogueEntry) -> tuple[object, ...]:
    return entry.zoho_code, entry.http_status, entry.modules, entry.method, entry.words


def test_every_known_code_has_a_row_and_no_other() -> None:
    assert {entry.zoho_code for entry in CATALOGUE if entry.zoho_code is not None} == KNOWN_CODES


def test_no_two_rows_ask_for_the_same() -> None:
    asked = [asks_for(entry) for entry in CATALOGUE]
    assert len(set(asked)) == len(asked)


def test_codes_are_in_order_and_a_wider_row_never_hides_a_narrower_one() -> None:
    by_code = [entry for entry in CATALOGUE if entry.zoho_code is not None]
    assert [entry.zoho_code for entry in by_code] == sorted(entry.zoho_code or 0 for entry in by_code)
    for index, entry in enumerate(CATALOGUE):
        for later in CATALOGUE[index + 1 :]:
            assert not hides(entry, later), f"{named(later)} can never fit: {named(entry)} comes first."


def hides(first: CatalogueEntry, later: CatalogueEntry) -> bool:
    """Say whether every answer that ``later`` asks for fits ``first``."""
    lowest, highest = first.http_status or (100, 599)
    low, high = later.http_status or (100, 599)
    return (
        first.zoho_code in (None, later.zoho_code)
        and lowest <= low
        and high <= highest
        and (not first.modules or (bool(later.modules) and set(later.modules) <= set(first.modules)))
        and first.method in (None, later.method)
        and (not first.words or (bool(later.words) and set(later.words) <= set(first.words)))
    )


@pytest.mark.parametrize("entry", CATALOGUE, ids=named)
def test_row_is_complete(entry: CatalogueEntry) -> None:
    assert entry.kind in get_args(Kind)
    assert re.fullmatch(r"[a-z][a-z_]+", entry.code)
    assert re.fullmatch(r"[A-Z].{15,}\.", entry.hint), "A hint is a sentence."
    assert all(word == word.lower() for word in entry.words)
    assert (entry.kind == "credential") == (entry.reason is not None)
    assert (entry.kind == "rate_limited") == (entry.scope is not None) == (entry.retry_after is not None)
    assert entry.scope is None or entry.scope in get_args(RateScope)
    assert (entry.kind == "rate_limited") == (entry.retry == "after_wait")
    assert (entry.kind == "unavailable") == (entry.retry == "when_safe")


def test_one_code_means_one_kind() -> None:
    kinds = {(entry.code, entry.kind) for entry in CATALOGUE}
    assert len({code for code, _ in kinds}) == len(kinds)


MEANINGS = [
    (2, 400, "contacts", "Invalid value passed for payment_terms", "POST", "input", "invalid_value"),
    (4, 400, None, "", "GET", "input", "invalid_value"),
    (5, 404, None, "Invalid URL Passed", "GET", "rejected", "unknown_address"),
    (14, 401, None, "", "GET", "credential", "token_refused"),
    (
        15,
        400,
        "contacts",
        "Please ensure that the website has less than 100 characters",
        "PUT",
        "input",
        "value_too_long",
    ),
    (57, 401, None, "You are not authorized to perform this operation", "GET", "credential", "not_authorized"),
    (1000, 400, "items", 'Item "Disk" already exists.', "POST", "rejected", "duplicate_item"),
    (1000, 500, "items", 'Item "Disk" already exists.', "POST", "rejected", "duplicate_item"),
    (1000, 500, "items", "Internal error", "GET", "unavailable", "internal_error"),
    (1000, 400, "items", "Something else", "GET", "rejected", "refused"),
    (1001, 400, "invoices", "The number exists", "POST", "rejected", "duplicate_number"),
    (1001, 400, "salesorders", "", "POST", "rejected", "duplicate_number"),
    (1001, 400, "items", "", "POST", "rejected", "duplicate_item"),
    (1001, 400, "projects", "", "POST", "rejected", "duplicate_record"),
    (1002, 404, "contacts", "Contact does not exist.", "GET", "not_found", "record_not_found"),
    (1002, 400, "contacts", "Contact does not exist.", "PUT", "not_found", "record_not_found"),
    (1002, 400, "invoices", "Customer does not exist.", "POST", "input", "referred_record_not_found"),
    (2006, 404, "items", "Item does not exist", "GET", "not_found", "item_not_found"),
    (2006, 400, "invoices", "Item does not exist", "POST", "input", "referred_item_not_found"),
    (3062, 400, "contacts", "The contact exists", "PUT", "rejected", "duplicate_contact"),
    (4001, 400, "contacts", "Invalid GST number", "POST", "input", "invalid_tax_number"),
    (4001, 400, "invoices", "Payments were recorded", "PUT", "rejected", "payments_recorded"),
    (4097, 400, "invoices", "", "POST", "input", "automatic_numbering"),
    (6041, 400, "contacts", "", "GET", "credential", "wrong_organization"),
    (777777, 404, "bills", "Bill does not exist.", "GET", "not_found", "record_not_found"),
    (777777, 400, "bills", "Vendor does not exist.", "POST", "input", "referred_record_not_found"),
    (777777, 400, "bills", "A rule of business", "POST", "rejected", "refused"),
    (777777, 200, "bills", "A code in a success", "POST", "rejected", "refused"),
    (None, 400, None, "", "GET", "rejected", "refused"),
    (None, 401, None, "", "GET", "credential", "unauthorized"),
    (None, 403, None, "", "GET", "rejected", "forbidden"),
    (None, 404, None, "", "GET", "not_found", "record_not_found"),
    (None, 405, None, "", "GET", "rejected", "method_refused"),
    (None, 406, None, "", "GET", "rejected", "not_acceptable"),
    (None, 418, None, "", "GET", "rejected", "refused"),
    (None, 429, None, "", "GET", "rate_limited", "too_many_calls"),
    (None, 500, None, "", "GET", "unavailable", "zoho_unavailable"),
    (None, 503, None, "", "POST", "unavailable", "zoho_unavailable"),
    (None, 302, None, "", "GET", "unexpected_response", "unexpected_response"),
]


@pytest.mark.parametrize(("zoho_code", "status", "module", "message", "method", "kind", "code"), MEANINGS)
def test_answer_means(
    zoho_code: int | None, status: int, module: str | None, message: str, method: str, kind: str, code: str
) -> None:
    entry = lookup(zoho_code, status, module, message, method)
    assert (entry.kind, entry.code) == (kind, code)


@pytest.mark.parametrize(
    ("zoho_code", "scope", "seconds"),
    [(43, "blocked", 1200), (44, "minute", 60), (45, "day", 3600), (1070, "concurrency", 2), (None, "minute", 60)],
)
def test_limit_says_which_and_how_long(zoho_code: int | None, scope: str, seconds: int) -> None:
    entry = lookup(zoho_code, 429, None, "")
    assert (entry.kind, entry.scope, entry.retry_after) == ("rate_limited", scope, seconds)


@pytest.mark.parametrize(
    ("zoho_code", "status", "reason"),
    [(14, 401, "revoked"), (57, 401, "missing_scope"), (6041, 400, "wrong_organization"), (None, 401, "revoked")],
)
def test_credential_error_says_why(zoho_code: int | None, status: int, reason: str) -> None:
    assert lookup(zoho_code, status, None, "").reason == reason


def test_every_status_has_a_meaning() -> None:
    assert all(lookup(None, status, None, "").code for status in range(100, 600))
