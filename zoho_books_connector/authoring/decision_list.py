"""The list of decisions, from the headings of their pages."""

from __future__ import annotations

from zoho_books_connector.authoring.output import ROOT


def decision_list() -> str:
    """Return the page that lists every decision by its heading."""
    folder = ROOT / "docs" / "decisions"
    rows = [(page.name, page.read_text("utf-8").partition("\n")[0]) for page in sorted(folder.glob("[0-9]*.md"))]
    entries = "".join(f"- [{heading.removeprefix('# ')}]({name})\n" for name, heading in rows)
    about = "Why things are as they are, each with the reasons that were known when it was made."
    return f"# Decisions\n\n{about}\n\n{entries}"
