"""One data centre: accounts server and Books API on one loopback port, and the tests' way into them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .accounts import Accounts
from .automation import Automation, LogEntry
from .books import Books
from .books_api import BASE, BooksApi, Organization
from .calls import answer_of
from .clients import Client, Clients
from .errors import refusal_response
from .exchanges import Settle
from .faults import Fault, Faults, TokensEnd
from .http_server import LoopbackServer
from .late_commits import LateCommits
from .messages import Request, RequestRecord, Response, as_read, record_of
from .organizations import start_books
from .outbox import Outbox
from .quota import Quota
from .record_fields import Record
from .rule_engine import RuleEngine
from .scopes import split_scopes
from .seeding import discard, enter, seed, seed_demo
from .switches import Limits, Switches
from .tokens import TokenVault

SELF_CLIENT_SECONDS = 180
REMEMBERED = 10_000
"""Requests kept, so that a server that runs for days does not grow."""


@dataclass(frozen=True)
class Shared:
    """What the data centres of one sandbox have in common."""

    centres: Mapping[str, DataCentre]
    clients: Clients
    faults: Faults
    switches: Switches
    limits: Limits
    clock: Callable[[], float]
    late: LateCommits
    outbox: Outbox
    new_token: Callable[[int], str]
    lock: threading.RLock


class DataCentre:
    """What `sandbox["us"]` gives."""

    def __init__(self, name: str, number: int, port: int, shared: Shared) -> None:
        """Bind the port; nothing is answered before `start`."""
        self.name = name
        self.requests: list[RequestRecord] = []
        self.on_carried_out: Callable[[Request, Response], None] | None = None
        """Told of every request that was carried out, and its answer before any fault spoilt it."""
        self._clock = shared.clock
        self._lock = shared.lock
        self._faults = shared.faults
        self._late = shared.late
        self._server = LoopbackServer(self, port)
        limits, switches, clock = shared.limits, shared.switches, shared.clock
        self.vault = TokenVault(
            api_domain=self.api_domain,
            clock=clock,
            new_token=shared.new_token,
            switches=switches,
            limits=limits,
        )
        self._organizations = {
            books.organization["organization_id"]: Organization(
                books, Quota(limits=limits, switches=switches, clock=clock, zone=books.zone)
            )
            for books in start_books(number, clock, switches, limits)
        }
        self._accounts = Accounts(name, shared.centres, shared.clients, switches)
        self._rules = RuleEngine(shared.outbox)
        self._api = BooksApi(self._organizations, self.vault, switches, self._lock, self._rules.after_call)

    @property
    def accounts_url(self) -> str:
        """Address of the accounts server."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def api_domain(self) -> str:
        """What token answers carry as `api_domain`; the same origin here."""
        return self.accounts_url

    @property
    def api_url(self) -> str:
        """Base address of the Books API."""
        return f"{self.api_domain}{BASE}"

    @property
    def organizations(self) -> list[Record]:
        """The organizations' own records."""
        with self._lock:
            return [dict(organization.books.organization) for organization in self._organizations.values()]

    def self_client_code(self, client: Client, scopes: Iterable[str], seconds: float = SELF_CLIENT_SECONDS) -> str:
        """A grant code as the console makes it, to be exchanged without `redirect_uri`."""
        with self._lock:
            return self.vault.grant(
                client.client_id, scopes, redirect_uri=None, offline=True, prompted=True, seconds=seconds
            )

    def issue_tokens(self, client: Client, scope: str = "ZohoBooks.fullaccess.all") -> dict[str, Any]:
        """Tokens without consent, in the form of a token answer."""
        with self._lock:
            return self.vault.issue(client.client_id, split_scopes(scope), with_refresh_token=True)

    def seed(self, organization_id: str, module: str, record: Record) -> Record:
        """Put a record into the books without a call and unchecked; answers as a read does."""
        with self._lock:
            self._late.carry_out_due()
            return as_read(seed(self._books(organization_id), module, record))

    def enter(self, organization_id: str, module: str, record: Record) -> Record:
        """Add a record, or change the one whose id is given, as a person does in Zoho's own pages: rules run."""
        with self._lock:
            self._late.carry_out_due()
            books = self._books(organization_id)
            with books.noting() as changes:
                entered = enter(books, module, record)
            self._rules.run_rules(books, changes)
            return as_read(entered)

    def discard(self, organization_id: str, module: str, identity: str) -> None:
        """Delete a record as a person does in Zoho's own pages: rules run."""
        with self._lock:
            self._late.carry_out_due()
            books = self._books(organization_id)
            with books.noting() as changes:
                discard(books, module, identity)
            self._rules.run_rules(books, changes)

    def automation(self, organization_id: str) -> Automation:
        """Webhooks, rules and log of an organization, to be looked at, and changed as a person does in Zoho's pages."""
        with self._lock:
            return self._books(organization_id).automation

    def workflow_log(self, organization_id: str) -> list[LogEntry]:
        """Every attempt to deliver, oldest first."""
        with self._lock:
            return list(self._books(organization_id).automation.log)

    def seed_demo(self) -> None:
        """Fill every organization with one realistic record per module."""
        with self._lock:
            for organization in self._organizations.values():
                seed_demo(organization.books)

    def records(self, organization_id: str, module: str) -> list[Record]:
        """What the books hold now of a module, oldest first, as reads answer it."""
        with self._lock:
            self._late.carry_out_due()
            books = self._books(organization_id)
            return [as_read(answer_of(module, books, record)) for record in books.all(module)]

    def custom_fields(self, organization_id: str, module: str) -> list[Record]:
        """The custom fields defined for contact, item, sales_order or invoice."""
        with self._lock:
            return [dict(definition) for definition in self._books(organization_id).custom_fields[module]]

    def list_after(self, organization_id: str, seconds: float) -> None:
        """Let lists show a fresh record only so much later, whatever the switch says."""
        with self._lock:
            self._books(organization_id).listing_lag = seconds

    def expire_access_tokens(self) -> None:
        """Let every access token die; refresh tokens live on."""
        with self._lock:
            self.vault.expire_access_tokens()

    def revoke_all(self) -> None:
        """Let every token die."""
        with self._lock:
            self.vault.revoke_all()

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def handle(self, request: Request, settle: Settle) -> Response:
        """Answer a request; called by the server."""
        with self._lock:
            self._late.carry_out_due()
        return self._answer(request, settle)

    def handle_later(self, request: Request, seconds: float) -> None:
        """Carry a request out when its client may be gone; called by the server."""
        with self._lock:
            self._late.add(seconds, lambda: self._answer(request, lambda _answer: None))

    def end_tokens(self, which: TokensEnd) -> None:
        """Let tokens die; called by the server."""
        if which == "all":
            self.revoke_all()
        else:
            self.expire_access_tokens()

    def _answer(self, request: Request, settle: Settle) -> Response:
        response = self._carried_out(request, settle)
        if self.on_carried_out is not None:
            self.on_carried_out(request, response)
        return response

    def _carried_out(self, request: Request, settle: Settle) -> Response:
        if request.path.startswith(f"{BASE}/"):
            return self._api.handle(request, settle)
        if request.path.startswith("/oauth/"):
            with self._lock:
                response = self._accounts.handle(request)
        else:
            response = refusal_response(5)
        settle(response)
        return response

    def fault_for(self, request: Request) -> Fault | None:
        """The fault that strikes a request; called by the server."""
        return self._faults.take(self.name, request.method, request.path)

    def note(self, request: Request, response: Response | None, fault: Fault | None) -> None:
        """Remember a request; called by the server."""
        record = record_of(request, response, self._clock(), fault.kind if fault else None)
        with self._lock:
            self.requests.append(record)
            del self.requests[:-REMEMBERED]

    def now(self) -> float:
        """Unix seconds of the sandbox's clock."""
        return self._clock()

    def _books(self, organization_id: str) -> Books:
        return self._organizations[organization_id].books
