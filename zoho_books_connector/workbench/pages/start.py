"""The start page: what is connected, what needs attention, what ran last, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.workbench.pages.connection_rows import Row, rows
from zoho_books_connector.workbench.pages.runs import STATES
from zoho_books_connector.workbench.pages.setup_steps import at_home
from zoho_books_connector.workbench.runs.table import Run
from zoho_books_connector.workbench.web.endpoints import view
from zoho_books_connector.workbench.web.rendering import bench_of, render

_SHOWN: Final = 5
#: Runs that are looked through for those that a broken connection stopped.
_LOOKED_AT: Final = 50


@dataclass(frozen=True)
class Attention:
    """A connection that somebody must mend, and why."""

    row: Row
    why: str


def routes() -> list[Route]:
    """Return the start page's route."""
    return [Route("/", view(_show), name="start")]


def _show(request: Request) -> Response:
    if away := at_home(request):
        return away
    bench = bench_of(request)
    connections = rows(bench)
    runs = bench.runs.list(limit=_LOOKED_AT)
    attention = [found for row in connections if (found := _attention(row, runs))]
    broken = {each.row.id for each in attention}
    usable = [row for row in connections if row.id not in broken]
    return render(
        request,
        "start.html",
        connections=connections,
        attention=attention,
        usable=usable,
        runs=runs[:_SHOWN],
        states=STATES,
        labels={row.id: row.label for row in connections},
        actions=bench.host.manifest()["actions"],
    )


def _attention(row: Row, runs: Sequence[Run]) -> Attention | None:
    """Return why a connection does not work: its sandbox has ended, its last test failed, or a run since then did."""
    if row.is_lost:
        return Attention(row, "The sandbox was started anew, and its earlier tokens ended with it.")
    if row.standing is not None and row.standing.state == "broken":
        return Attention(row, f"{row.standing.message} {row.standing.hint}".strip())
    tested_at = row.standing.tested_at if row.standing else 0.0
    mine = (run for run in runs if run.connection == row.id and (run.ended_at or 0.0) > tested_at)
    error = next((run.error for run in mine), None)
    if error is not None and error.get("kind") == "credential":
        return Attention(row, f"A run failed. {error['message']} {error['hint']}".strip())
    return None
