"""One round of catching up: module by module, each page stored with its events before the next is asked for."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from zoho_books_connector.boundary import CaughtUp, Quota
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.running import quota_text
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.cli.trigger.board import clock_time
from zoho_books_connector.cli.trigger.opened import Opened
from zoho_books_connector.errors import InputError, NotFoundError, RejectedError
from zoho_books_connector.stores import ConnectionInfo, CursorStore, SqliteInbox

DELETIONS: Final = "Deleted records cannot be seen by reading."
#: State of a module → what a person is told.
_STATES: Final = {
    "reading": "broken off",
    "out_of_calls": "more is left",
    "complete": "complete",
    "left": "not begun",
    "refused": "refused",
}
#: What is wrong with one module, and keeps no other from being read.
_REFUSALS: Final = (InputError, NotFoundError, RejectedError)
#: The one key of what stands in place of a cursor where a module is to be read anew: from when on, in unix seconds.
_SINCE: Final = "since"


@dataclass
class ModuleRound:
    """What a round brought of one module."""

    module: str
    pages: int = 0
    events: int = 0
    new: int = 0
    calls: int = 0
    state: str = "left"


@dataclass
class Round:
    """What a round brought so far."""

    modules: list[ModuleRound] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    quota: Quota = field(default_factory=Quota)

    @property
    def calls(self) -> int:
        """Requests made."""
        return sum(each.calls for each in self.modules)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be read."""
        return all(each.state == "complete" for each in self.modules)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return {**asdict(self), "calls": self.calls, "complete": self.is_complete}


class Reading:
    """Reads modules of a connection into its inbox."""

    def __init__(
        self,
        at: Opened,
        inbox: SqliteInbox,
        cursors: CursorStore,
        modules: tuple[str, ...],
        *,
        since: float | None,
        whole: bool,
        progress: Callable[[str], None],
    ) -> None:
        self._at = at
        self._inbox = inbox
        self._cursors = cursors
        self._whole = whole
        self._progress = progress
        self.modules = modules
        #: The modules that are to be read anew and were not begun yet, and from when on.
        self._since = {} if since is None else dict.fromkeys(modules, since)

    def check(self, calls: int) -> None:
        """Refuse what cannot be read before anything is."""
        # Faults are raised at the call; nothing is sent before the first page is asked for.
        self._pages(self.modules, min(self._since.values(), default=time.time()), None, calls)
        new = [each for each in self.modules if self._cursors.load(self._at.connection.id, each) is None]
        if new and not self._since:
            raise UsageError(
                "since_missing",
                f"Nothing was read yet of: {', '.join(new)}.",
                "Say from when on, for example --since 24h or --since 2026-06-11T09:00. Later runs go on from there.",
            )

    def run(self, done: Round, calls: int) -> None:
        """Read every module within ``calls`` from where it was left, and note in ``done`` what it brought.

        What Zoho refuses of a module is raised at the end, the first of several.
        """
        self._store_since()
        done.modules += [ModuleRound(each) for each in self.modules]
        refusals = []
        for module in done.modules:
            if calls - done.calls < (2 if self._whole else 1):
                break
            try:
                self._read(done, module, calls - done.calls)
            except _REFUSALS as error:
                module.state = "refused"
                refusals.append(error)
        if refusals:
            raise refusals[0]

    def _store_since(self) -> None:
        """Store from when on to read, so that a module whose turn does not come is read so later."""
        for module, since in self._since.items():
            self._cursors.save(self._at.connection.id, module, {_SINCE: since})

    def _read(self, done: Round, module: ModuleRound, calls: int) -> None:
        connection_id = self._at.connection.id
        stored = self._cursors.load(connection_id, module.module)
        since = self._since.get(module.module, stored.get(_SINCE) if stored else None)
        cursor = stored if since is None else None
        for page in self._pages((module.module,), since, cursor, calls):
            module.new += self._inbox.put(page.events, by_version=True) if page.events else 0
            self._cursors.save(connection_id, module.module, page.cursor)
            self._since.pop(module.module, None)
            module.pages += 1
            module.events += len(page.events)
            module.calls, module.state = page.calls_made, page.state
            done.warnings += [each for each in page.warnings if each not in done.warnings]
            done.quota = page.quota
            self._progress(f"{module.module}: page {module.pages}, {module.new} new events, {done.calls} calls")
        self._progress("")

    def _pages(
        self, modules: tuple[str, ...], since: float | None, cursor: dict[str, Any] | None, calls: int
    ) -> Iterator[CaughtUp]:
        return self._at.host.trigger().catch_up(
            modules,
            **self._at.calling,
            since=since,
            cursor=cursor,
            most_calls=calls,
            whole_records=self._whole,
            is_known=self._inbox.known,
        )


def tell_round(done: Round, connection: ConnectionInfo, options: argparse.Namespace, terminal: Terminal) -> None:
    """Tell what was read, what it cost, and what is left."""
    if options.json:
        terminal.json(done.to_dict(), indent=None)
        return
    rows = [
        (each.module, str(each.pages), str(each.events), str(each.new), str(each.calls), _STATES[each.state])
        for each in done.modules
    ]
    terminal.table(("Module", "Pages", "Events", "New", "Calls", "State"), rows)
    for warning in (*done.warnings, DELETIONS):
        terminal.say(f"Mind: {warning}")
    if left := quota_text(done.quota):
        terminal.say(f"{done.calls} calls; {left}.")
    if any(each.state not in ("complete", "refused") for each in done.modules):
        terminal.say("More is left. Run it again without --since: it goes on from there.")
    terminal.say(f"New events are shown by: zoho-books trigger listen {connection.id}")


def lines_of(done: Round) -> Iterator[str]:
    """Yield a round as one line, and what is special about it."""
    read = ", ".join(f"{each.module} {each.new} new ({_STATES[each.state]})" for each in done.modules)
    yield f"{clock_time(time.time())}  {read}; {done.calls} calls"
    yield from (f"          {warning}" for warning in done.warnings)
