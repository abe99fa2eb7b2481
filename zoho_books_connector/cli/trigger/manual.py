"""The steps that a person follows in Zoho Books, with what to paste."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

from zoho_books_connector.boundary import ManualEvent, ManualStep, ManualValue
from zoho_books_connector.cli.terminal import Terminal

_INDENT: Final = "    "
_HIDDEN: Final = "(hidden; add --show-secrets)"


def tell_manual(events: Sequence[ManualEvent], terminal: Terminal, *, show: bool) -> None:
    """Print the steps of every event, numbered; what is to be pasted stands on a line of its own."""
    terminal.out("\nTo set it up by hand in Zoho Books")
    if show:
        terminal.out(
            "The steps hold a secret and a header token: show them to nobody, and clear the screen afterwards."
        )
    for each in events:
        terminal.out(f"\n{each.event}")
        for number, step in enumerate(each.steps, 1):
            terminal.out(f"\n{number:>2}. {step.title}")
            for line in _lines(step, terminal.width, show=show):
                terminal.out(line)


def masked(events: Sequence[ManualEvent], *, show: bool) -> list[dict[str, Any]]:
    """Return the steps as JSON-ready data, secrets left out unless they are asked for."""
    shown = [asdict(each) for each in events]
    values = (value for each in shown for step in each["steps"] for value in step["values"])
    for value in values:
        if value["is_secret"] and not show:
            value["value"] = None
    return shown


def _lines(step: ManualStep, width: int, *, show: bool) -> Iterator[str]:
    yield from _wrapped(step.text, width)
    for value in step.values:
        yield f"{_INDENT}{value.label}:"
        yield f"{_INDENT * 2}{_shown(value, show=show)}"
    if step.link:
        yield f"{_INDENT}Link: {step.link}"
    for mistake in step.mistakes:
        yield from _wrapped(f"Mind: {mistake}", width)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _shown(value: ManualValue, *, show: bool) -> str:
    return value.value if show or not value.is_secret else _HIDDEN
