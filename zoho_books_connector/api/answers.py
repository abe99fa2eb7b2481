"""Turns what came back, or did not, into Zoho's envelope or the error that it means."""

from __future__ import annotations

from typing import Any, Final

import httpx

from zoho_books_connector.api.catalogue import CatalogueEntry, lookup
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    ErrorDetails,
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    UnavailableError,
    UnexpectedResponseError,
)
from zoho_books_connector.sending.headers import quota_of, retry_after
from zoho_books_connector.sending.transport import UNSENT, parse_envelope

_PLAIN: Final[dict[str, type[ConnectorError]]] = {
    "input": InputError,
    "not_found": NotFoundError,
    "rejected": RejectedError,
    "unexpected_response": UnexpectedResponseError,
}


def check_answer(method: str, path: str, response: httpx.Response, *, scope: str, now: float) -> dict[str, Any]:
    """Return the envelope of a success; raises the error that any other answer means.

    A 2xx counts as success only with ``code: 0``. A write whose answer is a server error, or cannot be read, may have
    been executed.
    """
    envelope = parse_envelope(response)
    if response.is_success and envelope is not None and envelope["code"] == 0:
        return envelope
    details = ErrorDetails(envelope["code"] if envelope else None, response.status_code, method, path)
    message = str(envelope.get("message") or "") if envelope else ""
    entry = lookup(details.zoho_code, response.status_code, path.split("/")[1], message, method)
    if (envelope is None and response.status_code < 400) or entry.kind == "unavailable":
        raise _unusable(method, details, unreadable=response.status_code < 400)
    wait = _wait(entry, response, now)
    raise _known(entry, details, message=message, scope=scope, wait=wait)


def lost_answer(method: str, path: str, error: httpx.RequestError) -> ConnectorError:
    """Return the error for a request that got no answer, by whether Zoho can have seen it."""
    details = ErrorDetails(method=method, path=path)
    if isinstance(error, UNSENT):
        return UnavailableError(
            "unreachable",
            "Zoho could not be reached; nothing was sent.",
            "Try again in a moment; check the network and proxy settings when it persists.",
            details=details,
        )
    if method == "GET":
        return UnavailableError(
            "no_answer", "Zoho did not answer in time.", "Try again in a moment; nothing was changed.", details=details
        )
    return _unknown(method, details)


def _unusable(method: str, details: ErrorDetails, *, unreadable: bool) -> ConnectorError:
    if method != "GET":
        return _unknown(method, details)
    if unreadable:
        return UnexpectedResponseError(
            "unreadable_answer",
            "Zoho answered with something other than its documented JSON.",
            "Try again; when it persists, report it with the details.",
            details=details,
        )
    return UnavailableError(
        "server_error",
        f"Zoho has trouble and answered with status {details.http_status}.",
        "Try again in a few minutes; nothing was changed.",
        details=details,
    )


def _unknown(method: str, details: ErrorDetails) -> OutcomeUnknownError:
    repeatable = method != "POST"
    return OutcomeUnknownError(
        "outcome_unknown",
        "The request was sent, but no usable answer came back: it may or may not have been executed.",
        "Run it again: it ends the same however often it runs."
        if repeatable
        else "Look the record up in Zoho Books before creating it again.",
        safe_to_resend=repeatable,
        details=details,
    )


def _known(entry: CatalogueEntry, details: ErrorDetails, *, message: str, scope: str, wait: float) -> ConnectorError:
    said = f"Zoho says: {message}" if message else f"Zoho answered with status {details.http_status}."
    if entry.kind == "rate_limited":
        return RateLimitedError(
            entry.code,
            said,
            entry.hint,
            retry_after=wait,
            scope=entry.scope or "minute",
            details=details,
        )
    if entry.kind == "credential":
        missing = entry.reason == "missing_scope" and scope
        return CredentialError(
            entry.code,
            said,
            f"{entry.hint} The call needs {scope}." if missing else entry.hint,
            reason=entry.reason or "revoked",
            params={"scope": scope} if missing else {},
            details=details,
        )
    return _PLAIN[entry.kind](entry.code, said, entry.hint, details=details)


def _wait(entry: CatalogueEntry, response: httpx.Response, now: float) -> float:
    """Seconds to wait: what the answer says, else, for the daily limit, its reset header, else the catalogue's."""
    said = retry_after(response.headers, now)
    if said is not None:
        return said
    quota = quota_of(response.headers)
    if entry.scope == "day" and quota is not None and quota.reset is not None:
        return quota.reset
    return entry.retry_after or 60.0
