"""One run of an action: what the host knows of it, and what it brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from zoho_books_connector.boundary.limits import Quota
from zoho_books_connector.boundary.runtime import Runtime
from zoho_books_connector.boundary.tokens import TokenStore


@dataclass(frozen=True)
class CallRecord:
    """One HTTP request that was made for a run: never a body, a query or a header."""

    method: str
    path: str
    status: int | None
    #: Seconds from sending to the end of the answer.
    seconds: float
    #: Seconds spent waiting for the rate budget or before a resend.
    waited: float = 0.0
    #: ``connect``, ``timeout``, … when there was no answer.
    failure: str | None = None


@dataclass(frozen=True)
class RunContext:
    """What the host knows about the run it asks for."""

    runtime: Runtime
    #: Names the step that is run, the same on every attempt and for no other step; protects a create from being made
    #: twice. At most 200 characters.
    idempotency_key: str | None = None
    #: 1 on the first attempt of the step; ``None`` when the host does not count, so that a create looks first.
    attempt: int | None = None
    #: Whether a create that nothing in the inputs could find again may be marked with a reference derived from the key.
    #: Off, because it can print on a customer's document.
    derived_reference: bool = False
    #: Seconds that a create whose answer was lost is looked for.
    settle_within: float = 10.0
    #: Whether a person waits, so that the part of the daily quota that is kept for people may be used.
    interactive: bool = False
    #: Unix seconds after which nothing more is sent.
    deadline: float | None = None
    cancelled: Callable[[], bool] = lambda: False
    on_call: Callable[[CallRecord], None] | None = None


@dataclass(frozen=True)
class ActionResult:
    """What an action brought: JSON-ready ``data`` in the shape of the action's output schema."""

    data: dict[str, Any]
    #: Whether the record of a create was made by an earlier request, whose answer was lost, and found by looking.
    recovered: bool = False
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)


class ActionHandler(Protocol):
    """A bound action. ``inputs`` is a mapping, or JSON bytes, in the shape of the action's input schema."""

    def __call__(
        self,
        inputs: Mapping[str, Any] | bytes,
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
    ) -> ActionResult:
        """Run the action; raises a ``ConnectorError`` whose class names the host's next move."""
