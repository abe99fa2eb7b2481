"""The report of a fault trial, as text and as the measured part of docs/trials.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trials.faulting.judge import DUPLICATE, PROMISES
from trials.faulting.tally import Tally

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "trials.md"
_START: Final = "<!-- faults: written by `python -m trials faults --write` -->"
_END: Final = "<!-- end of faults -->"
_Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Report:
    """What a whole trial brought."""

    #: Writes that show within the bound, and writes that come later.
    within: Tally
    beyond: Tally
    kills: Tally
    seed: int

    @property
    def failed(self) -> bool:
        """Whether a promise was broken; a write that comes too late may be made twice, and nothing else."""
        late = sum(count for promise, count in self.beyond.promises.items() if promise != DUPLICATE)
        return bool(self.within.promises.total() or late or self.kills.promises.total())

    def text(self) -> str:
        """Return the tables."""
        return f"{self._counts()}\n{self._faults()}"

    def breaches(self) -> list[str]:
        """Return what was promised and not kept, each with its case."""
        late = [breach for breach in self.beyond.breaches if not breach.startswith(DUPLICATE)]
        return [*self.within.breaches, *self.kills.breaches, *late]

    def _counts(self) -> str:
        columns = (self.within, self.beyond)
        rows: list[_Row] = [
            ("cases", *(tally.cases for tally in columns), self.kills.cases),
            ("faults that struck", *(tally.faults.total() for tally in columns), self.kills.cases),
            *map(self._promise, PROMISES),
            *self._endings(columns),
        ]
        head = ("", "visible within the bound", "executed after it", "killed with `kill -9`")
        return _table(head, rows)

    def _promise(self, name: str) -> _Row:
        return f"**{name}**", *(tally.promises[name] for tally in (self.within, self.beyond, self.kills))

    def _endings(self, columns: Sequence[Tally]) -> Iterable[_Row]:
        kills = self.kills
        yield ("succeeded", *_ended("ActionResult", columns), kills.verdicts["ActionResult"])
        yield ("– of them found by looking", *(tally.recovered for tally in columns), kills.recovered)
        yield ("outcome unknown", *_ended("OutcomeUnknownError", columns), kills.verdicts["OutcomeUnknownError"])
        yield ("– of them with a record in the books", *(tally.existing for tally in columns), kills.existing)
        yield ("– of them with a record that the error names", *(tally.named for tally in columns), kills.named)
        yield ("any other error", *(_others(tally.verdicts) for tally in columns), _others(kills.verdicts))

    def _faults(self) -> str:
        faults = self.within.faults + self.beyond.faults
        rows = [(f"`{kind}`", count) for kind, count in sorted(faults.items())]
        spared, sockets = self.within.spared + self.beyond.spared, self.within.over_sockets + self.beyond.over_sockets
        said = (
            f"Seed {self.seed}. {sockets} cases went over sockets, the others through the same exchanges in one "
            f"process. In {spared} cases no request came that the fault could strike.\n"
        )
        return f"{said}\n{_table(('fault', 'struck'), rows)}"


def _ended(verdict: str, columns: Sequence[Tally]) -> list[int]:
    return [tally.verdicts[verdict] for tally in columns]


def _others(verdicts: Counter[str]) -> int:
    return verdicts.total() - verdicts["ActionResult"] - verdicts["OutcomeUnknownError"]


def _table(head: _Row, rows: Iterable[_Row]) -> str:
    lines: list[_Row] = [head, ("---", *("--:" for _ in head[1:])), *rows]
    shown = ([f"{cell:,}" if isinstance(cell, int) else cell for cell in line] for line in lines)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in shown)


def write_page(report: Report) -> None:
    """Replace the measured part of the page; the rest is written by hand."""
    before, _, rest = PAGE.read_text("utf-8").partition(_START)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_START}\n\n{report.text()}\n{_END}{after}", "utf-8", newline="\n")
