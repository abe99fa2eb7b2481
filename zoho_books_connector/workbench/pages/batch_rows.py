"""One row of a file: what it says, what became of it, and every call that was made for it."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.errors import NotFoundError
from zoho_books_connector.workbench.batches.lanes import key_of
from zoho_books_connector.workbench.pages.batches import STATES
from zoho_books_connector.workbench.web.endpoints import view
from zoho_books_connector.workbench.web.rendering import bench_of, render

_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def routes() -> list[Route]:
    """Return the routes of single rows."""
    return [
        Route("/batches/{batch}/row", view(_find)),
        Route("/batches/{batch}/rows/{number}", view(_show)),
    ]


def _find(request: Request) -> Response:
    """Lead to the row whose number was typed."""
    number = request.query_params.get("number", "").strip()
    if not _NUMBER.fullmatch(number):
        raise _unknown()
    return RedirectResponse(f"/batches/{request.path_params['batch']}/rows/{number}", 303)


def _show(request: Request) -> Response:
    bench = bench_of(request)
    batch = bench.batches.table.get(request.path_params["batch"])
    number = request.path_params["number"]
    row = bench.batches.rows.get(batch.id, int(number)) if _NUMBER.fullmatch(number) else None
    if row is None:
        raise _unknown()
    return render(
        request,
        "batch_row.html",
        batch=batch,
        row=row,
        calls=bench.calls.of(key_of(batch.id, row.number)),
        states=STATES,
    )


def _unknown() -> NotFoundError:
    return NotFoundError(
        "row_unknown",
        "The file has no row of this number, or it is a further line of another one.",
        "Rows are counted as a spreadsheet shows them, the header among them.",
    )
