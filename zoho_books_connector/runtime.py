"""The runtime for hosts that bring none: HTTP settings, a budget, and what outlives a call."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar, cast

from zoho_books_connector.boundary import Budget, HttpSettings, Journal
from zoho_books_connector.sending.budget import PacedBudget

T = TypeVar("T")


class DefaultRuntime:
    """One per process; safe across threads; after a fork the child starts with fresh resources.

    Without a ``budget`` it keeps within a share of Zoho's limits that no other process knows of (docs/limits.md).
    ``resources`` replaces what the connector would create itself, by key; a test puts its transport there.
    """

    def __init__(
        self,
        http: HttpSettings | None = None,
        *,
        budget: Budget | None = None,
        journal: Journal | None = None,
        resources: Mapping[str, Any] | None = None,
    ) -> None:
        self._http = http or HttpSettings()
        self._given = dict(resources or {})
        self._budget = budget or self._paced()
        self._journal = journal
        self._created: dict[str, Any] = {}
        # Re-entrant: a resource may be made of another one.
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._closed = False

    @property
    def http(self) -> HttpSettings:
        """The HTTP settings that hold for every connection."""
        return self._http

    @property
    def budget(self) -> Budget:
        """The shared rate budget."""
        return self._budget

    @property
    def journal(self) -> Journal | None:
        """What remembers creates."""
        return self._journal

    def resource(self, key: str, create: Callable[[], T]) -> T:
        """Return what ``key`` names, created at first use; raises ``RuntimeError`` after ``close``."""
        if key in self._given:
            return cast("T", self._given[key])
        if self._process != os.getpid():
            self._forget_parent()
        found = self._created.get(key)
        return cast("T", found) if found is not None else self._create(key, create)

    def close(self) -> None:
        """Close every resource that has a ``close``; the last one first."""
        with self._lock:
            self._closed = True
            created = list(self._created.values())
            self._created.clear()
        for item in reversed(created):
            close = getattr(item, "close", None)
            if close is not None:
                close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _paced(self) -> Budget:
        """Return a budget on the clocks that were given."""
        given = self._given.get
        clock, wall = given("zoho_books.monotonic", time.monotonic), given("zoho_books.clock", time.time)
        return PacedBudget(clock=clock, wall=wall, sleep=given("zoho_books.sleep"))

    def _create(self, key: str, create: Callable[[], T]) -> T:
        with self._lock:
            if self._closed:
                raise RuntimeError("the runtime is closed")
            if key not in self._created:
                self._created[key] = create()
            return cast("T", self._created[key])

    def _forget_parent(self) -> None:
        # A forked child shares its parent's sockets and may have inherited a held lock: begin anew, close nothing.
        self._lock = threading.RLock()
        self._created = {}
        self._process = os.getpid()
