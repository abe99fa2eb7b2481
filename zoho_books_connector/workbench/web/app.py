"""The application: every page by its address, behind the guard."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.pages import (
    actions,
    amend,
    batch_rows,
    batches,
    by_hand,
    catch_up,
    connect,
    credential_form,
    credentials,
    deliveries,
    flows,
    login,
    pickers,
    runs,
    start,
    trigger,
)
from zoho_books_connector.workbench.trigger.hooks import hook_routes
from zoho_books_connector.workbench.web.failures import show_error, show_fault, show_http_error
from zoho_books_connector.workbench.web.rendering import FOLDER
from zoho_books_connector.workbench.web.security import Guard


class _Files(StaticFiles):
    """Files that a browser keeps, and asks whether they are still the same: another version may be installed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the file, or that it has not changed."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = "no-cache"
        return answer


def create_app(bench: Workbench) -> Starlette:
    """Return the application over an open workbench."""
    app = Starlette(
        routes=[
            *start.routes(),
            *login.routes(),
            *credential_form.routes(),
            *connect.routes(),
            *amend.routes(),
            *credentials.routes(),
            *trigger.routes(),
            *by_hand.routes(),
            *deliveries.routes(),
            *catch_up.routes(),
            *hook_routes(bench),
            *runs.routes(),
            *flows.routes(),
            *batches.routes(),
            *batch_rows.routes(),
            *actions.routes(),
            *pickers.routes(),
            Mount("/static", _Files(directory=FOLDER / "static"), name="static"),
        ],
        middleware=[
            Middleware(Guard, settings=bench.settings, key=bench.session_key),
            Middleware(GZipMiddleware),
        ],
        exception_handlers={ConnectorError: show_error, HTTPException: show_http_error, Exception: show_fault},
    )
    app.state.bench = bench
    return app
