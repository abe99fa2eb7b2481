"""The connections: what there is and how it stands, testing, reconnecting and removing it, and the store's keys."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.sandbox import filled_in, renewed
from zoho_books_connector.workbench.credentials.scopes import Scopes
from zoho_books_connector.workbench.credentials.setups import Setup
from zoho_books_connector.workbench.pages.connection_rows import rows
from zoho_books_connector.workbench.pages.credential_form import form_of
from zoho_books_connector.workbench.pages.setup_steps import find_connection, session_of, step, where
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, is_fragment, render
from zoho_books_connector.workbench.web.returning import local_path

#: What was just done → what the page says.
_DONE: Final = {
    "saved": "Saved: the connection test passed.",
    "removed": "The connection was revoked and deleted.",
    "half_removed": "The connection was deleted. Its flows could not be switched off: do that under Flows.",
    "forgotten": "The connection was deleted. It was not revoked.",
    "rewrapped": "Everything is encrypted with the current key now; the older keys are needed no more.",
}


def routes() -> list[Route]:
    """Return the routes of the connections; behind those of ``connect`` and ``amend``, whose addresses are longer."""
    return [
        Route("/credentials", view(_list)),
        Route("/credentials/sandbox", form_action(_connect_sandbox), methods=["POST"]),
        Route("/credentials/rewrap", form_action(_rewrap), methods=["POST"]),
        Route("/credentials/{connection}", view(_show)),
        Route("/credentials/{connection}/test", form_action(_test), methods=["POST"]),
        Route("/credentials/{connection}/reconnect", form_action(_reconnect), methods=["POST"]),
        Route("/credentials/{connection}/remove", view(_confirm)),
        Route("/credentials/{connection}/remove", form_action(_remove), methods=["POST"]),
    ]


def _list(request: Request) -> Response:
    bench = bench_of(request)
    return render(
        request,
        "credentials.html",
        rows=rows(bench),
        done=_done(request),
        keys=bench.store.key_count,
        has_sandbox=bench.sandbox is not None,
    )


def _show(request: Request) -> Response:
    return _render(request, find_connection(request))


def _test(request: Request, posted: FormData) -> Response:
    connection = find_connection(request)
    bench_of(request).connecting.test(connection.id)
    if is_fragment(request):
        back = local_path(posted.get("back"))
        return _render(request, connection, template="part_credentials_tested.html", told=True, back=back)
    return RedirectResponse(f"/credentials/{connection.id}", 303)


def _connect_sandbox(request: Request, posted: FormData) -> Response:
    """Begin with the sandbox's own client; its consent page comes next."""
    bench = bench_of(request)
    values = filled_in(bench, form_of(bench))
    if values is None:
        raise HTTPException(404)
    return step(request, Setup(session_of(request), values, label="Sandbox", back=local_path(posted.get("back"))))


def _reconnect(request: Request, posted: FormData) -> Response:
    """Connect to the sandbox of this process what was connected to an earlier one: without consent, in one click."""
    bench = bench_of(request)
    old = find_connection(request)
    found = renewed(bench, form_of(bench), bench.store.credential(old.id))
    if found is None:
        raise HTTPException(404)
    values, code = found
    setup = Setup(session_of(request), values, label=old.label, old=old, back=local_path(posted.get("back")))
    with setup.lock:
        try:
            bench.connecting.redeem(setup, code)
        except ConnectorError as error:
            setup.error = error
        bench.setups.keep(setup)
    return where(setup)


def _confirm(request: Request) -> Response:
    return _render_remove(request, find_connection(request))


def _remove(request: Request, posted: FormData) -> Response:
    bench = bench_of(request)
    connection = find_connection(request)
    unrevoked = posted.get("do") == "forget"
    try:
        bench.connecting.remove(connection.id, unrevoked=unrevoked)
    except ConnectorError as error:
        return _render_remove(request, connection, error)
    done = "forgotten" if unrevoked else "removed"
    try:
        _end_what_used(bench, connection.id)
    except ConnectorError:
        done = "half_removed"
    return RedirectResponse(f"/credentials?done={done}", 303)


def _end_what_used(bench: Workbench, connection_id: str) -> None:
    """End what would work with a connection that is gone; runs and rows that wait for it fail by themselves."""
    for label in bench.home.subscribed(connection_id):
        bench.subscriptions.forget(connection_id, label)
    bench.polls.stop(connection_id)
    for flow in bench.flows.table.of(connection_id):
        bench.flows.table.switch(flow.id, on=False)


def _rewrap(request: Request, _posted: FormData) -> Response:
    bench_of(request).store.rewrap()
    bench_of(request).home.subscriptions().rewrap()
    return RedirectResponse("/credentials?done=rewrapped", 303)


def _render_remove(request: Request, connection: ConnectionInfo, error: ConnectorError | None = None) -> Response:
    bench = bench_of(request)
    values = {
        "error": error,
        "subscribed": bench.home.subscribed(connection.id),
        "flows": [flow for flow in bench.flows.table.of(connection.id) if flow.is_on],
        "is_polled": bench.polls.of(connection.id) is not None,
    }
    return _render(request, connection, template="credentials_remove.html", status=409 if error else 200, **values)


def _render(
    request: Request,
    connection: ConnectionInfo,
    *,
    template: str = "credentials_one.html",
    status: int = 200,
    **values: object,
) -> Response:
    bench = bench_of(request)
    manifest = bench.host.manifest()
    row = next((each for each in rows(bench) if each.id == connection.id), None)
    if row is None:
        raise HTTPException(404)
    lacking = Scopes(manifest).lacking(row.standing.missing_scopes) if row.standing else {}
    shown = {"told": False, "back": local_path(request.query_params.get("back")), **values}
    return render(
        request,
        template,
        status=status,
        row=row,
        lacking=lacking,
        actions=manifest["actions"],
        done=_done(request),
        **shown,
    )


def _done(request: Request) -> str | None:
    return _DONE.get(request.query_params.get("done", ""))
