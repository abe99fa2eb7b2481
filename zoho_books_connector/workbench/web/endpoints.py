"""The two kinds of endpoints: one that shows, and one that takes a form which came from our own pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from zoho_books_connector.workbench.web.failures import stale
from zoho_books_connector.workbench.web.posting import MOST_BYTES, posted
from zoho_books_connector.workbench.web.security import came_from_our_page

Endpoint = Callable[[Request], Awaitable[Response]]
View = Callable[[Request], Response]
Action = Callable[[Request, FormData], Response]


def view(function: View) -> Endpoint:
    """Return an endpoint that shows something; ``function`` runs beside the loop."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(function, request)

    return endpoint


def form_action(function: Action, *, most: int = MOST_BYTES) -> Endpoint:
    """Return an endpoint that takes a form of at most so many bytes which came from one of our own pages.

    ``function`` runs beside the loop.
    """

    async def endpoint(request: Request) -> Response:
        async with posted(request, most) as form:
            if not came_from_our_page(request, form):
                return stale(request)
            return await run_in_threadpool(function, request, form)

    endpoint.takes_forms = True  # type: ignore[attr-defined]  # what a test looks for at every route that is no GET
    return endpoint
