"""What every page is made of: the templates, and what they are told about the request."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.web.sessions import is_logged_in

FOLDER: Final = Path(__file__).parents[1]
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def pretty(value: Any) -> str:
    """Return data as indented JSON for people: letters stay letters, and the template escapes it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def moment(at: float | None) -> str:
    """Return a unix time for people; in UTC, as everywhere in the pages."""
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


_TEMPLATES.filters["pretty"] = pretty
_TEMPLATES.globals["moment"] = moment


def bench_of(request: Request) -> Workbench:
    """Return the workbench that serves a request."""
    found: Workbench = request.app.state.bench
    return found


def is_fragment(request: Request) -> bool:
    """Tell whether htmx asked for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page, or the part of one that the template is."""
    bench = bench_of(request)
    is_in = is_logged_in(request.state.session, bench.session_key)
    shown = _TEMPLATES.get_template(template).render(
        request=request,
        csrf=request.state.csrf,
        path=request.url.path,
        sandbox=bench.sandbox is not None,
        is_in=is_in,
        is_out=bench.settings.password is not None and not is_in,
        **values,
    )
    return HTMLResponse(shown, status)


def go(request: Request, url: str) -> Response:
    """Send the browser to another page, which may be Zoho's."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
