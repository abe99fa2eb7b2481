"""Markdown as the pages need it: tables whose cells stay whole, and the anchors of headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

#: What would begin markup, or end a cell; code is put between backticks by whoever writes a cell.
_MARKUP: Final = re.compile(r"([\\`*_<>\[\]|])")
_NO_ANCHOR: Final = re.compile(r"[^\w\- ]")


def plain(text: str) -> str:
    """Return text so that no letter of it is markup."""
    return _MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """Return text as code, also inside a table."""
    escaped = text.replace("|", r"\|")
    return f"`{escaped}`"


def named(title: str, name: str) -> str:
    """Return a cell with a title, and below it the name by which programs know it."""
    return f"{plain(title)}<br>{code(name)}"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already; nothing when there is no row."""
    lines = ["| " + " | ".join(cell.replace("\n", " ") for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(headings)} |", "|" + "---|" * len(headings), *lines, ""])


def anchor(heading: str) -> str:
    """Return the anchor that a repository's page and the site give a heading."""
    return _NO_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def fence(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"
