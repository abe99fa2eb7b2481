"""The start page: what there is, and what to do next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.workbench.web import bench_of, render, view


def routes() -> list[Route]:
    """Return the start page's route."""
    return [Route("/", view(_show), name="start")]


def _show(request: Request) -> Response:
    bench = bench_of(request)
    return render(request, "start.html", connections=bench.store.list(), actions=bench.host.manifest()["actions"])
