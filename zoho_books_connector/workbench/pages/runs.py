"""The history: runs with their calls, errors and results, what is left of the limits, and cancelling."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.runs.table import Filter, Run
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, is_fragment, render

_ROWS: Final = 50
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
STATES: Final = {
    "running": ("running", "info"),
    "waiting": ("waits", "warning"),
    "done": ("done", "success"),
    "failed": ("failed", "danger"),
    "unknown": ("unknown", "warning"),
}
CAUSES: Final = {"form": "by a form", "again": "run again", "flow": "by a flow"}


def routes() -> list[Route]:
    """Return the routes of the history."""
    return [
        Route("/runs", view(_list)),
        Route("/runs/{run:path}/cancel", form_action(_cancel), methods=["POST"]),
        Route("/runs/{run:path}", view(_show)),
    ]


def labels_of(bench: Workbench) -> dict[str, str]:
    """Return what people call the connections, by id."""
    return {each.id: each.label or each.id[:8] for each in bench.store.list()}


def _list(request: Request) -> Response:
    bench, query = bench_of(request), request.query_params
    chosen = Filter(**{name: query.get(name, "") for name in Filter._fields})
    before = int(query["before"]) if _NUMBER.fullmatch(query.get("before", "")) else None
    found = bench.runs.list(chosen, limit=_ROWS + 1, before=before)
    shown = found[:_ROWS]
    return render(
        request,
        "part_runs.html" if is_fragment(request) else "runs.html",
        runs=shown,
        older=_address(query, before=str(shown[-1].number)) if len(found) > _ROWS else None,
        newest=_address(query) if before is not None else None,
        refreshed=_address(query) if any(run.is_unfinished for run in shown) and before is None else None,
        chosen=chosen,
        filtered=any(chosen),
        titles={name: action["title"] for name, action in bench.host.manifest()["actions"].items()},
        labels=labels_of(bench),
        left=[] if is_fragment(request) else [_left(bench, each.id) for each in bench.store.list()],
        states=STATES,
        causes=CAUSES,
    )


def _show(request: Request) -> Response:
    bench = bench_of(request)
    run = _found(request)
    # A page that is drawn anew while somebody presses a button on it loses that.
    seen = f"{run.state}-{run.attempts}-{len(run.calls)}-{run.is_cancelled:d}"
    if is_fragment(request) and request.query_params.get("seen") == seen:
        return Response(status_code=204)
    action = bench.host.manifest()["actions"].get(run.action)
    labels = labels_of(bench)
    return render(
        request,
        "part_run.html" if is_fragment(request) else "run.html",
        run=run,
        seen=seen,
        title=run.action if action is None else action["title"],
        label=labels.get(run.connection),
        left=bench.quotas.left(run.connection) if run.connection in labels else None,
        states=STATES,
        causes=CAUSES,
        again=f"/actions/{run.action}?{urlencode({'connection': run.connection, 'run': run.id})}",
    )


def _cancel(request: Request, form: FormData) -> Response:  # noqa: ARG001 - the form says nothing but that it is ours
    run = _found(request)
    bench_of(request).runs.cancel(run.id)
    return go(request, f"/runs/{run.id}")


def _found(request: Request) -> Run:
    run = bench_of(request).runs.get(request.path_params["run"])
    if run is None:
        raise HTTPException(404)
    return run


def _left(bench: Workbench, connection: str) -> dict[str, Any]:
    return {"connection": connection, "left": bench.quotas.left(connection)}


def _address(query: QueryParams, **changes: str) -> str:
    values = {name: query[name] for name in Filter._fields if query.get(name)} | changes
    return "/runs" + (f"?{urlencode(values)}" if values else "")
