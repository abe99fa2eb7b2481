"""The form of a flow: what starts what, then which field goes where; for a new one, and to change one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError, InputError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.documents import fields_of
from zoho_books_connector.workbench.flows.mapping import Source, paths_of
from zoho_books_connector.workbench.flows.table import Flow
from zoho_books_connector.workbench.flows.work import MISFITS, Preview
from zoho_books_connector.workbench.pages.runs import labels_of
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, render

#: A line of the form: the pointer of an input, and where its value comes from; either may be missing yet.
Line = tuple[str, Source]
NEW: Final = "/flows/new"
_CHOICES: Final = ("connection", "event", "action")
#: Lines without a mapping that the form begins with, and that "More rows" adds.
_SPARE: Final = 3
_MOST: Final = 200
_LONGEST: Final = 60
_LONGEST_LABEL: Final = 100


def routes() -> list[Route]:
    """Return the routes of the form."""
    return [
        Route(NEW, view(_new)),
        Route(NEW, form_action(_save_new), methods=["POST"]),
        Route("/flows/{flow}", view(_change)),
        Route("/flows/{flow}", form_action(_save_changed), methods=["POST"]),
    ]


def _new(request: Request) -> Response:
    chosen = {name: request.query_params.get(name, "") for name in _CHOICES}
    if not _can_be_mapped(bench_of(request), chosen):
        return _form(request, chosen)
    return _form(request, chosen, lines=_suggested(request, chosen))


def _change(request: Request) -> Response:
    """Show a flow as it is, or with another event, connection or action; what still fits stays mapped."""
    flow = bench_of(request).flows.table.get(request.path_params["flow"])
    stored = {"connection": flow.connection, "event": flow.event, "action": flow.action}
    chosen = {name: request.query_params.get(name, stored[name]) for name in _CHOICES}
    if not _can_be_mapped(bench_of(request), chosen):
        return _form(request, chosen, flow=flow)
    is_same = chosen["action"] == flow.action
    lines = list(flow.mapping.items()) if is_same else _suggested(request, chosen)
    return _form(request, chosen, flow=flow, lines=lines, label=flow.label)


def _save_new(request: Request, form: FormData) -> Response:
    return _answer(request, form, None)


def _save_changed(request: Request, form: FormData) -> Response:
    return _answer(request, form, bench_of(request).flows.table.get(request.path_params["flow"]))


def _answer(request: Request, form: FormData, flow: Flow | None) -> Response:
    """Save the flow, show what it would do, or add lines: as the button says."""
    flows = bench_of(request).flows
    chosen = {name: _text(form, name) for name in _CHOICES}
    lines, label, do = _lines(form), _text(form, "label")[:_LONGEST_LABEL], _text(form, "do")
    if not _can_be_mapped(bench_of(request), chosen):
        gone = InputError("choice_unknown", "What was chosen is not there any more.", "Choose again what starts what.")
        return _form(request, chosen, flow=flow, error=gone)
    if do == "more":
        return _form(request, chosen, flow=flow, lines=lines, label=label, spare=2 * _SPARE)
    try:
        mapping = _mapping(lines)
        if do == "preview":
            preview = flows.preview(chosen["connection"], chosen["event"], chosen["action"], mapping)
            return _form(request, chosen, flow=flow, lines=lines, label=label, preview=preview)
        if flow is None:
            flows.add(label, **chosen, mapping=mapping)
        else:
            flows.change(flow.id, label, **chosen, mapping=mapping)
            hand_on_again(bench_of(request), flow.connection)
    except InputError as error:
        return _form(request, chosen, flow=flow, lines=lines, label=label, error=error)
    return go(request, "/flows")


def hand_on_again(bench: Workbench, connection: str | None) -> None:
    """Hand on what waits for a flow of the connection to fit, or was given up for it: one of its flows is another."""
    channel = None if connection is None else bench.receiving.channel(connection)
    if channel is not None:
        channel.inbox.replay_failed(MISFITS)


def _form(
    request: Request,
    chosen: Mapping[str, str],
    *,
    flow: Flow | None = None,
    lines: Sequence[Line] | None = None,
    label: str = "",
    spare: int = _SPARE,
    preview: Preview | None = None,
    error: ConnectorError | None = None,
) -> Response:
    bench = bench_of(request)
    return render(
        request,
        "flow.html",
        status=200 if error is None else 422,
        flow=flow,
        address=NEW if flow is None else f"/flows/{flow.id}",
        chosen=chosen,
        labels=labels_of(bench),
        events=bench.flows.event_types(),
        actions=bench.host.manifest()["actions"],
        is_second=lines is not None,
        label=label,
        preview=preview,
        error=error,
        **({} if lines is None else _second(bench, chosen, [*lines, *[("", Source())] * spare])),
    )


def _second(bench: Workbench, chosen: Mapping[str, str], lines: Sequence[Line]) -> dict[str, Any]:
    """Return what the second step shows."""
    fields = fields_of(bench.flows.schema(chosen["action"]))
    paths = [(path, text[:_LONGEST]) for path, text in paths_of(bench.flows.sample(chosen["event"]))]
    return {
        "lines": lines,
        "fields": fields,
        "pointers": {field.pointer for field in fields},
        "paths": paths,
        "known": {path for path, _ in paths},
        "loop": bench.flows.loop(chosen["event"], chosen["action"]),
    }


def _can_be_mapped(bench: Workbench, chosen: Mapping[str, str]) -> bool:
    return (
        chosen["event"] in bench.flows.event_types()
        and chosen["action"] in bench.host.manifest()["actions"]
        and chosen["connection"] in labels_of(bench)
    )


def _suggested(request: Request, chosen: Mapping[str, str]) -> list[Line]:
    """Map what is required to the field of the record that has its name."""
    flows = bench_of(request).flows
    known = {path for path, _ in paths_of(flows.sample(chosen["event"]))}
    required = [field.pointer for field in fields_of(flows.schema(chosen["action"])) if field.is_required]
    named = {pointer: f"record.{pointer.replace('/', '.')}" for pointer in required}
    return [(pointer, Source(path if path in known else "")) for pointer, path in named.items()]


def _lines(form: FormData) -> list[Line]:
    """Return the lines of the form in which something stands."""
    rows = zip(form.getlist("input")[:_MOST], form.getlist("path"), form.getlist("fixed"), strict=False)
    texts = [(str(pointer), str(path), str(fixed).strip()) for pointer, path, fixed in rows]
    return [
        (pointer, Source(path, "" if path else fixed)) for pointer, path, fixed in texts if pointer or path or fixed
    ]


def _mapping(lines: Sequence[Line]) -> dict[str, Source]:
    """Return the lines that are complete; raises ``InputError`` for an input that is filled twice."""
    complete = [(pointer, source) for pointer, source in lines if pointer and any(source)]
    mapping = dict(complete)
    if len(mapping) < len(complete):
        twice = next(pointer for pointer in mapping if [each for each, _ in complete].count(pointer) > 1)
        raise InputError("input_twice", f"Two rows fill {twice}.", "Leave one of them empty.")
    return mapping


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
