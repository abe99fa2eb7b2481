"""The errors a host meets, named by what it should do next.

ConnectorError
├── InputError               show the user; ``fields`` says where and what
├── CredentialError          reconnect; ``reason`` says why
├── NotFoundError            branch or fail
├── RejectedError            Zoho refused, in its own words: business rule, duplicate, plan limit
├── RateLimitedError         reschedule after ``retry_after`` seconds
├── UnavailableError         retry freely: nothing was executed, or it was a read
├── OutcomeUnknownError      look before sending again, unless ``safe_to_resend``
├── UnexpectedResponseError  Zoho answered something that nobody here knows
└── WebhookRejectedError     answer 401 and drop the delivery

Standard library only: this module belongs to the contract that a host may import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

RateScope = Literal["minute", "day", "concurrency", "blocked", "tokens"]
#: Why a connection does not work; ``docs/troubleshooting.md`` says what to do about each.
CredentialReason = Literal[
    "invalid",
    "wrong_region",
    "untrusted_host",
    "consent_refused",
    "state_mismatch",
    "code_expired",
    "no_refresh_token",
    "not_connected",
    "revoked",
    "client_rejected",
    "missing_scope",
    "wrong_organization",
    "store_unreadable",
]


@dataclass(frozen=True)
class FieldFault:
    """One fault in the inputs or the credential: where, what was expected, and the nearest known name.

    ``pointer`` is an RFC 6901 JSON pointer, ``""`` for the document itself. No fault ever holds the value.
    """

    pointer: str
    message: str
    suggestion: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return the fault as JSON-ready data."""
        data = {"pointer": self.pointer, "message": self.message}
        return data | {"suggestion": self.suggestion} if self.suggestion else data


@dataclass(frozen=True)
class ErrorDetails:
    """Where an error comes from: Zoho's code and HTTP status, and the call that met it (path without query)."""

    zoho_code: int | None = None
    http_status: int | None = None
    method: str | None = None
    path: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as JSON-ready data."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(eq=False)
class ConnectorError(Exception):
    """The base of every error that the connector raises on purpose.

    ``code`` is stable and machine-readable; ``message`` says what happened and ``hint`` what to do next, both for a
    person and never to be matched on. ``params`` holds what a translated message needs. None of them, nor ``repr``,
    ``to_dict`` or the pickled form, holds a secret, a token or a body.
    """

    kind: ClassVar[str] = "connector"

    code: str
    message: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    fields: Sequence[FieldFault] = field(default=(), kw_only=True)
    details: ErrorDetails = field(default_factory=ErrorDetails, kw_only=True)

    #: Attributes that a subclass adds to ``to_dict``.
    _extra: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self.__dict__))

    def to_dict(self) -> dict[str, Any]:
        """Return the error as JSON-ready data, for logs, run histories and forms."""
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "params": dict(self.params),
            "fields": [fault.to_dict() for fault in self.fields],
            "details": self.details.to_dict(),
            **{name: getattr(self, name) for name in self._extra},
        }


def _restore(cls: type[ConnectorError], state: dict[str, Any]) -> ConnectorError:
    error = cls.__new__(cls)
    error.__dict__.update(state)
    return error


class InputError(ConnectorError):
    """The inputs are wrong and nothing was sent, or Zoho named a value in them that it does not take."""

    kind = "input"


@dataclass(eq=False)
class CredentialError(ConnectorError):
    """The connection does not work until a person changes it; ``reason`` says why."""

    kind = "credential"
    _extra = ("reason",)

    reason: CredentialReason = field(default="invalid", kw_only=True)


class NotFoundError(ConnectorError):
    """The record does not exist, or belongs to another organization."""

    kind = "not_found"


class RejectedError(ConnectorError):
    """Zoho understood the request and refused it; ``message`` carries Zoho's own words."""

    kind = "rejected"


@dataclass(eq=False)
class RateLimitedError(ConnectorError):
    """A limit is used up; come back after ``retry_after`` seconds (an estimate where Zoho gives none)."""

    kind = "rate_limited"
    _extra = ("retry_after", "scope")

    retry_after: float = field(default=60.0, kw_only=True)
    scope: RateScope = field(default="minute", kw_only=True)


class UnavailableError(ConnectorError):
    """Zoho could not be reached, or a read failed: nothing was changed, and a retry is free of danger."""

    kind = "unavailable"


@dataclass(eq=False)
class OutcomeUnknownError(ConnectorError):
    """A write was sent and its answer is lost, so it may or may not have been executed."""

    kind = "outcome_unknown"
    _extra = ("safe_to_resend", "retry_after", "look_for")

    #: True for an update or a delete, which ends the same however often it runs; false for a create.
    safe_to_resend: bool = field(default=False, kw_only=True)
    #: Seconds after which the create may be run again with the same key: it looks first. ``None``: a person must look.
    retry_after: float | None = field(default=None, kw_only=True)
    #: What finds the record of a create in Zoho Books: ``module``, what to search by, and the ids of ``candidates``.
    look_for: Mapping[str, Any] = field(default_factory=dict, kw_only=True)


class UnexpectedResponseError(ConnectorError):
    """Zoho answered a read with something that is not its documented envelope."""

    kind = "unexpected_response"


class WebhookRejectedError(ConnectorError):
    """A delivery is not proven to come from Zoho, or cannot be read; answer 401 and drop it."""

    kind = "webhook_rejected"
