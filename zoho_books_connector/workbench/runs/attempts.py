"""One attempt of an action, and what becomes of the run after it: ended, or tried again, and when."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from zoho_books_connector.boundary import ActionResult, CallRecord
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    OutcomeUnknownError,
    RateLimitedError,
    UnavailableError,
    UnexpectedResponseError,
)
from zoho_books_connector.stores import ConnectionStore
from zoho_books_connector.workbench.runs.checking import Check

logger: Final = logging.getLogger("zoho_books_connector.workbench")

#: ``refused``: by its inputs, before anything was sent; only who waits for the run ever sees it.
State = Literal["running", "waiting", "done", "failed", "unknown", "refused"]
#: Why a connection works for nothing any more, before somebody has authorized it again.
_BROKEN: Final = frozenset({"revoked", "client_rejected", "no_refresh_token"})
#: Seconds before what found nobody, or lost its answer, is tried again; after the last one it is given up.
PAUSES: Final = (2.0, 10.0, 30.0, 120.0, 300.0)
#: The first pause after a limit said when to come back, so that everybody who was told the same second does not ask
#: before it has begun.
_SLACK: Final = 0.01


@dataclass(frozen=True)
class Task:
    """What is to be done: an action with its inputs on a connection, under a key that is the same on every attempt."""

    key: str | None
    action: str
    connection: str
    inputs: Mapping[str, Any]
    #: 1 for the first; what is counted before an attempt survives it.
    attempt: int
    #: How many attempts before it missed: found nobody, or lost their answer.
    misses: int = 0
    interactive: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to."""

    state: State
    result: dict[str, Any] | None = None
    error: ConnectorError | None = None
    #: Seconds after which it is tried again, of a run that waits.
    again_in: float | None = None
    #: Whether it counts as a miss.
    missed: bool = False
    #: Whether what it waits for keeps nothing else on the connection waiting.
    waits_alone: bool = False


class Attempts:
    """Makes attempts: loads credential and tokens by the connection's id, and asks the hooks for the handler."""

    def __init__(
        self,
        host: Host,
        store: ConnectionStore,
        watching: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
        on_broken: Callable[[str, ConnectorError], object] = lambda _connection, _error: None,
    ) -> None:
        self._host = host
        self._store = store
        self._watching = watching
        self._on_broken = on_broken

    def make(
        self, task: Task, *, cancelled: Callable[[], bool], on_call: Callable[[CallRecord], None] | None = None
    ) -> Outcome:
        """Run the action once."""
        with self._watching(task.connection):
            return self._make(task, cancelled, on_call)

    def _make(self, task: Task, cancelled: Callable[[], bool], on_call: Callable[[CallRecord], None] | None) -> Outcome:
        try:
            result = self._host.action(task.action)(
                task.inputs,
                credential=self._store.credential(task.connection),
                tokens=self._store.tokens(task.connection),
                run=self._host.run(
                    idempotency_key=task.key,
                    attempt=task.attempt,
                    interactive=task.interactive,
                    cancelled=cancelled,
                    on_call=on_call,
                ),
            )
        except ConnectorError as error:
            if isinstance(error, CredentialError) and error.reason in _BROKEN:
                with suppress(ConnectorError):
                    self._on_broken(task.connection, error)
            return judge(error, task.misses, is_cancelled=cancelled())
        except Exception as error:  # noqa: BLE001 - whatever an action fails with, its run ends and says so
            return Outcome("unknown", error=_fault(error))
        return Outcome("done", as_data(result))

    def check(self, action: str, connection: str) -> Check:
        """Return what tells of inputs whether they are refused; raises ``ConnectorError`` without credential."""
        return Check(self._host, self._store, action, connection)


def judge(error: ConnectorError, misses: int, *, is_cancelled: bool) -> Outcome:
    """Say what an error means for a run: the class names the host's next move."""
    pause = None if is_cancelled or misses >= len(PAUSES) else PAUSES[misses]
    match error:
        case RateLimitedError() if not is_cancelled:
            return Outcome("waiting", error=error, again_in=error.retry_after + _SLACK)
        # Nothing was sent: an earlier attempt, perhaps of a process that was killed, may still be at work.
        case OutcomeUnknownError(code="still_running", retry_after=float() | int()) if not is_cancelled:
            return Outcome("waiting", error=error, again_in=error.retry_after, waits_alone=True)
        case UnavailableError() if pause is not None:
            return Outcome("waiting", error=error, again_in=pause, missed=True)
        case OutcomeUnknownError(safe_to_resend=True) if pause is not None:
            return Outcome("waiting", error=error, again_in=pause, missed=True)
        case OutcomeUnknownError(retry_after=float() | int()) if pause is not None:
            return Outcome("waiting", error=error, again_in=max(error.retry_after or 0, pause), missed=True)
        case OutcomeUnknownError():
            return Outcome("unknown", error=error)
    return Outcome("failed", error=error)


def _fault(error: Exception) -> ConnectorError:
    """Return what a run says whose action failed in a way that nobody foresaw; its text may hold anything."""
    logger.error("an action failed with %s, which is a fault of its own", type(error).__name__)
    return UnexpectedResponseError(
        "internal_error",
        f"The connector failed with {type(error).__name__}; that is a fault of its own.",
        "Look in Zoho Books whether it was done, and report the fault.",
    )


def stops_everything(error: ConnectorError) -> bool:
    """Tell whether nothing else on this connection can succeed before a person has acted."""
    return isinstance(error, CredentialError)


def as_data(result: ActionResult) -> dict[str, Any]:
    """Return a result as JSON-ready data, without its calls, which are kept one by one."""
    return {
        "data": result.data,
        "warnings": list(result.warnings),
        "recovered": result.recovered,
        "quota": asdict(result.quota),
    }
