"""What an action's form is filled with: a draft, the inputs of a run, the sample, or nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from zoho_books_connector.boundary import Option
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.forms.accounts import PATIENCE
from zoho_books_connector.workbench.forms.blaming import blamed
from zoho_books_connector.workbench.forms.drafts import Draft
from zoho_books_connector.workbench.forms.sampling import Sampler
from zoho_books_connector.workbench.runs.table import Run

#: A module whose records are listed, for a sample whose record no account has.
_LISTED: Final = "item"


def run_in(request: Request, bench: Workbench, action_id: str) -> Run | None:
    """Return the run that the address names, if it is one of this action."""
    run = bench.runs.get(request.query_params.get("run", ""))
    return run if run is not None and run.action == action_id else None


def filling_of(
    request: Request, bench: Workbench, action_id: str, connection: ConnectionInfo | None, run: Run | None
) -> Draft:
    """Return what the form shows: a draft, the inputs of a run, the sample, or nothing."""
    if run is not None:
        kept = bench.drafts.get(run.id, action_id)
        labels, opened = (kept.labels, kept.opened) if kept else ({}, [])
        return Draft(
            action_id, run.inputs, labels, opened, blamed(bench.catalogue.shape(action_id), run.error, run.inputs)
        )
    if draft := bench.drafts.get(request.query_params.get("draft", ""), action_id):
        return draft
    if "sample" in request.query_params:
        return _sample(bench, action_id, connection)
    return Draft(action_id, {})


def _sample(bench: Workbench, action_id: str, connection: ConnectionInfo | None) -> Draft:
    give_up = time.monotonic() + PATIENCE

    def choices(source: str, depends: Mapping[str, Any]) -> tuple[Option, ...]:
        patience = give_up - time.monotonic()
        if connection is None or patience <= 0:
            return ()
        try:
            return bench.accounts.choices(source, connection.id, depends=depends, patience=patience).options
        except ConnectorError:
            return ()  # the sample's own id stays, and the person chooses

    sampler = Sampler(choices)
    document = sampler.fill(bench.catalogue.shape(action_id), bench.catalogue.sample(action_id))
    if document.keys() >= {"module", "record_id"} and (items := choices(_LISTED, {})):
        document |= {"module": _LISTED, "record_id": items[0].value}
    return Draft(action_id, document, sampler.labels)
