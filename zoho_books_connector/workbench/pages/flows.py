"""The flows: what each waits for and does, what it did last, switched and deleted."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.flows.table import Flow
from zoho_books_connector.workbench.flows.work import CAUSE
from zoho_books_connector.workbench.pages import flow_form
from zoho_books_connector.workbench.pages.runs import STATES, labels_of
from zoho_books_connector.workbench.runs.table import Filter, Run
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go, render


def routes() -> list[Route]:
    """Return the routes of the flows' pages."""
    return [
        Route("/flows", view(_list)),
        Route("/flows/{flow}/switch", form_action(_switch), methods=["POST"]),
        Route("/flows/{flow}/delete", form_action(_delete), methods=["POST"]),
        *flow_form.routes(),
    ]


def _list(request: Request) -> Response:
    bench = bench_of(request)
    flows = bench.flows.table.all()
    return render(
        request,
        "flows.html",
        flows=flows,
        events=bench.flows.event_types(),
        actions=bench.host.manifest()["actions"],
        labels=labels_of(bench),
        unfed={flow.id for flow in flows if not _is_fed(bench, flow)},
        circling={flow.id for flow in flows if flow.is_on and bench.flows.loop(flow.event, flow.action)},
        troubles={flow.id: bench.flows.trouble(flow) for flow in flows},
        last={flow.id: _last_run(bench, flow) for flow in flows},
        states=STATES,
    )


def _last_run(bench: Workbench, flow: Flow) -> Run | None:
    return next(iter(bench.runs.list(Filter(cause=CAUSE, cause_id=flow.id), limit=1)), None)


def _is_fed(bench: Workbench, flow: Flow) -> bool:
    """Tell whether something brings the flow's event: a subscription, or asking regularly."""
    told = (event for each in bench.subscriptions.of(flow.connection) for event in each.subscription.events)
    polling = bench.polls.of(flow.connection)
    return flow.event in told or (polling is not None and flow.event.rpartition(".")[0] in polling.modules)


def _switch(request: Request, form: FormData) -> Response:
    bench = bench_of(request)
    connection = bench.flows.table.switch(request.path_params["flow"], on=form.get("on") == "1")
    flow_form.hand_on_again(bench, connection)
    return go(request, "/flows")


def _delete(request: Request, form: FormData) -> Response:  # noqa: ARG001 - the form says nothing but that it is ours
    bench = bench_of(request)
    connection = bench.flows.table.delete(request.path_params["flow"])
    flow_form.hand_on_again(bench, connection)
    return go(request, "/flows")
