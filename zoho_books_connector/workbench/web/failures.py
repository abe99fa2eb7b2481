"""Errors as pages, or as the part of one that htmx swaps in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from zoho_books_connector.errors import ConnectorError, RateLimitedError
from zoho_books_connector.workbench.web.rendering import is_fragment, moment, render
from zoho_books_connector.workbench.web.returning import referring_path
from zoho_books_connector.workbench.web.security import dress

#: Which status answers an error of the connector, by its kind; a page is shown in any case.
_STATUSES: Final = {"input": 422, "credential": 409, "not_found": 404, "rate_limited": 429}

#: Whose detail says how much would be taken.
_TOO_LARGE: Final = 413
_HTTP_ERRORS: Final[Mapping[int, tuple[str, str]]] = {
    404: ("There is no such page", "The address leads nowhere; what it showed may have been removed."),
    405: ("Not this way", "This address is not opened like that. Go back and use the page's own buttons."),
    408: ("Too slow", "What you sent stopped before its end, so nothing was done. Send it again."),
    413: ("Too large", "What you sent is larger than the workbench takes, so nothing was done."),
}


def stale(request: Request) -> Response:
    """Answer a form that carries no token of this session."""
    return _page_or_part(
        request,
        status=403,
        title="This page is out of date",
        message="The form was not sent from a page of this session, so nothing was done.",
        hint="Open the page again and repeat what you did.",
    )


def show_error(request: Request, error: Exception) -> Response:
    """Answer an error of the connector."""
    assert isinstance(error, ConnectorError)  # noqa: S101 - what this handler is registered for
    return _page_or_part(
        request,
        status=_STATUSES.get(error.kind, 502),
        title="That did not work",
        message=error.message,
        hint=_hint(error),
        error=error.to_dict(),
    )


def _hint(error: ConnectorError) -> str:
    """Return what to do about an error, and not before when."""
    if not isinstance(error, RateLimitedError):
        return error.hint
    return f"{error.hint} It is over at {moment(time.time() + error.retry_after)} UTC."


def show_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown page, or a method that a page does not know."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what this handler is registered for
    title, message = _HTTP_ERRORS.get(error.status_code, ("That did not work", str(error.detail)))
    hint = str(error.detail) if error.status_code == _TOO_LARGE else ""
    return _page_or_part(request, status=error.status_code, title=title, message=message, hint=hint, is_page=True)


def show_fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - which stands in the log
    """Answer what nobody foresaw; the server logs it, and no page tells it."""
    shown = _page_or_part(
        request,
        status=500,
        title="The workbench failed",
        message="This is a fault of the workbench itself. What you did may be done or not.",
        hint="Look at the history before you repeat it. Where the workbench was started, the fault is told.",
    )
    dress(shown.headers)  # outside of the guard, which would do so
    return shown


def _page_or_part(
    request: Request,
    *,
    status: int,
    title: str,
    message: str,
    hint: str,
    error: dict[str, Any] | None = None,
    is_page: bool = False,
) -> Response:
    template = "part_error.html" if is_fragment(request) and not is_page else "error.html"
    back = referring_path(request.headers, request.url.path)
    return render(request, template, status=status, title=title, message=message, hint=hint, error=error, back=back)
