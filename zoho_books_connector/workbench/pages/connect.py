"""Adding a credential: search, form, consent, callback, organization; and the form of one that is stored."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Final

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import CALLBACK, Workbench
from zoho_books_connector.workbench.credentials.form import ORGANIZATION, read
from zoho_books_connector.workbench.credentials.sandbox import lifted, with_client
from zoho_books_connector.workbench.credentials.scopes import Scopes, split
from zoho_books_connector.workbench.credentials.setups import Setup, Unanswerable
from zoho_books_connector.workbench.pages.credential_form import NEW, form_of, render_form, wanted_uses
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, render
from zoho_books_connector.workbench.web.returning import local_path, with_connection

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
        Route("/credentials/{connection}/edit", view(_show_stored)),
        Route("/credentials/{connection}/edit", form_action(_save_stored), methods=["POST"]),
        Route("/credentials/{connection}/authorize", form_action(_authorize), methods=["POST"]),
    ]


def step(request: Request, setup: Setup, query: dict[str, str] | None = None) -> Response:
    """Begin an authorization, or complete it with the callback's query, and show where that has led."""
    bench = bench_of(request)
    with setup.lock:
        try:
            if query is None:
                bench.connecting.begin(setup)
            else:
                bench.connecting.complete(setup, query)
        except ConnectorError as error:
            bench.connecting.refuse(setup, error)
        bench.setups.keep(setup)
    return where(setup)


def find_connection(request: Request) -> ConnectionInfo:
    """Return the connection that the address names; it may have been removed meanwhile."""
    wanted = request.path_params["connection"]
    found = next((each for each in bench_of(request).store.list() if each.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def session_of(request: Request) -> str:
    """Return what binds a setup to the browser that began it."""
    session: str = request.state.session
    return session


def where(setup: Setup) -> Response:
    """Lead to the page that a setup has come to."""
    if setup.done is None:
        return RedirectResponse(f"/credentials/setups/{setup.id}", 303)
    if setup.back is not None:
        return RedirectResponse(with_connection(setup.back, setup.done), 303)
    return RedirectResponse(f"/credentials/{setup.done}?done=saved", 303)


def at_home(request: Request) -> Response | None:
    """Lead to the address that Zoho sends people back to: under another name of this machine they are strangers."""
    bench = bench_of(request)
    if f"{request.url.scheme}://{request.url.netloc}" == bench.settings.url or bench.settings.origin is not None:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{bench.settings.url}{request.url.path}{query}", 307)


def _search(request: Request) -> Response:
    if away := at_home(request):
        return away
    bench = bench_of(request)
    wanted = request.query_params.get("q", "").strip()
    connector = bench.host.manifest()["connector"]
    text = f"{connector['name']} {connector['description']} {connector['category']}".casefold()
    found = [connector] if all(word in text for word in wanted.casefold().split()) else []
    return render(request, "credentials_search.html", wanted=wanted, found=found, back=_back(request.query_params))


def _show_new(request: Request) -> Response:
    if away := at_home(request):
        return away
    form = form_of(bench_of(request))
    return render_form(request, Setup(session_of(request), form.empty(), back=_back(request.query_params)))


def _save_new(request: Request, posted: FormData) -> Response:
    bench = bench_of(request)
    setup = _setup(request, str(posted.get("setup", ""))) or Setup(session_of(request), {})
    if setup.done is not None or setup.old is not None:
        setup = Setup(session_of(request), {})
    _fill(bench, setup, posted)
    return _continue(request, setup, posted)


def _show_stored(request: Request) -> Response:
    if away := at_home(request):
        return away
    bench = bench_of(request)
    old = find_connection(request)
    values = lifted(bench, form_of(bench), bench.store.credential(old.id))
    setup = Setup(session_of(request), values, label=old.label, old=old, back=_back(request.query_params))
    return render_form(request, setup)


def _save_stored(request: Request, posted: FormData) -> Response:
    bench = bench_of(request)
    old = find_connection(request)
    setup = _setup(request, str(posted.get("setup", "")))
    if setup is None or setup.old is None or setup.old.id != old.id or setup.done is not None:
        values = lifted(bench, form_of(bench), bench.store.credential(old.id))
        setup = Setup(session_of(request), values, old=_as_seen(old, posted))
    _fill(bench, setup, posted)
    if posted.get("do") != "save":
        return _continue(request, setup, posted)
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
    return step(request, Setup(session_of(request), values, label=old.label, old=old, back=_back(posted)))


def _continue(request: Request, setup: Setup, posted: FormData) -> Response:
    """Do what the pressed button says: two of them help those without script."""
    bench = bench_of(request)
    if posted.get("do") == "region":
        setup.values |= form_of(bench).urls(str(setup.values.get("region", "")))
    elif posted.get("do") == "scopes":
        scopes = Scopes(bench.host.manifest())
        setup.values["scope"] = scopes.text(wanted_uses(posted), str(setup.values.get("scope", "")))
    else:
        return step(request, setup)
    setup.error = setup.begun = None
    bench.setups.keep(setup)
    return where(setup)


def _fill(bench: Workbench, setup: Setup, posted: FormData) -> None:
    setup.values = with_client(bench, read(posted, setup.values, form_of(bench).empty()))
    setup.values["scope"] = ",".join(split(str(setup.values.get("scope", ""))))
    setup.label = str(posted.get("label", "")).strip()[:200]
    setup.back = local_path(posted.get("back")) or setup.back


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
    setup = _setup(request, request.path_params["setup"])
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
    setup = _setup(request, request.path_params["setup"])
    if setup is None or setup.done is not None or setup.connected is not None:
        return RedirectResponse(f"/credentials/setups/{request.path_params['setup']}", 303)
    return render_form(request, setup)


def _choose(request: Request, posted: FormData) -> Response:
    setup = _setup(request, request.path_params["setup"])
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


def _as_seen(old: ConnectionInfo, posted: FormData) -> ConnectionInfo:
    """Return the connection as it was when the form was opened, so that a change meanwhile is noticed."""
    with suppress(ValueError):
        return replace(old, updated_at=float(str(posted.get("seen", ""))))
    return old


def _setup(request: Request, setup_id: str) -> Setup | None:
    return bench_of(request).setups.find(setup_id, session_of(request))


def _back(given: QueryParams | FormData) -> str | None:
    return local_path(given.get("back"))
