"""The credential form as a page, and the parts of it that follow what is chosen: a region, and what will be used."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zoho_books_connector.cli.host import CONNECTOR
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.form import CredentialForm, shown
from zoho_books_connector.workbench.credentials.guide import steps
from zoho_books_connector.workbench.credentials.scopes import Scopes, Uses
from zoho_books_connector.workbench.credentials.setups import Setup
from zoho_books_connector.workbench.web.endpoints import view
from zoho_books_connector.workbench.web.rendering import bench_of, render

NEW: Final = f"/credentials/new/{CONNECTOR}"


def routes() -> list[Route]:
    """Return the routes of the form's parts."""
    return [
        Route("/credentials/form/region", view(_show_region)),
        Route("/credentials/form/scopes", view(_show_scopes)),
    ]


def form_of(bench: Workbench) -> CredentialForm:
    """Return the credential form for the data centres that this workbench reaches."""
    http = bench.host.runtime.http
    return CredentialForm(bench.host.form("credential")(callback_url=bench.callback_url, http=http))


def render_form(request: Request, setup: Setup) -> Response:
    """Show the form as a setup has it, with what is wrong beside the fields."""
    bench = bench_of(request)
    manifest = bench.host.manifest()
    scopes = Scopes(manifest)
    text = str(setup.values.get("scope", ""))
    uses = scopes.uses_of(text)
    error = setup.error
    return render(
        request,
        "credentials_form.html",
        setup=setup,
        error=error,
        faults={fault.pointer.removeprefix("/"): fault.message for fault in error.fields} if error else {},
        form=form_of(bench),
        values=shown(setup.values),
        region=str(setup.values.get("region", "")),
        callback_url=bench.callback_url,
        sandbox_client=bench.sandbox_client.client_id if bench.sandbox_client else None,
        action=f"/credentials/{setup.old.id}/edit" if setup.old else NEW,
        organizations=_organizations(bench, setup),
        steps=steps(manifest, str(setup.values.get("region", ""))),
        connector=manifest["connector"],
        **_scope_values(scopes, text, uses),
    )


def wanted_uses(given: QueryParams | FormData) -> Uses:
    """Return what was ticked."""

    def texts(name: str) -> frozenset[str]:
        return frozenset(each for each in given.getlist(name) if isinstance(each, str))

    return Uses(texts("use"), texts("module"), by_unique_field="unique" in given)


def _show_region(request: Request) -> Response:
    """Show what a region sets: the three URLs, and the links of the guide."""
    bench = bench_of(request)
    form, region = form_of(bench), request.query_params.get("region", "")
    return render(
        request,
        "part_credentials_region.html",
        form=form,
        values=form.urls(region),
        region=region,
        faults={},
        sandbox_client=bench.sandbox_client.client_id if bench.sandbox_client else None,
        steps=steps(bench.host.manifest(), region),
    )


def _show_scopes(request: Request) -> Response:
    """Show the least scopes for what is wanted."""
    form, scopes = form_of(bench_of(request)), Scopes(bench_of(request).host.manifest())
    uses = wanted_uses(request.query_params)
    text = scopes.text(uses, request.query_params.get("scope", ""))
    return render(request, "part_credentials_scopes.html", form=form, faults={}, **_scope_values(scopes, text, uses))


def _scope_values(scopes: Scopes, text: str, uses: Uses) -> dict[str, Any]:
    return {
        "scope": text,
        "explained": scopes.explain(text, uses),
        "uses": uses,
        "use_titles": scopes.titles,
        "modules": scopes.modules,
    }


def _organizations(bench: Workbench, setup: Setup) -> Mapping[str, str] | None:
    """Return the organizations of a stored connection, or ``None`` where they cannot be listed."""
    if setup.old is None:
        return None
    with suppress(ConnectorError):
        page = bench.accounts.choices("organization", setup.old.id)
        return {str(option.value): f"{option.label} ({option.value})" for option in page.options}
    return None
