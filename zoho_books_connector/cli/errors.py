"""Every way in which a command ends, and the block of text that says so to a person.

``EXITS`` is the one table of exit codes: ``zoho-books --help`` prints it, and programs may rely on it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zoho_books_connector.errors import ConnectorError, CredentialError, OutcomeUnknownError, RateLimitedError

_WIDTH: Final = 100
_INDENT: Final = "  "
_GAP: Final = 20


class UsageError(ConnectorError):
    """The command line itself is wrong or incomplete."""

    kind = "usage"


class MissingExtraError(ConnectorError):
    """A package that only the command line needs is not installed."""

    kind = "missing_extra"


class UnreadableFileError(ConnectorError):
    """A file that the command names, or that belongs to the installation, cannot be read or written."""

    kind = "file"


class UnwritableOutputError(ConnectorError):
    """Standard output or standard error takes nothing more, such as a file on a full disk."""

    kind = "file"


class DriftError(ConnectorError):
    """What stands at Zoho Books is not what a subscription wants."""

    kind = "drift"


class InterruptedByUserError(ConnectorError):
    """Somebody pressed Ctrl-C."""

    kind = "interrupted"


@dataclass(frozen=True)
class Exit:
    """How a kind of error ends a command: the exit code, what happened, and who can do something about it."""

    kind: str
    code: int
    meaning: str
    who: str


EXITS: Final = (
    Exit("usage", 2, "the command line is wrong or incomplete", "You, in the command."),
    Exit("missing_extra", 3, "a part of the installation is missing", "Whoever installs the connector."),
    Exit("file", 4, "a file cannot be read or written", "You, with the file."),
    Exit("input", 10, "the inputs are wrong; nothing was changed", "You, in the inputs."),
    Exit("credential", 11, "the connection does not work as it is", "Whoever set up the connection."),
    Exit("not_found", 12, "the record does not exist", "You, with another id."),
    Exit("rejected", 13, "Zoho Books refused", "You, or an administrator of the organization."),
    Exit("rate_limited", 14, "a limit is used up", "Nobody; it passes with time."),
    Exit("unavailable", 15, "no answer; nothing was changed", "Nobody; it may be tried again as it is."),
    Exit("outcome_unknown", 16, "sent, but the answer is lost", "You, by looking in Zoho Books."),
    Exit("unexpected_response", 17, "an answer that nobody here knows", "The connector's maintainers."),
    Exit("webhook_rejected", 18, "a delivery is not proven", "Whoever set up the webhook."),
    Exit("drift", 19, "webhooks or rules at Zoho Books are not as subscribed", "You, by subscribing again."),
    Exit("interrupted", 130, "Ctrl-C", "You."),
)
_BY_KIND: Final = {row.kind: row for row in EXITS}
#: Kind → exit code.
CODES: Final = {row.kind: row.code for row in EXITS}
_UNKNOWN: Final = Exit("connector", 1, "an error without a kind", "The connector's maintainers.")

#: Reason of a credential error → the command that helps.
_COMMANDS: Final = {
    **dict.fromkeys(
        ("revoked", "missing_scope", "no_refresh_token", "wrong_organization"),
        "zoho-books connect --connection ID   (zoho-books connections shows the id)",
    ),
    **dict.fromkeys(
        ("consent_refused", "state_mismatch", "client_rejected"),
        "zoho-books guide   (shows every step of the set-up)",
    ),
    "not_connected": "zoho-books connect --region REGION",
}


def exit_of(error: ConnectorError) -> Exit:
    """Return the row of the table for an error."""
    return _BY_KIND.get(error.kind, _UNKNOWN)


def table() -> str:
    """Return the table of exit codes as text."""
    rows = (("0", "done"), *((str(row.code), f"{row.kind}: {row.meaning}") for row in EXITS))
    return "\n".join(f"  {code:>3}  {meaning}" for code, meaning in rows)


def block(error: ConnectorError) -> str:
    """Return an error as a person reads it: what happened, who can fix it, what to do, where exactly."""
    row = exit_of(error)
    lines = textwrap.wrap(f"zoho-books: {error.message}", _WIDTH, subsequent_indent=_INDENT)
    lines += _labelled("Who can fix it", row.who)
    lines += _labelled("What to do", _advice(error))
    if error.fields:
        lines.append(f"{_INDENT}Fields")
        lines += [line for fault in error.fields for line in _field(fault.pointer, fault.message, fault.suggestion)]
    lines += _labelled("Details", _details(error))
    lines += _labelled("Exit code", f"{row.code} ({error.kind}: {error.code})")
    return "\n".join(lines)


def _advice(error: ConnectorError) -> str:
    advice = [error.hint] if error.hint else []
    if isinstance(error, RateLimitedError):
        advice.append(f"Come back in {error.retry_after:.0f} seconds.")
    if isinstance(error, OutcomeUnknownError):
        advice.append(_next_run(error))
    if isinstance(error, CredentialError) and error.reason in _COMMANDS:
        advice.append(f"Command: {_COMMANDS[error.reason]}")
    return "\n".join(advice)


def _next_run(error: OutcomeUnknownError) -> str:
    if error.safe_to_resend:
        return "Running it again is safe."
    if error.retry_after is not None:
        return f"Running it again with the same key is safe, best after {error.retry_after:.0f} seconds."
    return "Do not run it again before you have looked."


def _details(error: ConnectorError) -> str:
    details = error.details
    parts = (
        f"Zoho code {details.zoho_code}" if details.zoho_code is not None else "",
        f"HTTP status {details.http_status}" if details.http_status is not None else "",
        f"{details.method} {details.path}" if details.method and details.path else "",
    )
    return ", ".join(part for part in parts if part)


def _labelled(label: str, text: str) -> Iterator[str]:
    """A label and its text beside it; nothing when there is no text."""
    margin = " " * _GAP
    for number, line in enumerate(text.splitlines()):
        start = f"{_INDENT}{label}".ljust(_GAP) if number == 0 else margin
        yield from textwrap.wrap(line, _WIDTH, initial_indent=start, subsequent_indent=margin)


def _field(pointer: str, message: str, suggestion: str | None) -> Iterator[str]:
    said = f"{pointer or 'the whole document'}: {message}"
    if suggestion and suggestion not in message:
        said += f" (did you mean {suggestion}?)"
    yield from textwrap.wrap(said, _WIDTH, initial_indent=_INDENT * 2, subsequent_indent=_INDENT * 3)
