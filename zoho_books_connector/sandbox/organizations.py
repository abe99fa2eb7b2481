"""The two organizations every data centre starts with: a US-edition one and an Indian-edition one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .books import Books
from .choices import start_choices
from .record_fields import Record
from .switches import Limits, Switches

EDITIONS: dict[str, Record] = {
    "us": {
        "name": "Bowman Sandbox Inc",
        "country": "United States",
        "country_code": "US",
        "currency_code": "USD",
        "currency_symbol": "$",
        "currency_format": "1,234,567.89",
        "time_zone": "America/New_York",
        "date_format": "MM/dd/yyyy",
        "language_code": "en",
        "price_precision": 2,
        "fiscal_year_start_month": 0,
        "is_default_org": True,
    },
    "in": {
        "name": "Mehta Sandbox Private Limited",
        "country": "India",
        "country_code": "IN",
        "currency_code": "INR",
        "currency_symbol": "₹",
        "currency_format": "12,34,567.89",
        "time_zone": "Asia/Kolkata",
        "date_format": "dd/MM/yyyy",
        "language_code": "en",
        "price_precision": 2,
        "fiscal_year_start_month": 3,
        "is_default_org": False,
    },
}
CURRENCIES = {
    "USD": ("$", "USD- United States Dollar"),
    "INR": ("₹", "INR- Indian Rupee"),
    "EUR": ("€", "EUR- Euro"),
}
TAXES: dict[str, tuple[tuple[str, Any], ...]] = {
    "us": (("Sales Tax", 8), ("County Tax", 1.25)),
    "in": (("GST18", 18), ("GST5", 5), ("IGST18", 18)),
}
ACCOUNTS = (
    ("Sales", "income", "400"),
    ("Cost of Goods Sold", "cost_of_goods_sold", "500"),
    ("Inventory Asset", "stock", "140"),
    ("Office Supplies", "expense", "610"),
    ("Accounts Receivable", "accounts_receivable", "120"),
)
FIRST_IDS = {"us": 5128453000000026049, "in": 460000000000038010}
"""Both above 2**53, of 19 and 18 digits."""
ORGANIZATION_IDS = {"us": 810234695, "in": 60012345671}


def start_books(data_centre_number: int, clock: Callable[[], float], switches: Switches, limits: Limits) -> list[Books]:
    """Make the organizations of a data centre; ids differ from one data centre to the next."""
    return [_start(edition, data_centre_number, clock, switches, limits) for edition in EDITIONS]


def _start(edition: str, number: int, clock: Callable[[], float], switches: Switches, limits: Limits) -> Books:
    organization: Record = {
        "organization_id": str(ORGANIZATION_IDS[edition] + number * 1_000_003),
        **EDITIONS[edition],
        "plan_name": limits.plan.upper(),
        "plan_type": 1,
        "is_org_active": True,
        "email": "books@example.com",
        "contact_name": "Ada Sandbox",
        "account_created_date": "2024-03-01",
    }
    books = Books(organization, FIRST_IDS[edition] + number * 10**12, clock, switches, limits)
    _add_currencies(books)
    for name, percentage in TAXES[edition]:
        tax = {"tax_name": name, "tax_percentage": percentage, "tax_type": "tax", "status": "Active"}
        books.store("tax", tax)
    for name, kind, code in ACCOUNTS:
        account = {"account_name": name, "account_type": kind, "account_code": code, "is_active": True}
        books.store("account", account)
    user = {"name": "Ada Sandbox", "email": "ada@example.com", "user_role": "admin", "status": "active"}
    books.store("user", user | {"is_current_user": True})
    start_choices(books)
    return books


def _add_currencies(books: Books) -> None:
    for code, (symbol, name) in CURRENCIES.items():
        is_base = code == books.organization["currency_code"]
        currency = books.store(
            "currency",
            {
                "currency_code": code,
                "currency_symbol": symbol,
                "currency_name": name,
                "currency_format": "1,234,567.89",
                "price_precision": 2,
                "is_base_currency": is_base,
            },
        )
        if is_base:
            books.organization["currency_id"] = currency["currency_id"]
