"""The rows that the benchmarks bring, as text and as the table of docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.measure import Comparison

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
_START: Final = "<!-- measured: written by `make bench` -->"
_END: Final = "<!-- end of measured -->"


@dataclass(frozen=True)
class Row:
    """One line of the table; ``limit`` is what the figure may reach, where there is a bound."""

    what: str
    against: str
    figure: float
    limit: float | None = None
    #: The A/A ratio of the same comparison; none for an exact count.
    same: float | None = None
    quiet: bool = True

    @classmethod
    def of(cls, what: str, against: str, comparison: Comparison, limit: float | None = None) -> Row:
        """Return the row of one subject of a comparison, which bears the row's name."""
        return cls(what, against, comparison.ratios[what], limit, comparison.same, comparison.quiet)

    @property
    def verdict(self) -> str:
        """Whether the bound holds; nothing is said when the machine was not quiet."""
        if self.limit is None:
            return ""
        if not self.quiet:
            return "no verdict: machine not quiet"
        return "holds" if self.figure <= self.limit else "**exceeded**"

    @property
    def failed(self) -> bool:
        """Whether a quiet machine exceeded the bound."""
        return self.limit is not None and self.quiet and self.figure > self.limit

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the row."""
        exact = self.same is None
        shown = f"{self.figure:,.0f}" if exact else f"{self.figure:.2f}"
        limit = "" if self.limit is None else (f"{self.limit:,.0f}" if exact else f"{self.limit:.2f}")
        return self.what, self.against, shown, limit, "" if self.same is None else f"{self.same:.3f}", self.verdict


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = ("what", "in units of", "measured", "at most", "A/A", "verdict")
    lines = [head, ("---", "---", "--:", "--:", "--:", "---"), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def machine() -> str:
    """Return a sentence on what was measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("httpx", "pydantic", "pluggy"))
    return (
        f"Measured with {platform.python_implementation()} {platform.python_version()} on {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores; {packages}."
    )


def write_page(rows: Iterable[Row]) -> None:
    """Replace the measured part of the page; the rest is written by hand."""
    before, _, rest = PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    text = f"{before}{_START}\n\n{machine()}\n\n{table(rows)}\n{_END}{after}"
    PAGE.write_text(text, "utf-8", newline="\n")
