"""What the account behind a form has of its own, asked for beside the form and put into it when the answer is there.

Two requests: the first waits for the account, and carries nothing; the second takes the form as it is by then, and
brings the end of it drawn anew. So nothing is lost that was typed while the account was asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.accounts import Own
from zoho_books_connector.workbench.forms.composing import compose
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.pages.action_filling import filling_of, run_in
from zoho_books_connector.workbench.pages.action_request import (
    action_of,
    chosen_connection,
    edition_in,
    read_posted,
)
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, render

#: What the script is told when the account has answered, or cannot be asked.
_ANSWERED = "account-answered"


@dataclass(frozen=True)
class Asking:
    """The addresses of a page whose account has yet to be asked."""

    account: str
    own: str


def routes() -> list[Route]:
    """Return the routes that a form asks while it is open."""
    return [
        Route("/actions/{action}/account", view(_ask)),
        Route("/actions/{action}/own", form_action(_own), methods=["POST"]),
    ]


def own_of(request: Request, bench: Workbench, action_id: str, connection: ConnectionInfo | None) -> Own | None:
    """Return what is known of the account; ``None`` where it must be asked. Without scripts a person may wait."""
    if connection is None or not bench.catalogue.depends_on_account(action_id):
        return Own()
    look = bench.accounts.ask if "account" in request.query_params else bench.accounts.known
    return look(connection, bench.catalogue.custom_field_module(action_id))


def asking(request: Request, action_id: str, connection: ConnectionInfo, edition: str | None) -> Asking:
    """Return the addresses for what is not known yet of the account of a page that is drawn for an edition."""
    said = {"connection": connection.id, "edition": edition or ""}
    said |= {name: request.query_params[name] for name in ("draft", "run") if name in request.query_params}
    query = urlencode(said)
    return Asking(f"/actions/{action_id}/account?{query}", f"/actions/{action_id}/own?{query}")


def _ask(request: Request) -> Response:
    """Ask the account, and say that it answered; what it said is kept."""
    bench, action_id = bench_of(request), action_of(request)
    connection = chosen_connection(request, bench.store.list())
    if connection is not None:
        bench.accounts.ask(connection, bench.catalogue.custom_field_module(action_id))
    return Response(status_code=204, headers={"HX-Trigger": _ANSWERED})


def _own(request: Request, posted: FormData) -> Response:
    """Return the end of the form, with the account's own fields and what was typed there."""
    bench, action_id = bench_of(request), action_of(request)
    connection = chosen_connection(request, bench.store.list())
    module = bench.catalogue.custom_field_module(action_id)
    own = bench.accounts.ask(connection, module) if connection else Own()
    reading = read_posted(bench, action_id, posted)
    before = filling_of(request, bench, action_id, connection, run_in(request, bench, action_id))
    draft = Draft(action_id, reading.document, reading.labels, sorted(reading.opened), before.error)
    drawn_for = edition_in(request)
    form = compose(
        bench.catalogue, action_id, draft, replace(own, edition=drawn_for or own.edition), late=not drawn_for
    )
    return render(request, "part_own.html", form=form, asking=None)
