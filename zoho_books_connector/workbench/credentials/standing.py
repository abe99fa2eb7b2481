"""What the last test of each connection found, so that a list can show it without asking anybody."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from zoho_books_connector.boundary import Status
from zoho_books_connector.errors import ConnectorError, CredentialError
from zoho_books_connector.stores import ConnectionInfo
from zoho_books_connector.workbench.ledger import Ledger

SANDBOX: Final = "sandbox-"

#: ``unsure``: the last test found neither, for example because nobody answered.
State = Literal["works", "broken", "unsure"]


@dataclass(frozen=True)
class Standing:
    """How a connection stood when it was last tested, or last failed."""

    state: State
    #: Unix seconds.
    tested_at: float
    organization: str = ""
    organization_id: str = ""
    #: As the organization has it, for example "India".
    country: str = ""
    #: Why it is broken, in the connector's words.
    reason: str = ""
    message: str = ""
    hint: str = ""
    missing_scopes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: Which sandbox it was tested at, for one that dies with its process.
    sandbox: str = ""


class Standings:
    """The last tests, in the ledger."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._clock = clock
        #: Names the sandbox of this process: one that is started later knows no token of this one.
        self._sandbox = secrets.token_hex(8)

    def of(self, connection_id: str) -> Standing | None:
        """Return what the last test found."""
        return self.all().get(connection_id)

    def all(self) -> dict[str, Standing]:
        """Return what the last test of each connection found."""
        with self._ledger.read() as handle:
            rows = handle.execute("SELECT connection, found FROM standing").fetchall()
        return {connection: _read(found) for connection, found in rows}

    def works(self, connection_id: str, status: Status, *, notes: tuple[str, ...] = ()) -> Standing:
        """Note that a test passed."""
        organization = status.organization
        return self._note(
            connection_id,
            Standing(
                "works",
                self._clock(),
                organization=str(organization.get("name") or ""),
                organization_id=str(organization.get("organization_id") or ""),
                country=str(organization.get("country") or ""),
                missing_scopes=status.missing_scopes,
                notes=tuple(dict.fromkeys((*notes, *status.warnings))),
                sandbox=self._sandbox,
            ),
        )

    def failed(self, connection_id: str, error: ConnectorError) -> Standing:
        """Note that a test, or an action, failed: only a credential error means that somebody must act."""
        before = self.of(connection_id)
        broken = isinstance(error, CredentialError)
        return self._note(
            connection_id,
            Standing(
                "broken" if broken else "unsure",
                self._clock(),
                organization=before.organization if before else "",
                organization_id=before.organization_id if before else "",
                country=before.country if before else "",
                reason=error.reason if isinstance(error, CredentialError) else "",
                message=error.message,
                hint=error.hint,
                sandbox=before.sandbox if before else "",
            ),
        )

    def is_of_earlier_sandbox(self, connection: ConnectionInfo, found: Standing | None) -> bool:
        """Tell whether a connection, with what its last test found, belongs to a sandbox that ended already."""
        return connection.region.startswith(SANDBOX) and (found is None or found.sandbox != self._sandbox)

    def forget(self, connection_id: str) -> None:
        """Forget what was found."""
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM standing WHERE connection = ?", (connection_id,))

    def _note(self, connection_id: str, found: Standing) -> Standing:
        with self._ledger.write() as handle:
            handle.execute(
                "INSERT INTO standing VALUES (?, ?) ON CONFLICT (connection) DO UPDATE SET found = excluded.found",
                (connection_id, json.dumps(asdict(found))),
            )
        return found


def _read(text: str) -> Standing:
    found = json.loads(text)
    lists = {name: tuple(found[name]) for name in ("missing_scopes", "notes")}
    return Standing(**(found | lists))
