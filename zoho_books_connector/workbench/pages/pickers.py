"""The choices behind a picker, as the part of a list that its script shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.forms.fills import Fill, fills_of
from zoho_books_connector.workbench.web.endpoints import view
from zoho_books_connector.workbench.web.rendering import bench_of, render

#: The longest search, id or cursor that is passed on.
_LONGEST: Final = 200


def routes() -> list[Route]:
    """Return the route of the pickers."""
    return [Route("/pickers/{source}", view(_choices), name="picker")]


def _choices(request: Request) -> Response:
    """Return a page of choices; what went wrong stands in its place, for the field can be typed in all the same."""
    bench, source = bench_of(request), request.path_params["source"]
    if source not in bench.catalogue.manifest["option_sources"]:
        raise HTTPException(404)
    asked = {name: value[:_LONGEST] for name, value in request.query_params.items()}
    depends = {name: asked[name] for name in bench.catalogue.takes(source) if asked.get(name)}
    connection = asked.get("connection", "")
    if not any(each.id == connection for each in bench.store.list()):
        return render(
            request, "part_choices.html", options=[], more="", warnings=[], error="There is no connection to ask."
        )
    try:
        page = bench.accounts.choices(
            source, connection, search=asked.get("search", ""), depends=depends, cursor=asked.get("cursor") or None
        )
    except ConnectorError as error:
        return render(request, "part_choices.html", options=[], more="", warnings=[], error=str(error))
    options = [(option, _as_json(fills_of(source, option))) for option in page.options]
    return render(
        request, "part_choices.html", options=options, more=page.cursor or "", warnings=page.warnings, error=""
    )


def _as_json(fills: Mapping[str, Fill]) -> str:
    return json.dumps({field: fill._asdict() for field, fill in fills.items()}) if fills else ""
