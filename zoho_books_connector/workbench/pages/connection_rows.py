"""The connections as the pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.standing import Standing
from zoho_books_connector.workbench.pages.credential_form import form_of
from zoho_books_connector.workbench.web.rendering import moment


@dataclass(frozen=True)
class Row:
    """A connection as the pages show it."""

    id: str
    label: str
    region: str
    organization_id: str
    standing: Standing | None
    #: Whether its sandbox ended with an earlier process, and whether one runs now to which it can be connected again.
    is_lost: bool
    can_reconnect: bool
    tested: str
    connected: str

    @property
    def organization(self) -> str:
        """The organization's name, as far as it is known."""
        return self.standing.organization if self.standing else ""

    @property
    def books(self) -> str:
        """Region and organization, as far as the label does not say it already."""
        return f"{self.region}, {self.organization}" if self.organization not in ("", self.label) else self.region

    @property
    def needs_attention(self) -> bool:
        """Whether somebody must act before it works."""
        return self.is_lost or (self.standing is not None and self.standing.state == "broken")


def rows(bench: Workbench) -> list[Row]:
    """Return every connection, oldest first."""
    titles, standings = form_of(bench).regions, bench.standings.all()
    return [
        _row(bench, each, titles.get(each.region, each.region), standings.get(each.id)) for each in bench.store.list()
    ]


def _row(bench: Workbench, connection: ConnectionInfo, region: str, standing: Standing | None) -> Row:
    is_lost = bench.standings.is_of_earlier_sandbox(connection, standing)
    return Row(
        id=connection.id,
        label=connection.label or connection.id,
        region=region,
        organization_id=connection.organization_id,
        standing=standing,
        is_lost=is_lost,
        can_reconnect=is_lost and connection.region in form_of(bench).regions,
        tested=moment(standing.tested_at) if standing else "",
        connected=moment(connection.created_at),
    )
