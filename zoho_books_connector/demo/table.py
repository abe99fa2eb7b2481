"""Prints the demo's table: each step, the calls it made, its result, milliseconds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO

from zoho_books_connector.boundary import CallRecord
from zoho_books_connector.errors import ConnectorError

_ROW: Final = "{mark} {title:<31} {call:<43} {result:<50} {milliseconds:>4}\n"
#: In the table an id is told by its last digits.
_LONG_ID: Final = re.compile(r"\d{12,}(?=\d{6})")
#: Lines for the calls of one step.
_MOST_CALLS: Final = 6


class DemoError(Exception):
    """A step did not do what it says."""


def expect(fact: bool, what: str) -> None:
    """Fail the step unless ``fact`` holds."""
    if not fact:
        raise DemoError(what)


@dataclass(frozen=True)
class Step:
    """A step of the demo; ``run`` returns its result in a few words, and raises when it did not come about."""

    title: str
    run: Callable[[], str]


class Table:
    """Runs steps and writes a row for each as it ends, narrow enough for a log."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rows = 0
        self._started = time.perf_counter()
        self._write(" ", "Step", "Zoho call, answered by the sandbox", "Result", "ms")
        out.write("-" * 133 + "\n")

    def run(self, step: Step, calls: list[CallRecord]) -> bool:
        """Run a step; returns whether it succeeded."""
        calls.clear()
        started = time.perf_counter()
        problem = None
        result = ""
        try:
            result = step.run()
        except (DemoError, ConnectorError) as error:
            problem = str(error)
        milliseconds = f"{(time.perf_counter() - started) * 1000:.0f}"
        self._rows += 1
        made = _calls(calls)
        self._write("✗" if problem else "✓", step.title, made[0], "FAILED" if problem else result, milliseconds)
        for more in made[1:]:
            self._write(" ", "", more, "", "")
        if problem:
            self._out.write(f"  {problem}\n")
        return problem is None

    def close(self) -> None:
        """Say how it went."""
        seconds = time.perf_counter() - self._started
        self._out.write(f"\nAll {self._rows} steps did what they say, in {seconds:.1f} s.\n")

    def _write(self, mark: str, title: str, call: str, result: str, milliseconds: str) -> None:
        row = _ROW.format(mark=mark, title=title, call=call, result=result, milliseconds=milliseconds)
        encoding = getattr(self._out, "encoding", None) or "utf-8"
        self._out.write(row.encode(encoding, errors="replace").decode(encoding))
        self._out.flush()


def _calls(calls: list[CallRecord]) -> list[str]:
    """Return a line for each call, or for the first and the last ones of many."""
    made = [_call(record) for record in calls] or ["-"]
    if len(made) <= _MOST_CALLS:
        return made
    return [*made[: _MOST_CALLS - 2], f"… {len(made) - _MOST_CALLS + 1} more", made[-1]]


def _call(record: CallRecord) -> str:
    outcome = record.failure or record.status
    path = _LONG_ID.sub("…", record.path.removeprefix("/books/v3"))
    return f"{record.method} {path} → {outcome}"
