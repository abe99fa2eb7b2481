"""The steps for a person, and the secrets in them, which leave the server one by one when a form asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.boundary import ManualEvent, ManualStep, ManualValue
from zoho_books_connector.workbench.trigger.choosing import named, show, text
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, is_fragment, render

PAGE: Final = "/trigger/manual"


def routes() -> list[Route]:
    """Return the routes of the steps."""
    return [
        Route(PAGE, view(_show)),
        Route("/trigger/secret", form_action(_secret), methods=["POST"]),
    ]


def _show(request: Request) -> Response:
    connection = named(request)
    subscriptions = bench_of(request).subscriptions
    stored = subscriptions.find(connection.id, request.query_params.get("label", ""))
    manual = subscriptions.manual(connection.id, stored.label)
    return show(request, "trigger_manual.html", connection, stored=stored, masked=masked(manual))


def _secret(request: Request, form: FormData) -> Response:
    """Hand out one secret value, which nothing but a form of this session gets."""
    connection = named(request, form)
    wanted = bench_of(request).subscriptions.find(connection.id, text(form, "label")).subscription
    values = {"secret": wanted.secret, "header_token": wanted.header_token}
    name, place = text(form, "name"), text(form, "place")
    if name not in values or not (place.isascii() and place.replace("-", "").isalnum()):
        raise HTTPException(404)
    title = text(form, "title")[:100]
    template = "part_trigger_secret.html" if is_fragment(request) else "trigger_secret.html"
    return render(request, template, value=values[name], place=place, title=title, connection=connection)


def masked(manual: Sequence[ManualEvent]) -> list[dict[str, Any]]:
    """Return the steps for a page: of a secret value only which one it is."""
    return [{"event": each.event, "steps": [_step(step) for step in each.steps]} for each in manual]


def _step(step: ManualStep) -> dict[str, Any]:
    shown = {name: getattr(step, name) for name in ("title", "text", "link", "mistakes")}
    return shown | {"values": [_value(step, value) for value in step.values]}


def _value(step: ManualStep, value: ManualValue) -> dict[str, str]:
    # A step that asks for a secret bears its name.
    return {"label": value.label} | ({"secret": step.id} if value.is_secret else {"value": value.value})
