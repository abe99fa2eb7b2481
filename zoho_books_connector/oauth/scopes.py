"""Which OAuth scopes Zoho Books has, which ones actions need, and which ones a grant lacks.

For the connect form and the command line; no action reads this. Source of the list: the scopes named by Zoho's OAuth
page for Books and by its OpenAPI files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.registry import TRIGGER_ID

SERVICE: Final = "ZohoBooks"
OPERATIONS: Final = ("CREATE", "READ", "UPDATE", "DELETE", "ALL")
#: Not in Zoho's current list, yet widely used and working. Small letters matter.
FULL_ACCESS: Final = f"{SERVICE}.fullaccess.all"

#: Group → its operations. ``settings`` covers items, organizations, users, currencies, taxes and webhooks.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
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
        ),
        OPERATIONS,
    ),
    "custommodules": ("ALL",),
}

SCOPES: Final = (
    *(f"{SERVICE}.{group}.{operation}" for group, operations in GROUPS.items() for operation in operations),
    FULL_ACCESS,
)

#: Why an action needs a scope: its own call; a read before an update that merges; the look-up after an unknown
#: outcome; the pickers of its fields; the check of the connection. An upsert's scope is asked for by who wants it.
PURPOSES: Final = ("call", "merge", "settle", "options", "check")


def required_scopes(
    action_ids: Iterable[str], purposes: Iterable[str] = PURPOSES, modules: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Return the scopes that the actions need, each once, in the order in which they are first needed.

    ``modules`` are those that Get Records by Id shall read: by default the ones that the API Access Scope field is
    pre-filled for. Raises ``KeyError`` for an unknown action or module.
    """
    actions = load_manifest()["actions"]
    wanted = tuple(purposes)
    chosen = None if modules is None else tuple(modules)
    needed = (scope for each in action_ids for scope in _needed(actions[each]["scopes"], wanted, chosen))
    return tuple(dict.fromkeys(needed))


def required_trigger_scopes(purposes: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the scopes that the trigger needs for ``purposes``, each once; by default for everything that it can do.

    They are not pre-filled: a host adds them to API Access Scope when somebody wants the trigger.
    """
    scopes = load_manifest()["triggers"][TRIGGER_ID]["scopes"]
    wanted = tuple(scopes) if purposes is None else purposes
    return tuple(dict.fromkeys(scope for purpose in wanted for scope in scopes[purpose]))


def _needed(scopes: Mapping[str, Any], purposes: tuple[str, ...], modules: tuple[str, ...] | None) -> Iterator[str]:
    for purpose in purposes:
        yield from scopes.get(purpose, ())
        if purpose == "call" and "call_by" in scopes:
            by_input = scopes["call_by"]
            for module in by_input["prefilled"] if modules is None else modules:
                yield by_input["scopes"][module]


def split(text: str) -> tuple[str, ...]:
    """Return the scopes of a text that separates them by commas, blanks or both, each once."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[,\s]+", text))))


def missing(granted: str, needed: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``needed`` that ``granted`` does not cover, by itself, by its group's ALL, or by full access."""
    held = set(split(granted))
    if FULL_ACCESS in held:
        return ()
    return tuple(scope for scope in needed if not held & {scope, f"{scope.rpartition('.')[0]}.ALL"})


def unknown_scopes(text: str) -> tuple[str, ...]:
    """Return the scopes of Zoho Books in ``text`` that Zoho does not list.

    They are for a warning: Zoho's consent page may refuse them. Scopes of other Zoho services are left alone.
    """
    known = frozenset(SCOPES)
    return tuple(scope for scope in split(text) if _is_ours(scope) and scope not in known)


def _is_ours(scope: str) -> bool:
    service, dot, _ = scope.partition(".")
    return not dot or service.lower() == SERVICE.lower()


def warning(text: str, needed: Iterable[str]) -> str | None:
    """Return a sentence on the unlisted scopes of ``text`` that names the needed ones it lacks, or ``None``."""
    strange = unknown_scopes(text)
    if not strange:
        return None
    lacking = missing(text, needed)
    advice = f" Add what is needed: {', '.join(lacking)}." if lacking else " Everything needed is there without it."
    return f"Zoho does not list {', '.join(strange)} and may refuse the consent.{advice}"
