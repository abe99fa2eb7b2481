"""Keeps an action's form as a draft, and brings its rows: one more, or the rest of one."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.forms.posted import MOST_ROWS
from zoho_books_connector.workbench.forms.shapes import Field, Rows, is_number
from zoho_books_connector.workbench.pages.action_request import (
    action_of,
    address_of,
    connection_in,
    edition_in,
    other_connection,
    read_posted,
    text_in,
    was_drawn_for_another,
)
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go


def routes() -> list[Route]:
    """Return the routes of drafts and rows."""
    return [
        Route("/actions/{action}/draft", form_action(_keep), methods=["POST"]),
        Route("/actions/{action}/row", view(_row)),
        Route("/actions/{action}/more", view(_more)),
    ]


def _keep(request: Request, posted: FormData) -> Response:
    """Keep the form as a draft: to set up a credential, to use another one, or to change its rows without scripts."""
    bench, action_id = bench_of(request), action_of(request)
    added = text_in(posted, "add")
    reading = read_posted(
        bench, action_id, posted, opened=text_in(posted, "open") or _next_row(bench, action_id, posted, added)
    )
    document = reading.document
    if added and _is_list_of_values(bench, action_id, added):
        document[added[1:]] = [*(document.get(added[1:]) or ()), ""]
    connection = connection_in(bench, reading)
    # What was chosen from the lists of one account means nothing to another one.
    moved = connection is not None and was_drawn_for_another(reading, connection) and bool(reading.labels)
    error = other_connection().to_dict() if moved else None
    draft_id = bench.drafts.save(Draft(action_id, document, reading.labels, sorted(reading.opened), error))
    to = reading.others.get("to")
    if to == "credential":
        back = f"/actions/{action_id}?{urlencode({'draft': draft_id})}"
        return go(request, f"/credentials/new?{urlencode({'back': back})}")
    if to == "account":
        address = address_of(action_id, connection.id if connection else "", draft=draft_id, account="asked")
        return go(request, f"{address}#own")
    anchor = added or text_in(posted, "open") or text_in(posted, "remove").rpartition("/")[0]
    return go(request, address_of(action_id, connection.id if connection else "", draft=draft_id) + f"#{anchor}")


def _row(request: Request) -> Response:
    """Return an empty row of a list."""
    bench, action_id = bench_of(request), action_of(request)
    pointer, index = request.query_params.get("add", ""), request.query_params.get("index", "")
    drawing = bench.catalogue.drawing(action_id, edition_in(request))
    number = int(index) if is_number(index) and len(index) <= len(str(MOST_ROWS)) else MOST_ROWS
    row = drawing.blank_row(pointer, number) if number < MOST_ROWS else None
    if row is None:
        raise HTTPException(404)
    return HTMLResponse(row)


def _more(request: Request) -> Response:
    """Return the fields of a row that few need."""
    bench, action_id = bench_of(request), action_of(request)
    drawing = bench.catalogue.drawing(action_id, edition_in(request))
    fields = drawing.rest_of_row(request.query_params.get("row", ""))
    if fields is None:
        raise HTTPException(404)
    return HTMLResponse(fields)


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
