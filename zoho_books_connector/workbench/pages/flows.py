"""Flows: made in two steps (what starts what, then which field goes where), switched, and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.documents import fields_of
from zoho_books_connector.workbench.flows.mapping import Source, paths_of
from zoho_books_connector.workbench.flows.table import Flow
from zoho_books_connector.workbench.flows.work import Preview
from zoho_books_connector.workbench.pages.runs import labels_of
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, render

#: Rows without a mapping that the form begins with, and that "More rows" adds.
_SPARE: Final = 3
_MOST: Final = 200
_LONGEST: Final = 60


def routes() -> list[Route]:
    """Return the routes of the flows' pages."""
    return [
        Route("/flows", view(_list)),
        Route("/flows/new", view(_new)),
        Route("/flows/new", form_action(_add), methods=["POST"]),
        Route("/flows/{flow}/switch", form_action(_switch), methods=["POST"]),
        Route("/flows/{flow}/delete", form_action(_delete), methods=["POST"]),
    ]


def _list(request: Request) -> Response:
    bench = bench_of(request)
    return render(
        request,
        "flows.html",
        flows=bench.flows.table.all(),
        events=bench.flows.event_types(),
        actions=bench.host.manifest()["actions"],
        labels=labels_of(bench),
        unfed={flow.id for flow in bench.flows.table.all() if not _is_fed(bench, flow)},
    )


def _is_fed(bench: Workbench, flow: Flow) -> bool:
    """Tell whether something brings the flow's event: a subscription, or asking regularly."""
    told = (event for each in bench.subscriptions.of(flow.connection) for event in each.subscription.events)
    polling = bench.polls.of(flow.connection)
    return flow.event in told or (polling is not None and flow.event.rpartition(".")[0] in polling.modules)


def _new(request: Request) -> Response:
    query = request.query_params
    chosen = {name: query.get(name, "") for name in ("connection", "event", "action")}
    bench = bench_of(request)
    is_chosen = chosen["event"] in bench.flows.event_types() and chosen["action"] in bench.host.manifest()["actions"]
    if not is_chosen or chosen["connection"] not in labels_of(bench):
        return _form(request, chosen)
    return _form(request, chosen, mapping=_suggested(request, chosen), spare=_SPARE)


def _add(request: Request, form: FormData) -> Response:
    """Save the flow, show what it would do, or add rows: as the button says."""
    bench = bench_of(request)
    chosen = {name: _text(form, name) for name in ("connection", "event", "action")}
    mapping, label, do = _mapping(form), _text(form, "label"), _text(form, "do")
    if do == "more":
        return _form(request, chosen, mapping=mapping, label=label, spare=2 * _SPARE)
    if do == "preview":
        preview = bench.flows.preview(chosen["connection"], chosen["event"], chosen["action"], mapping)
        return _form(request, chosen, mapping=mapping, label=label, spare=_SPARE, preview=preview)
    if chosen["connection"] not in labels_of(bench):
        error = InputError("connection_unknown", "The connection is not there any more.", "Choose another one.")
        return _form(request, chosen, error=error)
    try:
        bench.flows.add(label, chosen["connection"], chosen["event"], chosen["action"], mapping)
    except InputError as error:
        return _form(request, chosen, mapping=mapping, label=label, spare=_SPARE, error=error)
    return go(request, "/flows")


def _switch(request: Request, form: FormData) -> Response:
    bench_of(request).flows.table.switch(request.path_params["flow"], on=_text(form, "on") == "1")
    return go(request, "/flows")


def _delete(request: Request, form: FormData) -> Response:  # noqa: ARG001 - the form says nothing but that it is ours
    bench_of(request).flows.table.delete(request.path_params["flow"])
    return go(request, "/flows")


def _form(
    request: Request,
    chosen: Mapping[str, str],
    *,
    mapping: Mapping[str, Source] | None = None,
    label: str = "",
    spare: int = 0,
    preview: Preview | None = None,
    error: ConnectorError | None = None,
) -> Response:
    bench = bench_of(request)
    is_second = mapping is not None
    return render(
        request,
        "flow.html",
        status=200 if error is None else 422,
        chosen=chosen,
        labels=labels_of(bench),
        events=bench.flows.event_types(),
        actions=bench.host.manifest()["actions"],
        rows=[*(mapping or {}).items(), *[("", Source())] * spare] if is_second else [],
        is_second=is_second,
        fields=fields_of(bench.flows.schema(chosen["action"])) if is_second else [],
        paths=[(path, text[:_LONGEST]) for path, text in paths_of(bench.flows.sample(chosen["event"]))]
        if is_second
        else [],
        loop=bench.flows.loop(chosen["event"], chosen["action"]) if is_second else [],
        label=label,
        preview=preview,
        error=error,
    )


def _suggested(request: Request, chosen: Mapping[str, str]) -> dict[str, Source]:
    """Map what is required to the field of the record that has its name."""
    flows = bench_of(request).flows
    known = {path for path, _ in paths_of(flows.sample(chosen["event"]))}
    required = [field.pointer for field in fields_of(flows.schema(chosen["action"])) if field.is_required]
    named = {pointer: f"record.{pointer.replace('/', '.')}" for pointer in required}
    return {pointer: Source(path if path in known else "") for pointer, path in named.items()}


def _mapping(form: FormData) -> dict[str, Source]:
    """Return the rows of the form that name an input and where its value comes from; the last one counts."""
    rows = zip(form.getlist("input")[:_MOST], form.getlist("path"), form.getlist("fixed"), strict=False)
    texts = [(str(pointer), str(path), str(fixed).strip()) for pointer, path, fixed in rows]
    return {
        pointer: Source(path, "" if path else fixed) for pointer, path, fixed in texts if pointer and (path or fixed)
    }


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
