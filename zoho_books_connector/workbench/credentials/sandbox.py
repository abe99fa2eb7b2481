"""The sandbox as an account: its client is known here, and its tokens end with its process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoho_books_connector.sandbox.data_centre import DataCentre
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.form import ORGANIZATION, SECRET, CredentialForm
from zoho_books_connector.workbench.credentials.scopes import split
from zoho_books_connector.workbench.credentials.standing import SANDBOX


def filled_in(bench: Workbench, form: CredentialForm) -> dict[str, Any] | None:
    """Return the whole form for the sandbox's first organization, or ``None`` where no sandbox runs."""
    if bench.sandbox is None or bench.sandbox_client is None:
        return None
    region = f"{SANDBOX}{bench.sandbox_client.home}"
    organizations = bench.sandbox[bench.sandbox_client.home].organizations
    values = {**form.empty(), "region": region, "client_id": bench.sandbox_client.client_id}
    return with_client(bench, lifted(bench, form, values)) | {ORGANIZATION: organizations[0]["organization_id"]}


def with_client(bench: Workbench, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form with the secret of the sandbox's client, where that client was named and no secret typed."""
    client, code = bench.sandbox_client, _code(values)
    is_named = client is not None and values.get("client_id") == client.client_id and not values.get(SECRET)
    if client is None or not is_named or code not in client.secrets:
        return dict(values)
    return {**values, SECRET: client.secrets[code]}


def lifted(bench: Workbench, form: CredentialForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a credential with the addresses that a sandbox has now; every process takes other ports."""
    if _centre(bench, values) is None:
        return dict(values)
    return {**values, **form.urls(str(values["region"]))}


def renewed(bench: Workbench, form: CredentialForm, values: Mapping[str, Any]) -> tuple[dict[str, Any], str] | None:
    """Return the credential as this process's sandbox takes it, and a grant code; ``None`` where no such one runs."""
    centre, client = _centre(bench, values), bench.sandbox_client
    if centre is None or client is None:
        return None
    ours = {**lifted(bench, form, values), "client_id": client.client_id, SECRET: client.secrets[_code(values)]}
    return ours, centre.self_client_code(client, split(str(values.get("scope") or "")))


def _centre(bench: Workbench, values: Mapping[str, Any]) -> DataCentre | None:
    return bench.sandbox.data_centres.get(_code(values)) if bench.sandbox is not None else None


def _code(values: Mapping[str, Any]) -> str:
    region = str(values.get("region") or "")
    return region.removeprefix(SANDBOX) if region.startswith(SANDBOX) else ""
