"""The README's table of actions, as the manifest tells them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.manifest import load_manifest

_TABLE_START: Final = "<!-- actions: written by `make write-generated` from connector.yaml -->"
_TABLE_END: Final = "<!-- end of actions -->"


def readme() -> Iterator[Generated]:
    """Yield the README with its table; the rest of it is written by hand."""
    yield ROOT / "README.md", _readme_with_actions


def _readme_with_actions() -> str:
    before, start, rest = (ROOT / "README.md").read_text("utf-8").partition(_TABLE_START)
    _, end, after = rest.partition(_TABLE_END)
    rows = [(each["title"], action_id, each["description"]) for action_id, each in load_manifest()["actions"].items()]
    table = "".join(f"| {name} | `{action_id}` | {about} |\n" for name, action_id, about in rows)
    return f"{before}{start}\n\n| action | id | what it does |\n|---|---|---|\n{table}\n{end}{after}"
