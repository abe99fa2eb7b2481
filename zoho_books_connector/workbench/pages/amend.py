"""The form of a credential that is stored: changed as far as no consent is needed, or authorized again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.credentials.sandbox import lifted
from zoho_books_connector.workbench.credentials.setups import Setup
from zoho_books_connector.workbench.pages.credential_form import form_of, render_form
from zoho_books_connector.workbench.pages.setup_steps import (
    at_home,
    back_of,
    fill,
    find_connection,
    go_on,
    session_of,
    setup_of,
    step,
    where,
)
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of


def routes() -> list[Route]:
    """Return the routes that lead from one stored credential to the next."""
    return [
        Route("/credentials/{connection}/edit", view(_show_stored)),
        Route("/credentials/{connection}/edit", form_action(_save_stored), methods=["POST"]),
        Route("/credentials/{connection}/authorize", form_action(_authorize), methods=["POST"]),
    ]


def _show_stored(request: Request) -> Response:
    if away := at_home(request):
        return away
    bench = bench_of(request)
    old = find_connection(request)
    values = lifted(bench, form_of(bench), bench.store.credential(old.id))
    setup = Setup(session_of(request), values, label=old.label, old=old, back=back_of(request.query_params))
    return render_form(request, setup)


def _save_stored(request: Request, posted: FormData) -> Response:
    bench = bench_of(request)
    old = find_connection(request)
    setup = setup_of(request, str(posted.get("setup", "")))
    if setup is None or setup.old is None or setup.old.id != old.id or setup.done is not None:
        values = lifted(bench, form_of(bench), bench.store.credential(old.id))
        setup = Setup(session_of(request), values, old=_as_seen(old, posted))
    fill(bench, setup, posted)
    if posted.get("do") != "save":
        return go_on(request, setup, posted)
    with setup.lock:
        setup.error = None
        try:
            if not bench.connecting.needs_consent(setup):
                bench.connecting.amend(setup)
        except ConnectorError as error:
            bench.connecting.refuse(setup, error)
        bench.setups.keep(setup)
    return where(setup) if setup.done or setup.error else step(request, setup)


def _authorize(request: Request, posted: FormData) -> Response:
    """Authorize a stored connection again, as it is."""
    bench = bench_of(request)
    old = find_connection(request)
    values = lifted(bench, form_of(bench), bench.store.credential(old.id))
    return step(request, Setup(session_of(request), values, label=old.label, old=old, back=back_of(posted)))


def _as_seen(old: ConnectionInfo, posted: FormData) -> ConnectionInfo:
    """Return the connection as it was when the form was opened, so that a change meanwhile is noticed."""
    with suppress(ValueError):
        return replace(old, updated_at=float(str(posted.get("seen", ""))))
    return old
