"""Connections to the sandbox beside a workbench, and what a person would look at in it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from zoho_books_connector.boundary import DataCentre as DataCentreInfo
from zoho_books_connector.boundary import HttpSettings, TokenSet
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.clients import Client
from zoho_books_connector.sandbox.data_centre import DataCentre
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.runs.table import Run
from zoho_books_connector.workbench.settings import Settings


def centre_of(bench: Workbench) -> DataCentre:
    """Return the data centre that connections of ``connected`` use."""
    assert bench.sandbox is not None
    return bench.sandbox["us"]


def connected(bench: Workbench, label: str = "Bakery") -> str:
    """Connect the sandbox beside a workbench, as consent would; returns the connection's id."""
    assert bench.sandbox_client is not None
    return connect(bench, centre_of(bench), bench.sandbox_client, label)


def connect(
    bench: Workbench, centre: DataCentre, client: Client, label: str = "Bakery", region: str = "sandbox-us"
) -> str:
    """Connect a sandbox, as consent would; returns the connection's id."""
    issued = centre.issue_tokens(client)
    connection = bench.store.create(
        {
            "schema_version": 2,
            "region": region,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": "ZohoBooks.fullaccess.all",
            "organization_id": str(centre.organizations[0]["organization_id"]),
        },
        label=label,
    )
    now = time.time()
    tokens = TokenSet(issued["access_token"], issued["refresh_token"], now + issued["expires_in"], now)
    bench.store.tokens(connection).save(tokens, expected=None)
    return connection


def beside(sandbox: Sandbox, home: Path) -> Settings:
    """Return the settings of a workbench that uses a sandbox which outlives it."""
    centre = sandbox["us"]
    places = [DataCentreInfo("sandbox-us", "Sandbox US", centre.accounts_url, centre.api_domain)]
    return Settings(home=home, sandbox=False, http=HttpSettings(sandboxes=places))


def organization_of(bench: Workbench) -> str:
    """Return the organization's id."""
    return str(centre_of(bench).organizations[0]["organization_id"])


def items_named(bench: Workbench, name: str) -> list[dict[str, Any]]:
    """Return the items of this name that the sandbox holds."""
    held = centre_of(bench).records(organization_of(bench), "item")
    return [each for each in held if each["name"] == name]


def ended(bench: Workbench, run_id: str, *, within: float = 20.0) -> Run:
    """Wait until a run is over."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        run = bench.runs.get(run_id)
        assert run is not None
        if not run.is_unfinished:
            return run
        time.sleep(0.02)
    raise AssertionError(f"the run {run_id} is not over yet")
