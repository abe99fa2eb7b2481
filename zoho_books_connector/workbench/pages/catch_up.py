"""The catch-up page: read what was missed within a budget of calls, or ask regularly where no webhook can tell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.boundary import PollingPlan
from zoho_books_connector.errors import InputError, UnavailableError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.pages.deliveries import instant
from zoho_books_connector.workbench.trigger.catch_up_table import RESUMABLE, CatchUp
from zoho_books_connector.workbench.trigger.choosing import (
    address,
    channel_of,
    chosen,
    named,
    number,
    show,
    show_empty,
    text,
    texts,
)
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go

PAGE: Final = "/trigger/catch-up"
#: What stands in the forms before anybody typed. The plan's figure is the one of Zoho's smallest paid plans.
_FIRST: Final = {"most_calls": "100", "interval": "15", "calls_per_day": "2000", "share": "50"} | dict.fromkeys(
    ("whole", "goes_on"), ""
)
_STATES: Final = {
    "running": "reading",
    "complete": "complete",
    "out_of_calls": "calls used up",
    "stopped": "stopped",
    "failed": "failed",
}


def routes() -> list[Route]:
    """Return the routes of catching up."""
    return [
        Route(PAGE, view(_show)),
        Route(PAGE, form_action(_start), methods=["POST"]),
        Route(f"{PAGE}/rows", view(_rows)),
        Route(f"{PAGE}/polling", form_action(_poll), methods=["POST"]),
        Route(f"{PAGE}/{{number:int}}/go-on", form_action(_go_on), methods=["POST"]),
        Route(f"{PAGE}/{{number:int}}/stop", form_action(_stop), methods=["POST"]),
    ]


def _show(request: Request) -> Response:
    connection = chosen(request)
    return show_empty(request) if connection is None else _page(request, connection, {}, [])


def _rows(request: Request) -> Response:
    """Return the progress alone; nothing when it is what the page shows already."""
    connection = named(request)
    try:
        values = _progress(request, connection)
    except UnavailableError as error:
        return show(request, "part_trigger_trouble.html", connection, place="catch-up", error=error)
    if request.query_params.get("seen") == values["seen"]:
        return Response(status_code=204)
    return show(request, "part_trigger_catch_up.html", connection, **values)


def _page(
    request: Request,
    connection: ConnectionInfo,
    filled: Mapping[str, str],
    modules: list[str],
    *,
    error: InputError | None = None,
    error_of: str = "",
    plan: PollingPlan | None = None,
) -> Response:
    bench = bench_of(request)
    trigger = bench.host.manifest()["triggers"]["webhook"]
    subscribed = {
        event.rpartition(".")[0] for each in bench.subscriptions.of(connection.id) for event in each.subscription.events
    }
    return show(
        request,
        "trigger_catch_up.html",
        connection,
        status=422 if error else 200,
        modules=_readable(trigger),
        wanted=modules or sorted(subscribed),
        filled={**_FIRST, "since": _yesterday(), **filled},
        error=error,
        error_of=error_of,
        plan=plan,
        has_complete=any(each.state == "complete" for each in bench.catching_up.table.list(connection.id)),
        **_progress(request, connection),
    )


def _readable(trigger: Mapping[str, Any]) -> dict[str, str]:
    """Return the modules that have a list of their own, with their titles."""
    return {
        key: module["title"]
        for key, module in trigger["modules"].items()
        if module.get("rules", True) and key != "record"
    }


def _progress(request: Request, connection: ConnectionInfo) -> dict[str, Any]:
    table = bench_of(request).catching_up.table
    found, polling = table.list(connection.id), table.polling(connection.id)
    seen = hashlib.sha256(repr((found, polling)).encode()).hexdigest()[:16]
    return {"catch_ups": found, "polling": polling, "states": _STATES, "resumable": RESUMABLE, "seen": seen}


def _start(request: Request, form: FormData) -> Response:
    connection = named(request, form)
    channel_of(request, connection)
    filled = {name: text(form, name) for name in ("since", "most_calls", "whole", "goes_on")}
    modules = texts(form, "modules")
    try:
        since = instant(form, "since")
        bench_of(request).catching_up.start(
            connection.id,
            modules,
            since=since,
            goes_on=bool(filled["goes_on"]),
            is_whole=bool(filled["whole"]),
            most_calls=number(form, "most_calls"),
        )
    except InputError as error:
        told = _undated() if error.code == "since_missing" else error
        return _page(request, connection, filled, modules, error=told, error_of="start")
    return go(request, address(PAGE, connection))


def _yesterday() -> str:
    """Return the time that most want to begin at, as a browser's field takes it."""
    return f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"


def _undated() -> InputError:
    return InputError("since_missing", "It is not said from when on to read.", "Fill in Changed since.")


def _go_on(request: Request, form: FormData) -> Response:
    connection, found = _found(request, form)
    try:
        bench_of(request).catching_up.go_on(found.number, number(form, "most_calls"))
    except InputError as error:
        return _page(request, connection, {}, [], error=error, error_of="start")
    return go(request, address(PAGE, connection))


def _stop(request: Request, form: FormData) -> Response:
    connection, found = _found(request, form)
    bench_of(request).catching_up.stop(found.number)
    return go(request, address(PAGE, connection))


def _found(request: Request, form: FormData) -> tuple[ConnectionInfo, CatchUp]:
    connection = named(request, form)
    found = bench_of(request).catching_up.table.get(request.path_params["number"])
    if found is None or found.connection != connection.id:
        raise HTTPException(404)
    return connection, found


def _poll(request: Request, form: FormData) -> Response:
    """Compute what polling costs, start it, or end it."""
    connection = named(request, form)
    polls = bench_of(request).polls
    if text(form, "do") == "stop":
        polls.stop(connection.id)
        return go(request, address(PAGE, connection))
    filled = {name: text(form, name) for name in ("interval", "calls_per_day", "share")}
    modules = texts(form, "modules")
    try:
        plan = polls.plan(
            modules,
            interval=number(form, "interval") * 60.0,
            calls_per_day=number(form, "calls_per_day"),
            share=number(form, "share") / 100,
        )
    except InputError as error:
        return _page(request, connection, filled, modules, error=error, error_of="polling")
    if text(form, "do") != "start":
        return _page(request, connection, filled, modules, plan=plan)
    polls.start(connection.id, plan)
    return go(request, address(PAGE, connection))
