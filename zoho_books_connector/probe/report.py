"""Writes what the probe found as Markdown: which switches of the sandbox stand right, which wrong, which are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from zoho_books_connector.probe.findings import Finding, facts

_SECTIONS: Final = (
    ("wrong", "Wrong: the sandbox stands otherwise", ("Fact", "Switch", "Seen", "Stands at", "Evidence", "Breaks")),
    ("right", "Right", ("Fact", "Switch", "Seen", "Evidence", "How it was tried")),
    ("unsettled", "Unsettled", ("Fact", "Switch", "Question", "Why")),
)


def report(findings: Sequence[Finding], *, asked: str, write: bool, calls: int) -> str:
    """Return the report; ``asked`` names who answered: the sandbox, or Zoho and the region."""
    counts = {verdict: sum(each.verdict == verdict for each in findings) for verdict, _, _ in _SECTIONS}
    lines = [
        "# Probe of Zoho Books",
        "",
        f"- Asked: {asked}",
        f"- Mode: {'reading and writing' if write else 'reading only'}",
        f"- Calls made: {calls}",
        f"- Right {counts['right']}, wrong {counts['wrong']}, unsettled {counts['unsettled']}",
        "",
        "No line holds a token, a secret or a value of the organization's records.",
    ]
    for verdict, title, headings in _SECTIONS:
        rows = [_row(each, headings) for each in findings if each.verdict == verdict]
        lines += ["", f"## {title}", "", *(_table(headings, rows) if rows else ["None."])]
    return "\n".join(lines) + "\n"


def _row(finding: Finding, headings: Iterable[str]) -> list[str]:
    fact = facts().get(finding.fact)
    cells = {
        "Fact": finding.fact or finding.question,
        "Switch": finding.switch,
        "Question": finding.question,
        "Seen": finding.answer,
        "Stands at": str(fact.position) if fact and fact.switch else "",
        "Evidence": finding.evidence,
        "Breaks": fact.breaks_if_false if fact else "",
        "How it was tried": finding.how,
        "Why": finding.evidence,
    }
    return [cells[heading] for heading in headings]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_line(headings), _line(["---"] * len(headings)), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
