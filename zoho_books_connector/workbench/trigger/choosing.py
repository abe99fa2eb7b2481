"""Which connection a page of the trigger is about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.trigger.receiving import Channel
from zoho_books_connector.workbench.web.rendering import bench_of, render


def chosen(request: Request, form: FormData | None = None) -> ConnectionInfo | None:
    """Return the connection that the address or the form names, else the first one; 404 for an unknown one."""
    named = text(form, "connection") if form is not None else request.query_params.get("connection", "")
    connections = bench_of(request).store.list()
    if not named and form is None:
        return connections[0] if connections else None
    found = next((each for each in connections if each.id == named), None)
    if found is None:
        raise HTTPException(404)
    return found


def named(request: Request, form: FormData | None = None) -> ConnectionInfo:
    """Return the connection, which there must be."""
    found = chosen(request, form)
    if found is None:
        raise HTTPException(404)
    return found


def channel_of(request: Request, connection: ConnectionInfo) -> Channel:
    """Return what a connection receives with."""
    found = bench_of(request).receiving.channel(connection.id)
    if found is None:
        raise HTTPException(404)
    return found


def show(request: Request, template: str, connection: ConnectionInfo, *, status: int = 200, **values: Any) -> Response:
    """Return a page of the trigger about a connection."""
    bench = bench_of(request)
    return render(
        request,
        template,
        status=status,
        connection=connection,
        connections=bench.store.list(),
        is_sandbox=is_sandbox(connection),
        **values,
    )


def show_empty(request: Request) -> Response:
    """Return the page for a workbench without a connection."""
    return render(request, "trigger_empty.html")


def is_sandbox(connection: ConnectionInfo) -> bool:
    """Tell whether a connection leads to a sandbox."""
    return connection.region.startswith("sandbox-")


def address(path: str, connection: ConnectionInfo, **more: str) -> str:
    """Return the address of a page about a connection."""
    return f"{path}?{urlencode({'connection': connection.id, **more})}"


def text(form: FormData | None, name: str) -> str:
    """Return what was typed, without the blanks around it."""
    value = form.get(name) if form is not None else None
    return value.strip() if isinstance(value, str) else ""


def texts(form: FormData, name: str) -> list[str]:
    """Return every value of a name, each once."""
    return [*dict.fromkeys(value for value in form.getlist(name) if isinstance(value, str))]


def number(form: FormData, name: str) -> int:
    """Return a whole number; 0 for anything else, which every check refuses."""
    value = text(form, name)
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
