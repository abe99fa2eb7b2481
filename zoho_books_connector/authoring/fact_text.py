"""The generated block of the page on open questions: what the sandbox has a switch for, and what hangs on it."""

from __future__ import annotations

import yaml

from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.authoring.output import ROOT
from zoho_books_connector.sandbox.switches import POSITIONS


def open_questions() -> str:
    """Return every fact that may be so or so."""
    path = ROOT / "zoho_books_connector" / "sandbox" / "facts.yaml"
    facts = yaml.safe_load(path.read_text("utf-8"))["facts"]
    return table(
        ("Question", "Switch of the sandbox", "If it is the other way", "Grade"),
        (
            (
                plain(fact["what"]),
                f"{code(fact['switch'])}: {', '.join(code(str(each)) for each in POSITIONS[fact['switch']])}",
                plain(fact["breaks_if_false"]),
                plain(fact["grade"]),
            )
            for fact in facts
            if "switch" in fact
        ),
    )
