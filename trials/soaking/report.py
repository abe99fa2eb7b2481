"""What a soak brought, as text and as the table of docs/limits.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trials.soaking.outcome import BOUNDS, Outcome

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
_START: Final = "<!-- measured: written by `python -m trials soak --write` -->"
_END: Final = "<!-- end of measured -->"
_HEAD: Final = ("where", "window", "processes", "runs", "sent", "429s", "used", "at least", "refreshes", "verdict")


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the outcomes as a Markdown table."""
    rule = ("---", "---", *["--:"] * 7, "---")
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (_HEAD, rule, *map(_cells, outcomes)))


def write_page(outcomes: Iterable[Outcome]) -> None:
    """Replace the measured part of the page; the rest is written by hand."""
    before, _, rest = PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_START}\n\n{table(outcomes)}\n{_END}{after}", "utf-8", newline="\n")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.where,
        outcome.window,
        str(outcome.processes),
        str(outcome.runs),
        f"{outcome.sent:,}",
        str(outcome.refused),
        f"{outcome.used:.3f}",
        f"{BOUNDS[outcome.window]:.2f}" if outcome.bounded else "",
        "" if outcome.refreshes is None else str(outcome.refreshes),
        "**broken**" if outcome.failed else "holds",
    )
