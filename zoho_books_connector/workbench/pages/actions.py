"""The actions: which there are, the form of each, running it, and what it brought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from zoho_books_connector.boundary import Option, Quota
from zoho_books_connector.cli.running import quota_text
from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.composing import compose
from zoho_books_connector.workbench.forms.drafts import Draft, new_id
from zoho_books_connector.workbench.forms.reading import MOST_ROWS, Reading, misfit, read_form
from zoho_books_connector.workbench.forms.results import lines_of
from zoho_books_connector.workbench.forms.same_run import as_command, as_python
from zoho_books_connector.workbench.forms.sampling import Sampler
from zoho_books_connector.workbench.forms.sections import named
from zoho_books_connector.workbench.forms.shapes import Field, Rows, is_number
from zoho_books_connector.workbench.run_table import Run
from zoho_books_connector.workbench.web import bench_of, form_action, go, render, view

#: Names that the form has besides its fields.
_OTHERS: Final = frozenset({"csrf", "run", "connection", "add", "remove", "open", "to"})
#: Seconds that a page waits for a run before it shows it as running.
_WAIT: Final = 8.0
_LONGEST_ID: Final = 64


def routes() -> list[Route]:
    """Return the routes of the actions' pages."""
    return [
        Route("/actions", view(_list), name="actions"),
        Route("/actions/{action}", view(_show), name="action"),
        Route("/actions/{action}", form_action(_run), methods=["POST"]),
        Route("/actions/{action}/draft", form_action(_keep), methods=["POST"]),
        Route("/actions/{action}/row", view(_row)),
        Route("/actions/{action}/more", view(_more)),
        Route("/actions/{action}/result/{run}", view(_result)),
    ]


def _list(request: Request) -> Response:
    bench = bench_of(request)
    connections = bench.store.list()
    return render(
        request,
        "actions.html",
        categories=bench.catalogue.by_category(),
        connections=connections,
        connection=_chosen(request, connections),
    )


def _show(request: Request) -> Response:
    bench, action_id = bench_of(request), _action(request)
    connections = bench.store.list()
    connection = _chosen(request, connections)
    run = bench.runs.get(request.query_params.get("run", ""))
    if run is not None and run.action != action_id:
        run = None
    draft = _draft(request, bench, action_id, connection, run)
    form = compose(bench.catalogue, bench.accounts, action_id, connection, draft)
    return render(
        request,
        "action.html",
        action_id=action_id,
        action=bench.catalogue.actions[action_id],
        connections=connections,
        connection=connection,
        edition=named(form.edition) if form.edition else "",
        form=form,
        error=draft.error,
        run=run,
        result=_shown(bench, run) if run else None,
        fresh=new_id(),
    )


def _run(request: Request, posted: FormData) -> Response:
    """Run the action once under the id that was drawn with the form, and show it under an address of its own."""
    bench, action_id = bench_of(request), _action(request)
    reading = _read(bench, action_id, posted)
    run_id, connection = _id_in(reading, "run"), _connection_in(bench, reading)
    if connection is None:
        raise HTTPException(409, "Choose a connection first.")
    bench.drafts.save(Draft(action_id, reading.document, reading.labels, sorted(reading.opened)), run_id)
    try:
        bench.runs.perform(run_id, action_id, connection.id, reading.document, wait=_WAIT)
    except InputError as error:
        draft = Draft(action_id, reading.document, reading.labels, sorted(reading.opened), error.to_dict())
        return go(request, _address(action_id, connection.id, draft=bench.drafts.save(draft)))
    return go(request, _address(action_id, connection.id, run=run_id) + "#result")


def _keep(request: Request, posted: FormData) -> Response:
    """Keep the form as a draft: to set up a credential, to use another one, or to change its rows without scripts."""
    bench, action_id = bench_of(request), _action(request)
    added = _text(posted, "add")
    reading = _read(
        bench, action_id, posted, opened=_text(posted, "open") or _next_row(bench, action_id, posted, added)
    )
    document = reading.document
    if added and _is_list_of_values(bench, action_id, added):
        document.setdefault(added[1:], []).append("")
    draft_id = bench.drafts.save(Draft(action_id, document, reading.labels, sorted(reading.opened)))
    connection = _connection_in(bench, reading)
    if reading.others.get("to") == "credential":
        back = f"/actions/{action_id}?{urlencode({'draft': draft_id})}"
        return go(request, f"/credentials/new?{urlencode({'back': back})}")
    anchor = added or _text(posted, "open") or _text(posted, "remove").rpartition("/")[0]
    return go(request, _address(action_id, connection.id if connection else "", draft=draft_id) + f"#{anchor}")


def _row(request: Request) -> Response:
    """Return an empty row of a list."""
    bench, action_id = bench_of(request), _action(request)
    pointer, index = request.query_params.get("add", ""), request.query_params.get("index", "")
    drawing = bench.catalogue.drawing(action_id, _edition(request, bench))
    number = int(index) if is_number(index) and len(index) <= len(str(MOST_ROWS)) else MOST_ROWS
    row = drawing.blank_row(pointer, number) if number < MOST_ROWS else None
    if row is None:
        raise HTTPException(404)
    return HTMLResponse(row)


def _more(request: Request) -> Response:
    """Return the fields of a row that few need."""
    bench, action_id = bench_of(request), _action(request)
    drawing = bench.catalogue.drawing(action_id, _edition(request, bench))
    fields = drawing.rest_of_row(request.query_params.get("row", ""))
    if fields is None:
        raise HTTPException(404)
    return HTMLResponse(fields)


def _result(request: Request) -> Response:
    """Return the result of a run, which the page asks for until it has ended."""
    bench = bench_of(request)
    run = bench.runs.get(request.path_params["run"])
    if run is None or run.action != _action(request):
        raise HTTPException(404)
    return render(request, "part_result.html", run=run, result=_shown(bench, run))


def _shown(bench: Workbench, run: Run) -> dict[str, Any]:
    """Return what the page shows of a run."""
    connection = next((each for each in bench.store.list() if each.id == run.connection), None)
    at_sandbox = connection is not None and connection.region.startswith("sandbox-")
    sandboxes = bench.host.runtime.http.sandboxes if at_sandbox else ()
    told = run.action, run.connection, run.inputs, bench.home.folder, sandboxes
    result = run.result or {}
    return {
        "title": bench.catalogue.actions[run.action]["title"],
        "lines": lines_of(bench.catalogue.output(run.action, run.inputs), result.get("data", {})),
        "raw": json.dumps(result.get("data"), indent=2, ensure_ascii=False) if run.result else "",
        "warnings": result.get("warnings", []),
        "recovered": result.get("recovered", False),
        "quota": quota_text(Quota(**result["quota"])) if result.get("quota") else "",
        "command": as_command(*told),
        "python": as_python(*told),
        "faults": [
            (bench.catalogue.place(run.action, fault["pointer"]), fault["message"])
            for fault in (run.error or {}).get("fields", ())
        ],
    }


def _draft(
    request: Request, bench: Workbench, action_id: str, connection: ConnectionInfo | None, run: Run | None
) -> Draft:
    """Return what the form shows: a draft, the inputs of a run, the sample, or nothing."""
    if run is not None:
        kept = bench.drafts.get(run.id, action_id)
        error = run.error if run.error and run.error.get("fields") else None
        return Draft(action_id, run.inputs, kept.labels if kept else {}, kept.opened if kept else [], error)
    if draft := bench.drafts.get(request.query_params.get("draft", ""), action_id):
        return draft
    if "sample" in request.query_params:
        return _sample(bench, action_id, connection)
    return Draft(action_id, {})


def _sample(bench: Workbench, action_id: str, connection: ConnectionInfo | None) -> Draft:
    def choices(source: str, depends: Mapping[str, Any]) -> tuple[Option, ...]:
        if connection is None:
            return ()
        try:
            return bench.accounts.choices(source, connection.id, depends=depends).options
        except ConnectorError:
            return ()  # the sample's own id stays, and the person chooses

    sampler = Sampler(choices)
    return Draft(
        action_id, sampler.fill(bench.catalogue.shape(action_id), bench.catalogue.sample(action_id)), sampler.labels
    )


def _action(request: Request) -> str:
    action_id: str = request.path_params["action"]
    if action_id not in bench_of(request).catalogue.actions:
        raise HTTPException(404)
    return action_id


def _chosen(request: Request, connections: list[ConnectionInfo]) -> ConnectionInfo | None:
    """Return the connection that the address names, else the only one."""
    wanted = request.query_params.get("connection", "")
    found = next((each for each in connections if each.id == wanted), None)
    return found or (connections[0] if connections else None)


def _edition(request: Request, bench: Workbench) -> str | None:
    connection = _chosen(request, bench.store.list())
    return bench.accounts.edition(connection.id, connection.organization_id) if connection else None


def _read(bench: Workbench, action_id: str, posted: FormData, *, opened: str = "") -> Reading:
    removed = _text(posted, "remove")
    kept = [
        (name, value)
        for name, value in posted.multi_items()
        if not (removed and f"{name[name.find('/') :]}/".startswith(f"{removed}/"))
    ]
    return read_form(bench.catalogue.shape(action_id), kept, _OTHERS, opened=opened)


def _next_row(bench: Workbench, action_id: str, posted: FormData, pointer: str) -> str:
    """Return the place of a new row after those that were posted; nothing for lists of plain values."""
    if not pointer or _is_list_of_values(bench, action_id, pointer):
        return ""
    within = f"{pointer}/"
    places = (name[name.find("/") :] for name in posted)
    numbers = [place[len(within) :].split("/")[0] for place in places if place.startswith(within)]
    last = max(
        (int(number) for number in numbers if is_number(number) and len(number) <= len(str(MOST_ROWS))), default=-1
    )
    return f"{pointer}/{last + 1}"


def _is_list_of_values(bench: Workbench, action_id: str, pointer: str) -> bool:
    part = bench.catalogue.shape(action_id).by_name.get(pointer[1:])
    return isinstance(part, Rows) and isinstance(part.entry, Field)


def _text(posted: FormData, name: str) -> str:
    found = posted.get(name)
    return found if isinstance(found, str) else ""


def _id_in(reading: Reading, name: str) -> str:
    """Return an id that the form carried; it need not be one that we drew, but it must look like one."""
    found = reading.others.get(name, "")
    if not found or len(found) > _LONGEST_ID or not found.replace("-", "").replace("_", "").isalnum():
        raise misfit(name)
    return found


def _connection_in(bench: Workbench, reading: Reading) -> ConnectionInfo | None:
    wanted = reading.others.get("connection", "")
    return next((each for each in bench.store.list() if each.id == wanted), None)


def _address(action_id: str, connection_id: str, **query: str) -> str:
    said = {"connection": connection_id, **query} if connection_id else query
    return f"/actions/{action_id}?{urlencode(said)}"
