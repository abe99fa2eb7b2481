"""The generated block of the page on pickers: the lists, with their scope, cost and search."""

from __future__ import annotations

from typing import Any, Final

from zoho_books_connector.authoring.markdown import code, named, plain, table
from zoho_books_connector.manifest import load_manifest

_PREFIX: Final = "ZohoBooks."
_SEARCH: Final = {"server": "Zoho", "page": "the connector"}


def pickers() -> str:
    """Return the lists, and what is peculiar about some."""
    sources = load_manifest()["option_sources"].items()
    listed = table(
        ("List and its id", "Zoho's path", "Scope", "Calls", "Search", "Depends on", "Source"),
        ((named(row["title"], source_id), code(row["path"]), *_rest(row)) for source_id, row in sources),
    )
    notes = "".join(f"- {plain(row['title'])}: {plain(row['note'])}\n" for _, row in sources if "note" in row)
    return f"{listed}\n{notes}"


def _rest(row: dict[str, Any]) -> tuple[str, ...]:
    calls = str(row["calls"]) + (f" to {row['calls_at_most']}" if "calls_at_most" in row else "")
    depends = " or ".join(map(code, row.get("depends_on", ())))
    narrowed = f"narrowed by {', '.join(map(code, row['narrowed_by']))}" if "narrowed_by" in row else ""
    return _scope(row), calls, _SEARCH[row["search"]], depends or narrowed, row["source"]


def _scope(row: dict[str, Any]) -> str:
    if "scope" in row:
        return code(row["scope"].removeprefix(_PREFIX))
    return f"by {code(row['scope_by']['input'])}"
