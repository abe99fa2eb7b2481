"""What every way to a stored connection has in common: the setup of a browser, its steps, and where they lead."""

from __future__ import annotations

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.form import read
from zoho_books_connector.workbench.credentials.sandbox import with_client
from zoho_books_connector.workbench.credentials.scopes import Scopes, split
from zoho_books_connector.workbench.credentials.setups import Setup
from zoho_books_connector.workbench.pages.credential_form import form_of, wanted_uses
from zoho_books_connector.workbench.web.rendering import bench_of
from zoho_books_connector.workbench.web.returning import local_path, with_connection


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


def go_on(request: Request, setup: Setup, posted: FormData) -> Response:
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


def where(setup: Setup) -> Response:
    """Lead to the page that a setup has come to."""
    if setup.done is None:
        return RedirectResponse(f"/credentials/setups/{setup.id}", 303)
    if setup.back is not None:
        return RedirectResponse(with_connection(setup.back, setup.done), 303)
    return RedirectResponse(f"/credentials/{setup.done}?done=saved", 303)


def fill(bench: Workbench, setup: Setup, posted: FormData) -> None:
    """Put what was posted into a setup; what the form did not have stays."""
    setup.values = with_client(bench, read(posted, setup.values, form_of(bench).empty()))
    setup.values["scope"] = ",".join(split(str(setup.values.get("scope", ""))))
    setup.label = str(posted.get("label", "")).strip()[:200]
    setup.back = local_path(posted.get("back")) or setup.back


def setup_of(request: Request, setup_id: str) -> Setup | None:
    """Return a setup of this browser; ``None`` for one that is over, or somebody else's."""
    return bench_of(request).setups.find(setup_id, session_of(request))


def back_of(given: QueryParams | FormData) -> str | None:
    """Return the page that a setup leads back to."""
    return local_path(given.get("back"))


def session_of(request: Request) -> str:
    """Return what binds a setup to the browser that began it."""
    session: str = request.state.session
    return session


def find_connection(request: Request) -> ConnectionInfo:
    """Return the connection that the address names; it may have been removed meanwhile."""
    wanted = request.path_params["connection"]
    found = next((each for each in bench_of(request).store.list() if each.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return found


def at_home(request: Request) -> Response | None:
    """Lead to the address that Zoho sends people back to: under another name of this machine they are strangers."""
    bench = bench_of(request)
    if f"{request.url.scheme}://{request.url.netloc}" == bench.settings.url or bench.settings.origin is not None:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{bench.settings.url}{request.url.path}{query}", 307)
