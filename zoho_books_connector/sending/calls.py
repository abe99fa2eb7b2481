"""What one run did on the wire: its records, its deadline, its cancellation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Final

from zoho_books_connector.boundary import CallRecord, Quota, RunContext, Runtime
from zoho_books_connector.errors import UnavailableError

logger: Final = logging.getLogger("zoho_books_connector.calls")

#: The key under which a request carries its ``RunLog`` to the transport.
EXTENSION: Final = "zoho_books.run"
#: The key under which it names the bucket of the rate budget that it belongs to.
BUCKET: Final = "zoho_books.bucket"


def clock_of(runtime: Runtime) -> Callable[[], float]:
    """Return the runtime's clock, in unix seconds; a test sets the resource ``zoho_books.clock``."""
    return runtime.resource("zoho_books.clock", lambda: time.time)


def monotonic_of(runtime: Runtime) -> Callable[[], float]:
    """Return the runtime's clock that never jumps, in seconds since some moment.

    A test that sets ``zoho_books.clock`` alone has one clock for both; ``zoho_books.monotonic`` tells them apart.
    """
    clock = clock_of(runtime)
    return runtime.resource("zoho_books.monotonic", lambda: time.monotonic if clock is time.time else clock)


def sleep_of(runtime: Runtime) -> Callable[[float], None]:
    """Return what waits, in seconds; a test sets the resource ``zoho_books.sleep``."""
    return runtime.resource("zoho_books.sleep", lambda: time.sleep)


@dataclass
class RunLog:
    """Collects the calls of one run and stops it when the host wants it stopped."""

    run: RunContext
    clock: Callable[[], float]
    records: list[CallRecord] = field(default_factory=list)
    quota: Quota = field(default_factory=Quota)
    warnings: list[str] = field(default_factory=list)
    #: Whether the record of a create was found by looking.
    recovered: bool = False
    #: Unix seconds after which the call at hand is not sent; the run's own deadline counts as well.
    until: float = inf

    @classmethod
    def of(cls, run: RunContext) -> RunLog:
        """Open the log of a run, on its runtime's clock."""
        return cls(run, clock_of(run.runtime))

    def add(self, record: CallRecord) -> None:
        """Keep a record, log it, and hand it to the host."""
        self.records.append(record)
        logger.debug(
            "%s %s %s %.0f ms",
            record.method,
            record.path,
            record.status if record.failure is None else record.failure,
            record.seconds * 1000,
        )
        if self.run.on_call is not None:
            self.run.on_call(record)

    @property
    def is_bounded(self) -> bool:
        """Whether there is a time after which nothing is sent."""
        return self.run.deadline is not None or self.until != inf

    def within(self, seconds: float) -> float:
        """Return ``seconds``, or what is left until the deadline where that is less."""
        end = self.until if self.run.deadline is None else min(self.until, self.run.deadline)
        return seconds if end == inf else min(seconds, end - self.clock())

    @contextmanager
    def ending(self, until: float) -> Iterator[None]:
        """Let whatever is sent meanwhile end by ``until``, in unix seconds."""
        self.until = until
        try:
            yield
        finally:
            self.until = inf

    def ended(self) -> bool:
        """Tell whether the host cancelled the run or its deadline is over."""
        return self.run.cancelled() or self.within(1) <= 0

    def check(self) -> None:
        """Raise ``UnavailableError`` when the host cancelled the run or its deadline is over."""
        if self.run.cancelled():
            raise UnavailableError("cancelled", "The run was cancelled before the request was sent.")
        if self.within(1) <= 0:
            raise UnavailableError(
                "deadline_exceeded",
                "The deadline of the run passed before the request was sent.",
                "Run it again with more time.",
            )
