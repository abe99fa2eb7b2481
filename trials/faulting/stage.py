"""One organization at the sandbox on virtual time: the host's connection, a stranger's app, and what the books hold."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from trials.faulting.clocks import VirtualTime
from trials.faulting.creates import ACTIONS
from trials.faulting.wire import InProcess
from zoho_books_connector.boundary import ActionResult, DataCentre, HttpSettings, RunContext, TokenSet
from zoho_books_connector.plugin import connector_action
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox, Switches
from zoho_books_connector.sandbox.messages import Request, Response
from zoho_books_connector.stores import MemoryTokenStore
from zoho_books_connector.stores.journal import SqliteJournal

#: Seconds that a request waits for its answer, on virtual time and over sockets.
READ_TIMEOUT: Final = 60.0
READ_TIMEOUT_ON_SOCKETS: Final = 1.0


@dataclass(frozen=True)
class Setting:
    """Where and when a case plays."""

    switches: Switches = field(default_factory=Switches)
    #: Seconds by which Zoho's clock differs from this machine's.
    zoho_error: float = 0.0
    sockets: bool = False
    seed: int = 0
    #: Where the journal is kept; none without a folder.
    folder: Path | None = None


class Stage:
    """A sandbox with one organization, and a host that is connected to it."""

    def __init__(self, setting: Setting, time: VirtualTime | None = None) -> None:
        self.setting = setting
        self.time = time or VirtualTime(zoho_error=setting.zoho_error)
        self.sandbox = Sandbox(
            ("us",), switches=setting.switches, limits=Limits.off(), clock=self.time.zoho, seed=setting.seed
        )
        self.centre = self.sandbox["us"]
        self.organization_id: str = self.centre.organizations[0]["organization_id"]
        self.stranger = Stranger(self)
        self.customer: str = self.stranger.create("create_contact", {"contact_name": "Customer"})
        self.item: str = self.stranger.create("create_item", {"name": "Bolt", "rate": 10})
        self._client = self.sandbox.register_client()
        self._dice = random.Random(setting.seed)  # noqa: S311 - repeatability is wanted, not secrecy
        #: Called with every request of the host as it arrives; not over sockets.
        self.arrived: list[Any] = []
        self.tokens = MemoryTokenStore()
        self.runtime = self._runtime()
        if setting.sockets:
            self.sandbox.start()

    def close(self) -> None:
        """End everything."""
        self.runtime.close()
        self.sandbox.stop()

    def restart(self) -> None:
        """Let the host's process die and begin anew; the journal's file and the tokens stay."""
        self.runtime.close()
        self.runtime = self._runtime()

    def connect(self, *, expired: bool = False) -> None:
        """Store tokens as a consent minutes ago would have."""
        answer = self.centre.issue_tokens(self._client)
        now, loaded = self.time.local(), self.tokens.load()
        self.tokens.save(
            TokenSet(
                answer["access_token"],
                answer["refresh_token"],
                expires_at=now - 1 if expired else now + 3000,
                issued_at=now - 600,
            ),
            expected=loaded[1] if loaded else None,
        )

    def run(self, action: str, inputs: Mapping[str, Any], **about: Any) -> ActionResult:
        """Run an action of the connector; ``about`` goes into the run's context."""
        handler = connector_action("zoho_books", action)
        if handler is None:
            raise LookupError(action)
        run = RunContext(self.runtime, **about)
        return handler(inputs, credential=self.credential, tokens=self.tokens, run=run)

    def held(self, action: str) -> set[str]:
        """Return the ids of what the books hold, read past the connector."""
        creating = ACTIONS[action]
        records = self.centre.records(self.organization_id, creating.module)
        return {str(record[creating.id_field]) for record in records}

    def struck(self) -> list[str]:
        """Return the kinds of the faults that struck, from the sandbox's own record of requests."""
        return [request.fault for request in self.centre.requests if request.fault is not None]

    @property
    def credential(self) -> dict[str, Any]:
        """What a person filled in."""
        return {
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "organization_id": self.organization_id,
        }

    @property
    def http(self) -> HttpSettings:
        """The settings of the host."""
        address = self.centre.accounts_url
        return HttpSettings(
            read_timeout=READ_TIMEOUT_ON_SOCKETS if self.setting.sockets else READ_TIMEOUT,
            sandboxes=(DataCentre("sandbox-us", "Sandbox", address, address),),
        )

    @property
    def journal_file(self) -> Path | None:
        """Where the host keeps its journal."""
        return self.setting.folder / "journal.sqlite" if self.setting.folder else None

    def _runtime(self) -> DefaultRuntime:
        resources: dict[str, Any] = {
            "zoho_books.clock": self.time.local,
            "zoho_books.monotonic": self.time.monotonic,
            "zoho_books.sleep": self.time.sleep,
        }
        if not self.setting.sockets:
            resources["zoho_books.transport"] = InProcess(self.centre, self.time, self._dice, self._tell)
        journal = SqliteJournal(self.journal_file, self.time.local) if self.journal_file else None
        return DefaultRuntime(self.http, journal=journal, resources=resources)

    def _tell(self, request: Request) -> None:
        for listener in list(self.arrived):
            listener(request)


class Stranger:
    """Another app of the same organization, which no fault strikes."""

    def __init__(self, stage: Stage) -> None:
        self._centre = stage.centre
        self._organization_id = stage.organization_id
        self._client = stage.sandbox.register_client()
        #: The ids of everything it has created.
        self.created: set[str] = set()

    def create(self, action: str, body: Mapping[str, Any]) -> str:
        """Create a record past the connector; returns its id, or empty text where the books refuse it."""
        token = self._centre.issue_tokens(self._client)["access_token"]
        sent = dict(body)
        numbered = {"ignore_auto_number_generation": "true"} if sent.pop("ignore_auto_number_generation", None) else {}
        request = Request(
            "POST",
            f"/books/v3{ACTIONS[action].path}",
            urlencode({"organization_id": self._organization_id} | numbered),
            {"authorization": f"Zoho-oauthtoken {token}"},
            json.dumps(sent).encode(),
        )
        created = _id_in(self._centre.handle(request, lambda _answer: None), ACTIONS[action].id_field)
        self.created |= {created} - {""}
        return created


def _id_in(response: Response, id_field: str) -> str:
    records = [value for value in json.loads(response.body).values() if isinstance(value, dict | list)]
    record = records[0] if records else {}
    return str((record[0] if isinstance(record, list) else record).get(id_field, ""))
