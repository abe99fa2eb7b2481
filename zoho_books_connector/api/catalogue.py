"""What each answer of Zoho Books that is not a success means for the host, as a table.

Zoho publishes no complete list of codes and uses some numbers for different things in different modules, so a row may
name modules, the method, or words of Zoho's message. The first row that fits an answer counts: rows that ask for more
come first, rows by HTTP status alone come last. The manifest's ``errors`` section is made from this table.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from zoho_books_connector.errors import CredentialReason, RateScope

Kind = Literal["input", "credential", "not_found", "rejected", "rate_limited", "unavailable", "unexpected_response"]
#: ``after_refresh``: once, with a new token; ``after_wait``: when ``retry_after`` is over; ``when_safe``: a read or an
#: update at once, a create only after looking whether it was executed.
Retry = Literal["never", "after_refresh", "after_wait", "when_safe"]
Source = Literal["documented", "seen", "unverified"]


@dataclass(frozen=True)
class CatalogueEntry:
    """One meaning of an answer. The fields up to ``words`` say which answers it fits; empty ones ask for nothing."""

    kind: Kind
    #: Stable and machine-readable; becomes the error's ``code``.
    code: str
    #: A sentence to the person who has to act.
    hint: str
    zoho_code: int | None = None
    #: First and last HTTP status.
    http_status: tuple[int, int] | None = None
    modules: tuple[str, ...] = ()
    method: str | None = None
    #: Any of these, in small letters, in Zoho's message. A last resort: messages may change.
    words: tuple[str, ...] = ()
    retry: Retry = "never"
    source: Source = "documented"
    #: The ``reason`` of a credential error.
    reason: CredentialReason | None = None
    #: Which limit is used up, and how long to wait in seconds when Zoho does not say.
    scope: RateScope | None = None
    retry_after: int | None = None

    def fits(self, zoho_code: int | None, http_status: int, module: str | None, message: str, method: str) -> bool:
        """Say whether the row is about this answer; ``message`` in small letters."""
        return (
            self.zoho_code in (None, zoho_code)
            and (self.http_status is None or self.http_status[0] <= http_status <= self.http_status[1])
            and (not self.modules or module in self.modules)
            and self.method in (None, method)
            and (not self.words or any(word in message for word in self.words))
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON-ready data, without what it does not ask for or say."""
        row = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in row.items()
            if value not in (None, ())
        }


def lookup(
    zoho_code: int | None, http_status: int, module: str | None, message: str, method: str = "GET"
) -> CatalogueEntry:
    """Return what an answer means.

    ``zoho_code`` is ``None`` when the body held none; ``module`` is the first part of the path, such as ``invoices``;
    ``method`` is the HTTP method, because an unknown record is the record itself on a read, and one that the inputs
    refer to on a create.
    """
    words = message.lower()
    return next(row for row in CATALOGUE if row.fits(zoho_code, http_status, module, words, method))


_Row = CatalogueEntry

#: How Zoho says that something is taken, or missing.
_EXISTS: Final = ("already exist", "already been created", "already been used")
_MISSING: Final = ("does not exist", "doesn't exist", "do not exist")

_NUMBER_TAKEN: Final = "A document with this number exists: choose another, or leave the number to Zoho Books."
_ITEM_TAKEN: Final = "An item with this name or SKU exists: choose another, or update the existing item."
_REFERRED: Final = "The inputs refer to a record that does not exist in this organization: choose it anew."
_GONE: Final = "Check the id: the record may be deleted, or belong to another organization."
_VALUE: Final = "Zoho Books does not take one of the values; its message names it. Correct that field."
_REFUSED: Final = "Zoho Books refused this; its message says why."

#: Rows that name a code of Zoho; within one code the rows that ask for more come first.
_BY_CODE: Final = (
    _Row("input", "invalid_value", _VALUE, 2),
    _Row("input", "invalid_value", _VALUE, 4, source="seen"),
    _Row(
        "rejected",
        "unknown_address",
        "Zoho Books does not know this address: check the Base API URL, and that the plan has this module.",
        5,
        source="seen",
    ),
    _Row(
        "credential",
        "token_refused",
        "Zoho does not accept the access token: check that the region is right, then connect the account again.",
        14,
        retry="after_refresh",
        source="seen",
        reason="revoked",
    ),
    _Row("input", "value_too_long", "Shorten the field that the message of Zoho Books names.", 15, source="seen"),
    _Row(
        "rate_limited",
        "blocked",
        "Zoho Books blocked the organization for a while after too many calls.",
        43,
        retry="after_wait",
        source="seen",
        scope="blocked",
        retry_after=1200,
    ),
    _Row(
        "rate_limited",
        "minute_limit",
        "The calls of this minute are used up: wait for the next one.",
        44,
        retry="after_wait",
        scope="minute",
        retry_after=60,
    ),
    _Row(
        "rate_limited",
        "daily_limit",
        "The calls of this day are used up: wait until midnight in the organization's time zone, or raise "
        "the limit with Zoho.",
        45,
        retry="after_wait",
        scope="day",
        retry_after=3600,
    ),
    _Row(
        "credential",
        "not_authorized",
        "Add the scope that the action needs to API Access Scope and connect again; if it is there, check the user's "
        "role in Zoho Books and the region.",
        57,
        retry="after_refresh",
        source="seen",
        reason="missing_scope",
    ),
    _Row("rejected", "duplicate_item", _ITEM_TAKEN, 1000, modules=("items",), words=_EXISTS),
    _Row("rejected", "duplicate_record", "A record with this name exists: choose another.", 1000, words=_EXISTS),
    _Row(
        "unavailable",
        "internal_error",
        "Zoho Books failed inside. A read or an update may be tried again; after a create, look before sending again.",
        1000,
        (500, 599),
        retry="when_safe",
    ),
    _Row("rejected", "duplicate_item", _ITEM_TAKEN, 1001, modules=("items",), source="seen"),
    _Row("rejected", "duplicate_number", _NUMBER_TAKEN, 1001, modules=("invoices", "salesorders")),
    _Row("rejected", "duplicate_record", "A record with this name or number exists: choose another.", 1001),
    _Row("input", "referred_record_not_found", _REFERRED, 1002, method="POST"),
    _Row("not_found", "record_not_found", _GONE, 1002),
    _Row(
        "rejected",
        "malformed_json",
        "Zoho Books could not read the request, which is a fault of the connector: please report it.",
        1038,
        source="seen",
    ),
    _Row(
        "rate_limited",
        "concurrency_limit",
        "Too many calls at once: try again in a moment.",
        1070,
        retry="after_wait",
        scope="concurrency",
        retry_after=2,
    ),
    _Row("not_found", "item_not_found", _GONE, 2006, modules=("items",)),
    _Row("input", "referred_item_not_found", "An item of a line does not exist: choose it anew.", 2006),
    _Row(
        "rejected",
        "item_in_use",
        "The item is used in transactions and cannot be deleted: mark it as inactive instead.",
        2049,
    ),
    _Row(
        "rejected",
        "item_type_fixed",
        "The item is used in transactions, so its type is fixed: leave the type out, or create another item.",
        2076,
    ),
    _Row(
        "rejected", "contact_in_use", "The contact has transactions: mark it as inactive instead of deleting it.", 3000
    ),
    _Row("rejected", "invoice_has_credits", "Credits are applied to the invoice: remove them first.", 3009),
    _Row("rejected", "invoice_has_payments", "Payments are recorded for the invoice: remove them first.", 3010),
    _Row("input", "invalid_contact_name", "Enter a contact name that Zoho Books takes.", 3013),
    _Row(
        "rejected",
        "duplicate_contact",
        "A contact with this name exists: choose another name, update that contact, or allow duplicate display names "
        "in the contact preferences of Zoho Books.",
        3062,
        source="seen",
    ),
    _Row("input", "invalid_tax_number", "Correct the GST number.", 4001, words=("gst", "tax number"), source="seen"),
    _Row("rejected", "payments_recorded", "Payments are recorded for this document: remove them first.", 4001),
    _Row(
        "input",
        "automatic_numbering",
        "Automatic numbering is on: leave the number out, or choose to ignore automatic numbering.",
        4097,
        source="seen",
    ),
    _Row(
        "credential",
        "wrong_organization",
        "The connected user does not belong to this organization: choose the organization anew.",
        6041,
        source="seen",
        reason="wrong_organization",
    ),
    _Row("input", "referred_currency_not_found", "The currency does not exist: choose it anew.", 9004, source="seen"),
    _Row("rejected", "credits_applied", "Credits are applied to this document: remove them first.", 12008),
    _Row(
        "rejected",
        "portal_off",
        "The customer portal is off: turn it on in the settings of Zoho Books, or leave the portal field out.",
        31006,
        source="seen",
    ),
)

#: Rows for codes that nobody listed, told by Zoho's message.
_BY_WORDS: Final = (
    _Row(
        "input",
        "referred_record_not_found",
        _REFERRED,
        http_status=(400, 404),
        method="POST",
        words=_MISSING,
        source="seen",
    ),
    _Row(
        "not_found",
        "record_not_found",
        _GONE,
        http_status=(400, 404),
        words=_MISSING,
        source="seen",
    ),
)

#: One row per HTTP status that Zoho documents, and ranges that leave no answer without a row.
_BY_STATUS: Final = (
    _Row("rejected", "refused", _REFUSED, http_status=(400, 400)),
    _Row(
        "credential",
        "unauthorized",
        "Zoho does not accept the connection: check that the region is right, then connect the account again.",
        http_status=(401, 401),
        retry="after_refresh",
        reason="revoked",
    ),
    _Row(
        "rejected",
        "forbidden",
        "The user's role or the plan does not allow this: ask an administrator of the organization.",
        http_status=(403, 403),
        source="unverified",
    ),
    _Row("not_found", "record_not_found", "Check the id and the organization.", http_status=(404, 404)),
    _Row("rejected", "method_refused", "Zoho Books does not offer this operation here.", http_status=(405, 405)),
    _Row(
        "rejected",
        "not_acceptable",
        "Zoho Books does not offer this format.",
        http_status=(406, 406),
        source="unverified",
    ),
    _Row(
        "rate_limited",
        "too_many_calls",
        "Too many calls: wait before the next one.",
        http_status=(429, 429),
        retry="after_wait",
        scope="minute",
        retry_after=60,
    ),
    _Row("rejected", "refused", _REFUSED, http_status=(400, 499), source="unverified"),
    _Row(
        "unavailable",
        "zoho_unavailable",
        "Zoho Books failed. A read or an update may be tried again; after a create, look before sending again.",
        http_status=(500, 599),
        retry="when_safe",
    ),
    _Row("rejected", "refused", _REFUSED, http_status=(200, 299), source="seen"),
    _Row(
        "unexpected_response",
        "unexpected_response",
        "Something between here and Zoho Books answered in its place: check the Base API URL and the proxy.",
        source="unverified",
    ),
)

CATALOGUE: Final = (*_BY_CODE, *_BY_WORDS, *_BY_STATUS)
