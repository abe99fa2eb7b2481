"""A host as the guide for hosts asks for it: it runs a step again, with the same key, as its errors allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trials.faulting.stage import Stage
from zoho_books_connector.boundary import ActionResult
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    OutcomeUnknownError,
    RateLimitedError,
    UnavailableError,
)

#: How often a step is tried in all.
MOST_ATTEMPTS: Final = 5
_SOON: Final = 30.0


@dataclass
class Step:
    """A step of a workflow that creates something."""

    stage: Stage
    action: str
    inputs: Mapping[str, Any]
    key: str | None = "step"
    #: Whether the host counts its attempts.
    counts: bool = True
    #: Whether its process dies between two attempts.
    restarts: bool = False
    about: Mapping[str, Any] | None = None
    attempts: int = 0
    _has_reconnected: bool = False

    def run(self, before_attempt: Callable[[int], None] = lambda _number: None) -> ActionResult | ConnectorError:
        """Run until it succeeds, or nothing is left that a host may do by itself; returns the last verdict."""
        while True:
            verdict = self.attempt(before_attempt)
            if isinstance(verdict, ActionResult) or self.attempts == MOST_ATTEMPTS:
                return verdict
            wait = self.wait_after(verdict)
            if wait is None:
                return verdict
            self.stage.time.sleep(wait)
            if self.restarts:
                self.stage.restart()

    def attempt(self, before_attempt: Callable[[int], None] = lambda _number: None) -> ActionResult | ConnectorError:
        """Run once."""
        self.attempts += 1
        before_attempt(self.attempts)
        try:
            return self.stage.run(
                self.action,
                self.inputs,
                idempotency_key=self.key,
                attempt=self.attempts if self.counts else None,
                **(self.about or {}),
            )
        except ConnectorError as error:
            return error

    def wait_after(self, error: ConnectorError) -> float | None:
        """Return the seconds after which the step may run again, or ``None`` when it may not."""
        if isinstance(error, UnavailableError):
            return _SOON
        if isinstance(error, RateLimitedError):
            return error.retry_after
        if isinstance(error, OutcomeUnknownError):
            return _SOON if error.safe_to_resend else error.retry_after
        if isinstance(error, CredentialError) and error.reason == "revoked" and not self._has_reconnected:
            self._has_reconnected = True
            self.stage.connect()
            return _SOON
        return None
