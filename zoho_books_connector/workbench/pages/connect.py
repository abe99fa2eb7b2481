"""Adding a credential: search, form, consent, callback, organization."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.bench import CALLBACK
from zoho_books_connector.workbench.credentials.form import ORGANIZATION
from zoho_books_connector.workbench.credentials.setups import Setup, Unanswerable
from zoho_books_connector.workbench.pages.credential_form import NEW, form_of, render_form
from zoho_books_connector.workbench.pages.setup_steps import (
    at_home,
    back_of,
    fill,
    go_on,
    session_of,
    setup_of,
    step,
    where,
)
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, render

_SETUP: Final = "/credentials/setups/{setup}"


def routes() -> list[Route]:
    """Return the routes that lead to a stored connection."""
    return [
        Route("/credentials/new", view(_search)),
        Route(NEW, view(_show_new)),
        Route(NEW, form_action(_save_new), methods=["POST"]),
        Route(CALLBACK, view(_receive)),
        Route(_SETUP, view(_show_setup)),
        Route(_SETUP + "/form", view(_show_form)),
        Route(_SETUP + "/organization", form_action(_choose), methods=["POST"]),
    ]


def _search(request: Request) -> Response:
    if away := at_home(request):
        return away
    bench = bench_of(request)
    wanted = request.query_params.get("q", "").strip()
    connector = bench.host.manifest()["connector"]
    text = f"{connector['name']} {connector['description']} {connector['category']}".casefold()
    found = [connector] if all(word in text for word in wanted.casefold().split()) else []
    return render(request, "credentials_search.html", wanted=wanted, found=found, back=back_of(request.query_params))


def _show_new(request: Request) -> Response:
    if away := at_home(request):
        return away
    form = form_of(bench_of(request))
    return render_form(request, Setup(session_of(request), form.empty(), back=back_of(request.query_params)))


def _save_new(request: Request, posted: FormData) -> Response:
    bench = bench_of(request)
    setup = setup_of(request, str(posted.get("setup", ""))) or Setup(session_of(request), {})
    if setup.done is not None or setup.old is not None:
        setup = Setup(session_of(request), {})
    fill(bench, setup, posted)
    return go_on(request, setup, posted)


def _receive(request: Request) -> Response:
    """Take the answer of the consent page."""
    bench = bench_of(request)
    query = dict(request.query_params)
    answered = bench.setups.answered(query, session_of(request))
    if isinstance(answered, Unanswerable):
        setup = answered.setup
        further = "/credentials" if setup is None else where(setup).headers["location"]
        return render(request, "credentials_callback.html", status=400, why=answered.why, further=further)
    return step(request, answered, query)


def _show_setup(request: Request) -> Response:
    setup = setup_of(request, request.path_params["setup"])
    if setup is None:
        return render(request, "credentials_callback.html", status=410, why="over", further="/credentials/new")
    if setup.done is not None:
        return where(setup)
    if setup.connected is not None:
        return _render_organizations(request, setup)
    if setup.begun is not None and setup.error is None:
        return render(request, "credentials_leave.html", begun=setup.begun, setup=setup)
    return render_form(request, setup)


def _show_form(request: Request) -> Response:
    """Show the form again before consent; what it then sends begins anew."""
    setup = setup_of(request, request.path_params["setup"])
    if setup is None or setup.done is not None or setup.connected is not None:
        return RedirectResponse(f"/credentials/setups/{request.path_params['setup']}", 303)
    return render_form(request, setup)


def _choose(request: Request, posted: FormData) -> Response:
    setup = setup_of(request, request.path_params["setup"])
    if setup is None:
        return render(request, "credentials_callback.html", status=410, why="over", further="/credentials/new")
    bench = bench_of(request)
    with setup.lock:
        if setup.done is None and setup.connected is not None:
            setup.error = None
            try:
                bench.connecting.choose(setup, str(posted.get(ORGANIZATION, "")).strip())
            except ConnectorError as error:
                setup.error = error
    return where(setup)


def _render_organizations(request: Request, setup: Setup) -> Response:
    assert setup.connected is not None  # noqa: S101 - only then an organization is open
    return render(
        request,
        "credentials_organization.html",
        setup=setup,
        organizations=setup.connected.organizations,
        warnings=setup.connected.warnings,
        chosen=setup.connected.credential.get(ORGANIZATION),
        error=setup.error,
    )
