"""What the runs brought, as the table of docs/trials.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from trials.rowing.outcome import BOUND, Outcome

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "trials.md"
_START: Final = "<!-- measured: written by `python -m trials rows --write` -->"
_END: Final = "<!-- end of measured rows -->"
_HEAD: Final = (
    "rows",
    "kills",
    "duplicates",
    "lost",
    "not done",
    "calls",
    "429s",
    "minutes",
    "alive",
    "used",
    "at least",
    "verdict",
)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the outcomes as a Markdown table."""
    rule = (*["--:"] * (len(_HEAD) - 1), "---")
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (_HEAD, rule, *map(_cells, outcomes)))


def write_page(outcomes: Iterable[Outcome]) -> None:
    """Replace the measured part of the page; the rest is written by hand."""
    before, _, rest = PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_START}\n\n{table(outcomes)}\n{_END}{after}", "utf-8", newline="\n")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    return (
        f"{outcome.rows:,}",
        str(outcome.kills),
        str(outcome.duplicates),
        str(outcome.lost),
        str(outcome.undone),
        f"{outcome.sent:,}",
        str(outcome.refused),
        f"{outcome.minutes:.1f}",
        f"{outcome.alive:.2f}",
        f"{outcome.used:.3f}",
        f"{BOUND:.2f}" if outcome.bounded else "",
        "**broken**" if outcome.failed else "holds",
    )
