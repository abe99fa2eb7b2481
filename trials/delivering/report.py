"""The report of a trial of deliveries, as text and as the measured part of docs/trials.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trials.delivering.counting import CONDITIONS, PROMISES, Outcome

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "trials.md"
_START: Final = "<!-- deliveries: written by `python -m trials deliveries --write` -->"
_END: Final = "<!-- end of deliveries -->"
#: Breaches that are told in full.
_TOLD: Final = 20


@dataclass(frozen=True)
class Report:
    """What a whole trial brought."""

    outcome: Outcome
    seed: int

    def text(self) -> str:
        """Return the table."""
        rows = [("deliveries of changes", self.outcome.changes)]
        rows += [(name, self.outcome.met[name]) for name in CONDITIONS]
        rows += [(f"**{name}**", len(self.outcome.breaches[name])) for name in PROMISES]
        lines = "".join(f"| {name} | {number:,} |\n" for name, number in rows)
        return f"|  | seed {self.seed} |\n| --- | --: |\n{lines}"

    def breaches(self) -> list[str]:
        """Return what was promised and not kept, and what did not come about."""
        broken = [f"{name}: {each}" for name in PROMISES for each in self.outcome.breaches[name][:_TOLD]]
        return broken + [f"not tried: {name}" for name in self.outcome.missing()]


def write_page(report: Report) -> None:
    """Replace the measured part of the page; the rest is written by hand."""
    before, _, rest = PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_START}\n\n{report.text()}\n{_END}{after}", "utf-8", newline="\n")
