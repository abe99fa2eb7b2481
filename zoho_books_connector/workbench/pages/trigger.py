"""The trigger page: subscribe to events, look what drifted, replace the secret, and take everything away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.boundary import Subscribed
from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.stores import ConnectionInfo, StoredSubscription
from zoho_books_connector.workbench.pages.by_hand import PAGE as BY_HAND
from zoho_books_connector.workbench.pages.by_hand import masked
from zoho_books_connector.workbench.settings import LOOPBACK
from zoho_books_connector.workbench.trigger.choosing import (
    address,
    chosen,
    is_sandbox,
    named,
    number,
    show,
    show_empty,
    text,
    texts,
)
from zoho_books_connector.workbench.trigger.hooks import hook_path
from zoho_books_connector.workbench.trigger.subscriptions import Wish
from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, go

PAGE: Final = "/trigger"
#: What the command line calls a subscription, too.
_LABEL: Final = "Connector"
#: Modules that stand above the fold.
_USUAL: Final = ("contact", "item", "sales_order", "invoice", "customer_payment", "estimate", "bill", "purchase_order")


@dataclass(frozen=True)
class Row:
    """A module of the form with the types of its events, by verb."""

    key: str
    title: str
    types: tuple[tuple[str, str, str], ...]


def routes() -> list[Route]:
    """Return the routes of subscriptions."""
    posts: dict[str, Callable[[Request, FormData], Response]] = {
        "subscribe": _subscribe,
        "check": _check,
        "repair": _repair,
        "rotate": _rotate,
        "former": _end_former,
        "unsubscribe": _unsubscribe,
    }
    return [
        Route(PAGE, view(_show), name="trigger"),
        Route(f"{PAGE}/unsubscribe", view(_ask_to_unsubscribe)),
        *(Route(f"{PAGE}/{name}", form_action(function), methods=["POST"]) for name, function in posts.items()),
    ]


def _show(request: Request) -> Response:
    connection = chosen(request)
    if connection is None:
        return show_empty(request)
    stored = bench_of(request).subscriptions.of(connection.id)
    label = request.query_params.get("label") or (stored[0].label if stored else "")
    shown = next((each for each in stored if each.label == label), None)
    return _form(request, connection, _wish_of(request, connection, shown))


# --- subscribing ----------------------------------------------------------------------------------------------------


def _subscribe(request: Request, form: FormData) -> Response:
    """Show what would be set up, set it up, or keep it for a person to set up."""
    connection = named(request, form)
    wish = _filled_in(request, form, connection)
    subscriptions = bench_of(request).subscriptions
    try:
        _require_reachable(wish.url, connection)
        if text(form, "do") == "hand":
            subscriptions.keep_by_hand(wish)
            return go(request, address(BY_HAND, connection, label=wish.label))
        done = subscriptions.subscribe(wish) if text(form, "do") == "now" else subscriptions.dry_run(wish)
    except InputError as error:
        return _form(request, connection, wish, error=error)
    return _tell(request, connection, wish, done)


def _repair(request: Request, form: FormData) -> Response:
    connection, label = named(request, form), text(form, "label")
    subscriptions = bench_of(request).subscriptions
    done = subscriptions.repair(connection.id, label)
    return _tell(request, connection, _wish_of(request, connection, subscriptions.find(connection.id, label)), done)


def _tell(request: Request, connection: ConnectionInfo, wish: Wish, done: Subscribed) -> Response:
    return show(request, "trigger_subscribed.html", connection, wish=wish, done=done, masked=masked(done.manual))


def _filled_in(request: Request, form: FormData, connection: ConnectionInfo) -> Wish:
    url = text(form, "url") or bench_of(request).settings.url
    path = hook_path(connection.id)
    if not url.rstrip("/").endswith(path):
        url = url.rstrip("/") + path
    return Wish(connection.id, text(form, "label") or _LABEL, url, tuple(texts(form, "events")))


def _require_reachable(url: str, connection: ConnectionInfo) -> None:
    """Refuse an address of this machine for an account that is not in a sandbox beside it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return  # preparing says what is wrong with it
    if host in LOOPBACK and not is_sandbox(connection):
        raise InputError(
            "callback_unreachable",
            "Zoho cannot reach this machine at an address that is meant for the machine itself.",
            "Open a tunnel to this workbench and give the tunnel's address.",
            fields=(FieldFault("/callback_url", "must be an address that Zoho can reach, beginning with https://"),),
        )


def _wish_of(request: Request, connection: ConnectionInfo, stored: StoredSubscription | None) -> Wish:
    if stored is None:
        url = bench_of(request).settings.url + hook_path(connection.id)
        return Wish(connection.id, _LABEL, url, ())
    wanted = stored.subscription
    return Wish(connection.id, stored.label, wanted.callback_url, wanted.events)


def _form(request: Request, connection: ConnectionInfo, wish: Wish, *, error: InputError | None = None) -> Response:
    bench = bench_of(request)
    rows = _rows(bench.host.manifest()["triggers"]["webhook"])
    faults: dict[str, list[str]] = {}
    for fault in error.fields if error else ():
        faults.setdefault(fault.pointer.split("/")[1], []).append(fault.message)
    return show(
        request,
        "trigger.html",
        connection,
        status=422 if error else 200,
        wish=wish,
        usual=[row for row in rows if row.key in _USUAL],
        other=[row for row in rows if row.key not in _USUAL],
        subscriptions=bench.subscriptions.of(connection.id),
        verbs=bench.host.manifest()["triggers"]["webhook"]["events"]["verbs"],
        port=bench.settings.port,
        own_url=bench.settings.url,
        error=error,
        faults=faults,
    )


def _rows(trigger: Mapping[str, Any]) -> list[Row]:
    """Return the modules that workflow rules cover."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, event in trigger["events"]["types"].items():
        if "rule" in event:
            found.setdefault(event["module"], []).append((event["rule"], name, event["title"]))
    return [Row(key, trigger["modules"][key]["title"], tuple(types)) for key, types in found.items()]


# --- what was subscribed to -----------------------------------------------------------------------------------------


def _check(request: Request, form: FormData) -> Response:
    connection, label = named(request, form), text(form, "label")
    checked = bench_of(request).subscriptions.check(connection.id, label)
    return show(request, "trigger_checked.html", connection, label=label, checked=checked)


def _rotate(request: Request, form: FormData) -> Response:
    connection, label = named(request, form), text(form, "label")
    subscriptions = bench_of(request).subscriptions
    done = subscriptions.rotate(connection.id, label, seen=number(form, "seen"))
    if done is None:
        return go(request, address(BY_HAND, connection, label=label))
    return _tell(request, connection, _wish_of(request, connection, subscriptions.find(connection.id, label)), done)


def _end_former(request: Request, form: FormData) -> Response:
    connection = named(request, form)
    bench_of(request).subscriptions.end_former(connection.id, text(form, "label"))
    return go(request, address(PAGE, connection))


def _ask_to_unsubscribe(request: Request) -> Response:
    connection = named(request)
    stored = bench_of(request).subscriptions.find(connection.id, request.query_params.get("label", ""))
    return show(request, "trigger_unsubscribe.html", connection, stored=stored)


def _unsubscribe(request: Request, form: FormData) -> Response:
    connection, label = named(request, form), text(form, "label")
    subscriptions = bench_of(request).subscriptions
    stored = subscriptions.find(connection.id, label)
    if text(form, "do") == "forget":
        subscriptions.forget(connection.id, label)
        return go(request, address(PAGE, connection))
    removed = subscriptions.unsubscribe(connection.id, label)
    return show(request, "trigger_unsubscribed.html", connection, stored=stored, removed=removed)
