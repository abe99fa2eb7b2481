"""CSV files: uploaded, their columns matched, tried without a request, run, stopped, resumed, and told row by row."""

from __future__ import annotations

import time
from typing import Final

from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.workbench.batches.reading import MOST_BYTES, MOST_ROWS
from zoho_books_connector.workbench.batches.result import result_of
from zoho_books_connector.workbench.documents import fields_of
from zoho_books_connector.workbench.pages.runs import labels_of
from zoho_books_connector.workbench.runs.quota import Left
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, is_fragment, render

_TOLD: Final = 100
#: Bytes of an upload besides its file.
_AROUND: Final = 100_000
_SAID: Final = {"new": "", "running": "Running", "stopped": "Stopped", "done": "Done"}
#: States of rows as people call them, in the order in which they are told.
STATES: Final = {
    "done": "done",
    "valid": "valid",
    "failed": "failed",
    "invalid": "invalid",
    "unknown": "unknown",
    "running": "running",
    "waiting": "waiting",
    "new": "not begun",
}


def routes() -> list[Route]:
    """Return the routes of the pages for CSV files."""
    return [
        Route("/batches", view(_list)),
        Route("/batches", form_action(_upload, most=MOST_BYTES + _AROUND), methods=["POST"]),
        Route("/batches/{batch}", view(_show)),
        Route("/batches/{batch}/result.csv", view(_result)),
        Route("/batches/{batch}/start", form_action(_start), methods=["POST"]),
        Route("/batches/{batch}/stop", form_action(_stop), methods=["POST"]),
        Route("/batches/{batch}/resume", form_action(_resume), methods=["POST"]),
        Route("/batches/{batch}/repeat", form_action(_repeat), methods=["POST"]),
        Route("/batches/{batch}/delete", form_action(_delete), methods=["POST"]),
    ]


def _list(request: Request) -> Response:
    return _listed(request, request.query_params)


def _listed(request: Request, given: QueryParams | FormData, error: ConnectorError | None = None) -> Response:
    """Show the files, and the form with the action and the connection that were chosen."""
    bench = bench_of(request)
    return render(
        request,
        "batches.html",
        status=200 if error is None else 422,
        batches=bench.batches.table.latest(),
        actions=bench.host.manifest()["actions"],
        labels=labels_of(bench),
        chosen={name: given.get(name, "") for name in ("action", "connection")},
        most_rows=MOST_ROWS,
        most_megabytes=MOST_BYTES // 1_000_000,
        states=STATES,
        error=error,
    )


def _upload(request: Request, form: FormData) -> Response:
    bench, file = bench_of(request), form.get("file")
    action, connection = str(form.get("action", "")), str(form.get("connection", ""))
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise InputError("file_missing", "There is no file.", "Choose a CSV file.")
        if action not in bench.host.manifest()["actions"] or connection not in labels_of(bench):
            raise InputError("choice_missing", "No action or connection is chosen.", "Choose both.")
        content = file.file.read(MOST_BYTES + 1)
        return go(request, f"/batches/{bench.batches.take(file.filename[:100], content, action, connection)}")
    except InputError as error:
        return _listed(request, form, error)


def _show(request: Request) -> Response:
    return _shown(request)


def _shown(request: Request, error: ConnectorError | None = None) -> Response:
    bench = bench_of(request)
    rows, batch = bench.batches.rows, bench.batches.table.get(request.path_params["batch"])
    labels = labels_of(bench)
    left = bench.quotas.left(batch.connection) if batch.connection in labels else None
    is_same = request.query_params.get("seen") == batch.phase
    template = ("part_batch_moving.html" if is_same else "part_batch.html") if is_fragment(request) else "batch.html"
    shown = render(
        request,
        template,
        status=200 if error is None else 422,
        batch=batch,
        title=bench.host.manifest()["actions"].get(batch.action, {}).get("title", batch.action),
        label=labels.get(batch.connection),
        left=left,
        duration=None if left is None else duration(batch.rest, left),
        problems=rows.page(batch.id, states=("invalid", "failed", "unknown"), limit=_TOLD),
        waiting=next(iter(rows.page(batch.id, states=("waiting",), limit=1)), None),
        first=rows.page(batch.id, limit=1),
        fields=fields_of(bench.batches.schema(batch.action)),
        is_open=batch.is_untouched and batch.state != "running",
        states=STATES,
        most_told=_TOLD,
        now=time.time(),
        said=_SAID[batch.state] + (" (checked only, nothing was sent)" if batch.is_dry else ""),
        error=error,
    )
    if template == "part_batch.html":  # what can be done has changed, and not only how far it is
        shown.headers["HX-Retarget"] = "#batch"
    return shown


def duration(rows: int, left: Left) -> str | None:
    """Return how long rows take at the least, with a call for each; ``None`` when that is not worth a word."""
    days = 0.0 if not left.day.limit or rows <= (left.day.remaining or 0) else rows / left.day.limit
    minutes = max(days * 24 * 60, rows / max(left.allowed, 1))
    for name, size in (("days", 24 * 60), ("hours", 60), ("minutes", 1)):
        if minutes > 2 * size:
            return f"{minutes / size:.0f} {name}"
    return None


def _start(request: Request, form: FormData) -> Response:
    bench, batch_id = bench_of(request), request.path_params["batch"]
    batch = bench.batches.table.get(batch_id)
    chosen = {column: str(form.get(f"column-{index}", "")) for index, column in enumerate(batch.columns)}
    grouped_by = str(form.get("grouped_by", "")) or None
    try:
        bench.batches.start(
            batch_id,
            {column: pointer for column, pointer in chosen.items() if pointer},
            grouped_by=grouped_by,
            is_dry=form.get("do") == "dry",
        )
    except InputError as error:
        return _shown(request, error)
    return go(request, f"/batches/{batch_id}")


def _stop(request: Request, form: FormData) -> Response:  # noqa: ARG001 - the form says nothing but that it is ours
    bench_of(request).batches.stop(request.path_params["batch"])
    return go(request, f"/batches/{request.path_params['batch']}")


def _resume(request: Request, form: FormData) -> Response:  # noqa: ARG001 - as above
    bench_of(request).batches.resume_batch(request.path_params["batch"])
    return go(request, f"/batches/{request.path_params['batch']}")


def _repeat(request: Request, form: FormData) -> Response:  # noqa: ARG001 - as above
    bench_of(request).batches.repeat_failed(request.path_params["batch"])
    return go(request, f"/batches/{request.path_params['batch']}")


def _delete(request: Request, form: FormData) -> Response:  # noqa: ARG001 - as above
    bench_of(request).batches.delete(request.path_params["batch"])
    return go(request, "/batches")


def _result(request: Request) -> Response:
    batches = bench_of(request).batches
    batch = batches.table.get(request.path_params["batch"])
    name = f"result-{batch.id[:8]}.csv"
    return StreamingResponse(
        result_of(batches.rows.all(batch.id)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
