"""The actions: which there are, the form of each, running it, and what it brought."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.boundary import Quota
from zoho_books_connector.cli.running import quota_text
from zoho_books_connector.errors import InputError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.accounts import Own
from zoho_books_connector.workbench.forms.blaming import blamed
from zoho_books_connector.workbench.forms.composing import compose
from zoho_books_connector.workbench.forms.custom_check import misfits
from zoho_books_connector.workbench.forms.drafts import Draft, new_id
from zoho_books_connector.workbench.forms.results import lines_of
from zoho_books_connector.workbench.forms.same_run import as_command, as_python
from zoho_books_connector.workbench.forms.sections import CUSTOM_FIELDS
from zoho_books_connector.workbench.pages import action_account, action_drafts
from zoho_books_connector.workbench.pages.action_account import asking, own_of
from zoho_books_connector.workbench.pages.action_filling import filling_of, run_in
from zoho_books_connector.workbench.pages.action_request import (
    action_of,
    address_of,
    chosen_connection,
    connection_in,
    other_connection,
    read_posted,
    run_id_in,
    was_drawn_for_another,
)
from zoho_books_connector.workbench.runs.table import Run
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, moment, render

#: Seconds that a page waits for a run before it shows it as running.
_WAIT: Final = 4.0


def routes() -> list[Route]:
    """Return the routes of the actions' pages."""
    return [
        Route("/actions", view(_list), name="actions"),
        Route("/actions/{action}", view(_show), name="action"),
        Route("/actions/{action}", form_action(_run), methods=["POST"]),
        *action_account.routes(),
        *action_drafts.routes(),
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
        connection=chosen_connection(request, connections),
    )


def _show(request: Request) -> Response:
    bench, action_id = bench_of(request), action_of(request)
    connections = bench.store.list()
    connection = chosen_connection(request, connections)
    run = run_in(request, bench, action_id)
    draft = filling_of(request, bench, action_id, connection, run)
    own = own_of(request, bench, action_id, connection)
    edition = own.edition if own else bench.accounts.known_edition(connection) if connection else None
    page = render(
        request,
        "action.html",
        action_id=action_id,
        action=bench.catalogue.actions[action_id],
        connections=connections,
        connection=connection,
        edition=edition or "",
        form=compose(bench.catalogue, action_id, draft, own or Own(edition)),
        asking=asking(request, action_id, connection, edition) if connection and own is None else None,
        error=draft.error,
        run=run,
        result=_shown(bench, run) if run else None,
        fresh=new_id(),
    )
    # Whoever goes back finds the form as it was left, which browsers do only for what they may keep.
    page.headers["cache-control"] = "private, no-cache"
    return page


def _run(request: Request, posted: FormData) -> Response:
    """Run the action once under the id that was drawn with the form, and show it under an address of its own."""
    bench, action_id = bench_of(request), action_of(request)
    reading = read_posted(bench, action_id, posted)
    run_id, connection = run_id_in(reading), connection_in(bench, reading)
    draft = Draft(action_id, reading.document, reading.labels, sorted(reading.opened))
    if connection is not None and bench.runs.get(run_id) is None:
        bench.drafts.save(draft, run_id)
    try:
        if connection is None:
            raise _no_connection()
        if was_drawn_for_another(reading, connection):
            raise other_connection()
        _check_custom_fields(bench, action_id, connection, reading.document)
        run = bench.runs.perform(run_id, action_id, connection.id, reading.document, wait=_WAIT)
    except InputError as error:
        kept = bench.drafts.save(replace(draft, error=error.to_dict()))
        return go(request, address_of(action_id, reading.others.get("connection", ""), draft=kept))
    # Where there are errors, their summary takes the focus, which browsers do not give beside a fragment.
    fragment = "" if blamed(bench.catalogue.shape(action_id), run.error, run.inputs) else "#result"
    return go(request, address_of(action_id, connection.id, run=run_id) + fragment)


def _check_custom_fields(
    bench: Workbench, action_id: str, connection: ConnectionInfo, document: Mapping[str, Any]
) -> None:
    """Raise ``InputError`` for values that custom fields do not take, as far as the account was asked for them."""
    own = bench.accounts.known(connection, bench.catalogue.custom_field_module(action_id))
    faults = misfits(own.custom.options, document.get(CUSTOM_FIELDS)) if own else ()
    if faults:
        raise InputError(
            "custom_fields_invalid",
            "Custom fields do not take their values.",
            "Correct the inputs; nothing was sent.",
            fields=tuple(faults),
        )


def _no_connection() -> InputError:
    return InputError(
        "connection_missing",
        "There is no such connection any more, so nothing was sent.",
        "Choose another one, or set up a new credential; the form is as you left it.",
    )


def _result(request: Request) -> Response:
    """Return the result of a run, which the page asks for until it has ended."""
    bench = bench_of(request)
    run = bench.runs.get(request.path_params["run"])
    if run is None or run.action != action_of(request):
        raise HTTPException(404)
    return render(request, "part_result.html", run=run, result=_shown(bench, run), error=None)


def _shown(bench: Workbench, run: Run) -> dict[str, Any]:
    """Return what the page shows of a run."""
    connection = next((each for each in bench.store.list() if each.id == run.connection), None)
    at_sandbox = connection is not None and connection.region.startswith("sandbox-")
    sandboxes = bench.host.runtime.http.sandboxes if at_sandbox else ()
    told = run.action, run.connection, run.inputs, bench.home.folder, sandboxes
    again_at = moment(run.again_at)
    result = run.result or {}
    return {
        "title": bench.catalogue.actions[run.action]["title"],
        "lines": lines_of(bench.catalogue.output(run.action, run.inputs), result.get("data", {})),
        "raw": json.dumps(result.get("data"), indent=2, ensure_ascii=False) if run.result else "",
        "warnings": result.get("warnings", []),
        "recovered": result.get("recovered", False),
        "quota": quota_text(Quota(**result["quota"])) if result.get("quota") else "",
        "command": as_command(*told),
        "python": as_python(*told, step=run.id),
        "again_at": f"{again_at} UTC" if again_at else "",
        "faults": [
            (bench.catalogue.place(run.action, fault["pointer"]), fault["message"])
            for fault in (run.error or {}).get("fields", ())
        ],
    }
