"""What a request to an action's page names: the action, the connection, and the form that was posted."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from zoho_books_connector.errors import InputError
from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.posted import misfit
from zoho_books_connector.workbench.forms.reading import Reading, read_form
from zoho_books_connector.workbench.web.rendering import bench_of

#: Names that the form has besides its fields.
_OTHERS: Final = frozenset({"csrf", "run", "connection", "add", "remove", "open", "to", "drawn_for"})
_LONGEST_ID: Final = 64


def action_of(request: Request) -> str:
    """Return the id of the action; raises ``HTTPException`` for an unknown one."""
    action_id: str = request.path_params["action"]
    if action_id not in bench_of(request).catalogue.actions:
        raise HTTPException(404)
    return action_id


def chosen_connection(request: Request, connections: list[ConnectionInfo]) -> ConnectionInfo | None:
    """Return the connection that the address names, else the first; never another one for one that is gone."""
    if wanted := request.query_params.get("connection", ""):
        return next((each for each in connections if each.id == wanted), None)
    return connections[0] if connections else None


def edition_in(request: Request) -> str | None:
    """Return the country edition for which the page was drawn that asks for a part of itself."""
    wanted = request.query_params.get("edition", "")
    return wanted if wanted in EDITIONS else None


def connection_in(bench: Workbench, reading: Reading) -> ConnectionInfo | None:
    """Return the connection that the form names; ``None`` for one that is gone."""
    wanted = reading.others.get("connection", "")
    return next((each for each in bench.store.list() if each.id == wanted), None)


def was_drawn_for_another(reading: Reading, connection: ConnectionInfo) -> bool:
    """Tell whether the form was filled in for another connection than the one that it names now."""
    return reading.others.get("drawn_for", connection.id) != connection.id


def other_connection() -> InputError:
    """Return the error for a form that was filled in for another connection."""
    return InputError(
        "connection_changed",
        "Nothing was sent: the form was filled in for another connection.",
        "It is now the form of the one that you chose. Look it over, for ids and custom fields are each account's own.",
    )


def run_id_in(reading: Reading) -> str:
    """Return the run's id that the form carried; it need not be one that we drew, but it must look like one."""
    found = reading.others.get("run", "")
    if not found or len(found) > _LONGEST_ID or not found.replace("-", "").replace("_", "").isalnum():
        raise misfit("run")
    return found


def read_posted(bench: Workbench, action_id: str, posted: FormData, *, opened: str = "") -> Reading:
    """Return what was posted, without a row that a button removes; the row ``opened`` stays, even an empty one."""
    removed = text_in(posted, "remove")
    kept = [
        (name, value)
        for name, value in posted.multi_items()
        if not (removed and f"{name[name.find('/') :]}/".startswith(f"{removed}/"))
    ]
    return read_form(bench.catalogue.shape(action_id), kept, _OTHERS, opened=opened)


def text_in(posted: FormData, name: str) -> str:
    """Return one posted text; blank for none."""
    found = posted.get(name)
    return found if isinstance(found, str) else ""


def address_of(action_id: str, connection_id: str, **query: str) -> str:
    """Return the address of an action's page."""
    said = {"connection": connection_id, **query} if connection_id else query
    return f"/actions/{action_id}?{urlencode(said)}"
