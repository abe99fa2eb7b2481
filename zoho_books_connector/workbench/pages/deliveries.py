"""What arrives, as it arrives: states, reasons, records, and handing events on once more."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.boundary import Event
from zoho_books_connector.errors import FieldFault, InputError, UnavailableError
from zoho_books_connector.trigger.catching_up.allowance import PER_DAY
from zoho_books_connector.workbench.trigger.choosing import (
    address,
    channel_of,
    chosen,
    named,
    show,
    show_empty,
    text,
)
from zoho_books_connector.workbench.trigger.receiving import Channel
from zoho_books_connector.workbench.trigger.rows import STATES, Row, arrived_row, dead_row, refused_row
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import go, moment

PAGE: Final = "/trigger/deliveries"
#: Rows on a page, and of refusals among them.
_ROWS: Final = 50
_REFUSED_ROWS: Final = 20
#: Events that were given up, at most, that are looked at, and shown.
_MOST_DEAD: Final = 10_000
_MOST_DEAD_ROWS: Final = 200
#: Characters of a record that a page shows; the rest is in the download.
_SHOWN: Final = 100_000


def routes() -> list[Route]:
    """Return the routes of deliveries."""
    return [
        Route(PAGE, view(_show)),
        Route(f"{PAGE}/rows", view(_rows)),
        Route(f"{PAGE}/replay", form_action(_replay), methods=["POST"]),
        Route(f"{PAGE}/{{delivery}}", view(_show_one)),
        Route(f"{PAGE}/{{delivery}}/record.json", view(_download)),
    ]


def _show(request: Request) -> Response:
    connection = chosen(request)
    if connection is None:
        return show_empty(request)
    channel = channel_of(request, connection)
    is_dead = request.query_params.get("show") == "dead"
    values = _table(channel, _dead_rows(channel)) if is_dead else _table(channel, *_arrived(channel, _before(request)))
    replayed = request.query_params.get("replayed", "")
    replayed = replayed if replayed.isdecimal() else ""  # an address may say anything
    return show(
        request, "trigger_deliveries.html", connection, is_dead=is_dead, replayed=replayed, error=None, **values
    )


def _rows(request: Request) -> Response:
    """Return the table alone; nothing when it is what the page shows already."""
    connection = named(request)
    channel = channel_of(request, connection)
    try:
        values = _table(channel, *_arrived(channel, None))
    except UnavailableError as error:
        return show(request, "part_trigger_trouble.html", connection, place="deliveries", error=error)
    if request.query_params.get("seen") == values["seen"]:
        return Response(status_code=204)
    return show(request, "part_trigger_deliveries.html", connection, **values)


def _arrived(channel: Channel, before: int | None) -> tuple[list[Row], int | None, bool]:
    """Return a page of rows, where an older one begins, and whether this is the one that grows."""
    entries = channel.inbox.recent(_ROWS, before=before)
    rows = [arrived_row(each) for each in entries]
    if before is None:
        rows += [refused_row(each) for each in channel.refusals()[1][:_REFUSED_ROWS]]
        rows.sort(key=lambda row: row.at, reverse=True)
    return rows, entries[-1].number if len(entries) == _ROWS else None, before is None


def _table(channel: Channel, rows: list[Row], older: int | None = None, is_live: bool = False) -> dict[str, Any]:
    counts, allowance, refused = channel.inbox.counts(), channel.allowance(), channel.refusals()[0]
    shown = repr((rows, counts, refused, allowance.delivered))
    return {
        "rows": rows,
        "older": older,
        "is_live": is_live,
        "counts": counts,
        "refused": refused,
        "allowance": allowance,
        "per_day": PER_DAY,
        "states": STATES,
        "seen": hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:16],
    }


def _dead_rows(channel: Channel) -> list[Row]:
    """Return what was given up, the latest first."""
    return [dead_row(number, each) for number, each in enumerate(reversed(channel.inbox.dead(_MOST_DEAD)))][
        :_MOST_DEAD_ROWS
    ]


def _before(request: Request) -> int | None:
    given = request.query_params.get("before", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


# --- one event ------------------------------------------------------------------------------------------------------


def _show_one(request: Request) -> Response:
    connection = named(request)
    event = _event(request)
    whole = _json(event)
    return show(
        request,
        "trigger_delivery.html",
        connection,
        event=event,
        document=whole[:_SHOWN],
        is_cut=len(whole) > _SHOWN,
        size=len(whole),
        received=moment(_received_at(event)),
    )


def _download(request: Request) -> Response:
    named(request)
    event = _event(request)
    headers = {"content-disposition": 'attachment; filename="event.json"'}
    return Response(_json(event).encode("utf-8", "replace"), media_type="application/json", headers=headers)


def _event(request: Request) -> Event:
    found = channel_of(request, named(request)).inbox.find(request.path_params["delivery"])
    if found is None:
        raise HTTPException(404)
    return found


def _json(event: Event) -> str:
    return json.dumps(asdict(event), indent=2, ensure_ascii=False)


def _received_at(event: Event) -> float | None:
    found = event.delivery.get("received_at")
    return found if isinstance(found, int | float) else None


# --- once more ------------------------------------------------------------------------------------------------------


def _replay(request: Request, form: FormData) -> Response:
    """Hand on once more one event, those of a span, or those that were given up."""
    connection = named(request, form)
    channel = channel_of(request, connection)
    try:
        count = _replayed(channel, form)
    except InputError as error:
        values = _table(channel, *_arrived(channel, None))
        return show(
            request,
            "trigger_deliveries.html",
            connection,
            status=422,
            is_dead=False,
            replayed="",
            error=error,
            **values,
        )
    return go(request, address(PAGE, connection, replayed=str(count)))


def _replayed(channel: Channel, form: FormData) -> int:
    inbox = channel.inbox
    if text(form, "do") == "dead":
        return inbox.replay_dead()
    if text(form, "do") == "span":
        since, until = instant(form, "since"), instant(form, "until")
        if since is None and until is None:
            raise _no_span()
        return inbox.replay(since=since, until=until)
    return inbox.replay([text(form, "delivery")])


def instant(form: FormData, name: str) -> float | None:
    """Return a time in UTC as a browser's field gives it, in unix seconds; raises ``InputError`` for anything else."""
    given = text(form, name)
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        fault = FieldFault(f"/{name}", "must be a date and a time, like 2026-06-11T09:00")
        raise InputError("time_invalid", "A time could not be read.", "Type it again.", fields=(fault,)) from None


def _no_span() -> InputError:
    fault = FieldFault("/since", "must say from when, or until when")
    return InputError("span_missing", "Neither end of the span is given.", "Give one or both.", fields=(fault,))
