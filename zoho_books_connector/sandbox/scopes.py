"""The scopes Zoho lists, how a list of them is written, and what each allows."""

from __future__ import annotations

import re
from collections.abc import Iterable

GROUPS = (
    "contacts",
    "settings",
    "estimates",
    "invoices",
    "customerpayments",
    "creditnotes",
    "projects",
    "expenses",
    "salesorders",
    "purchaseorders",
    "bills",
    "debitnotes",
    "vendorpayments",
    "banking",
    "accountants",
    "deliverychallans",
    "fixedasset",
)
VERBS = ("CREATE", "READ", "UPDATE", "DELETE", "ALL")
FULL_ACCESS = "ZohoBooks.fullaccess.all"
PROFILE = "AaaServer.profile.READ"
CUSTOM_MODULES = "ZohoBooks.custommodules.ALL"
KNOWN = frozenset(
    {f"ZohoBooks.{group}.{verb}" for group in GROUPS for verb in VERBS} | {FULL_ACCESS, PROFILE, CUSTOM_MODULES}
)
VERB_OF_METHOD = {"GET": "READ", "POST": "CREATE", "PUT": "UPDATE", "DELETE": "DELETE"}


def split_scopes(text: str) -> tuple[str, ...]:
    """Split a list written with commas or spaces."""
    return tuple(filter(None, re.split(r"[,\s]+", text)))


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """The scopes that Zoho does not list; spelling is case-sensitive."""
    return [scope for scope in scopes if scope not in KNOWN]


def allows(scopes: Iterable[str], group: str, method: str) -> bool:
    """Whether scopes cover a call; `ALL` of the group and full access cover every verb."""
    wanted = {f"ZohoBooks.{group}.{VERB_OF_METHOD[method]}", f"ZohoBooks.{group}.ALL", FULL_ACCESS}
    return not wanted.isdisjoint(scopes)
