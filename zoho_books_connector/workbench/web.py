"""What every page is made of: templates, forms that prove where they came from, and errors as pages."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.posting import MOST_BYTES, read_form
from zoho_books_connector.workbench.security import came_from_our_page, dress

FOLDER: Final = Path(__file__).parent
#: Which status answers an error of the connector, by its kind; a page is shown in any case.
_STATUSES: Final = {"input": 422, "credential": 409, "not_found": 404, "rate_limited": 429}

Endpoint = Callable[[Request], Awaitable[Response]]
View = Callable[[Request], Response]
Action = Callable[[Request, FormData], Response]

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def pretty(value: Any) -> str:
    """Return data as indented JSON for people: letters stay letters, and the template escapes it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


_TEMPLATES.filters["pretty"] = pretty


def bench_of(request: Request) -> Workbench:
    """Return the workbench that serves a request."""
    found: Workbench = request.app.state.bench
    return found


def is_fragment(request: Request) -> bool:
    """Tell whether htmx asked for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page, or the part of one that the template is."""
    bench = bench_of(request)
    shown = _TEMPLATES.get_template(template).render(
        request=request, csrf=request.state.csrf, path=request.url.path, sandbox=bench.sandbox is not None, **values
    )
    return HTMLResponse(shown, status)


def go(request: Request, url: str) -> Response:
    """Send the browser to another page, which may be Zoho's."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


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
        form = await read_form(request, most)
        async with form_closed(form):
            if not came_from_our_page(request, form):
                return stale(request)
            return await run_in_threadpool(function, request, form)

    endpoint.takes_forms = True  # type: ignore[attr-defined]  # what a test looks for at every route that is no GET
    return endpoint


class form_closed:  # noqa: N801 - a context manager, read like a verb
    """Closes a form's files."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    async def __aenter__(self) -> None:
        return

    async def __aexit__(self, *_: object) -> None:
        await self._form.close()


def stale(request: Request) -> Response:
    """Answer a form that carries no token of this session."""
    return render(
        request,
        "part_error.html" if is_fragment(request) else "error.html",
        status=403,
        title="This page is out of date",
        message="The form was not sent from a page of this session, so nothing was done.",
        hint="Open the page again and repeat what you did.",
        error=None,
    )


def show_error(request: Request, error: Exception) -> Response:
    """Answer an error of the connector as a page, or as the part of one that htmx swaps in."""
    assert isinstance(error, ConnectorError)  # noqa: S101 - what this handler is registered for
    status = _STATUSES.get(error.kind, 502)
    template = "part_error.html" if is_fragment(request) else "error.html"
    return render(
        request,
        template,
        status=status,
        title="That did not work",
        message=error.message,
        hint=error.hint,
        error=error.to_dict(),
    )


def show_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown page, or a method that a page does not know."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what this handler is registered for
    title, message = _HTTP_ERRORS.get(error.status_code, ("That did not work", str(error.detail)))
    return render(request, "error.html", status=error.status_code, title=title, message=message, hint="", error=None)


def show_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - which stands in the log
    """Answer what nobody foresaw; the server logs it, and no page tells it."""
    shown = render(
        request,
        "part_error.html" if is_fragment(request) else "error.html",
        status=500,
        title="The workbench failed",
        message="This is a fault of the workbench itself. What you did may be done or not.",
        hint="Look at the history before you repeat it. Where the workbench was started, the fault is told.",
        error=None,
    )
    dress(shown.headers)  # outside of the guard, which would do so
    return shown


_HTTP_ERRORS: Final[Mapping[int, tuple[str, str]]] = {
    404: ("There is no such page", "The address leads nowhere; what it showed may have been removed."),
    405: ("Not this way", "This address is not opened like that. Go back and use the page's own buttons."),
    408: ("Too slow", "What you sent stopped before its end, so nothing was done. Send it again."),
    413: ("Too large", "What you sent is larger than the workbench takes, so nothing was done."),
}
