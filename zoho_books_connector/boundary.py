"""The types that cross the border between a host and the connector.

Plain data goes in and JSON-ready data comes out, so that a host needs neither our models nor our pydantic.
Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


# --- what lives as long as the host process -------------------------------------------------------------------


@dataclass(frozen=True)
class DataCentre:
    """A place where an organization lives: its code, its accounts server and its API origin, without a path."""

    code: str
    title: str
    accounts_url: str
    api_domain: str


@dataclass(frozen=True)
class HttpSettings:
    """How, and to whom, the connector may speak. Environment variables for proxies are not read.

    Timeouts are in seconds. ``enabled_regions`` turns on data centres that the manifest marks as unconfirmed.
    ``sandboxes`` adds stand-ins for Zoho; only loopback addresses are taken.
    """

    proxy: str | None = None
    ca_bundle: str | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    #: A longer wait for the rate budget, or before a resend, is raised with the time to come back.
    wait_ceiling: float = 10.0
    max_connections: int = 100
    enabled_regions: frozenset[str] = frozenset()
    sandboxes: Sequence[DataCentre] = ()


@dataclass(frozen=True)
class Quota:
    """What Zoho said of the organization's daily quota; ``None`` where it said nothing."""

    limit: int | None = None
    remaining: int | None = None
    #: Seconds until the quota is full again.
    reset: float | None = None


@dataclass(frozen=True)
class CallEnd:
    """How a request ended, as far as rate limits are concerned."""

    #: ``None`` when no answer came; Zoho may still be at work on the request.
    status: int | None = None
    #: The code in Zoho's answer.
    zoho_code: int | None = None
    #: Seconds, where the answer said them.
    retry_after: float | None = None
    quota: Quota | None = None
    #: False when the request never left, so that no limit counted it.
    sent: bool = True


class Slot(Protocol):
    """One place in a budget, held while one request is out."""

    def end(self, end: CallEnd) -> None:
        """Tell how the request ended; a slot that is given back without a word counts as lost on the way."""


class Budget(Protocol):
    """The share of Zoho's rate limits that this host may use; several processes may share one."""

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:
        """Hold one of the places of ``bucket`` (data centre and organization) while a request is out.

        Waits at most ``wait`` seconds; raises ``RateLimitedError`` with the time to come back when that is too short.
        ``interactive``: a person waits for the answer, so the part of the day that is kept for them may be used.
        """


@dataclass(frozen=True)
class JournalEntry:
    """What is kept of one key: digests and times, nothing that was sent."""

    #: A digest for each part of the inputs, by its JSON pointer.
    inputs: Mapping[str, str]
    #: A digest of what the record would be searched by; empty when nothing can find it.
    handle: str
    #: When the first request was sent, in unix seconds of this machine.
    began_at: float
    #: Seconds to add for Zoho's clock, as far as it was known then.
    offset: float | None
    #: Until when a request may still be on its way, in unix seconds of this machine.
    busy_until: float
    #: The record that came of it, once it is known.
    record: str | None = None


class Journal(Protocol):
    """Remembers which creates were sent, in all processes of a host, for at least 30 days.

    What ``begin`` has stored must survive a crash. Keys, handles and records are opaque texts. A method that cannot
    do its work raises any ``ConnectorError``.
    """

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:
        """Store ``entry`` before anything is sent; returns what is stored already when ``key`` is known."""

    def take(self, key: str, *, now: float, busy_until: float) -> bool:
        """Let the caller send for a known ``key`` that has no record; False while another's request may be on its way.

        A sending that was noted more than a minute in the future was noted before the clock was set back, and is over.
        """

    def rest(self, key: str, *, ended_at: float, offset: float | None) -> None:
        """Note that nothing is on its way any more and the outcome is unknown; an ``offset`` fills in a missing one."""

    def finish(self, key: str, record: str) -> None:
        """Note the record that Zoho's own answer named; a key that had claimed it by looking is open again."""

    def claim(self, key: str, record: str, *, created_at: float) -> bool:
        """Note a record that was found by looking, created at ``created_at`` by this machine's clock.

        False when another key has it, or when a key without a record, of the same handle, could be the one it belongs
        to: one that was busy within two minutes before.
        """

    def holder(self, record: str) -> str | None:
        """Return the key that has the record."""

    def forget(self, key: str) -> None:
        """Drop a key of which Zoho executed nothing; one that has a record stays."""


class Runtime(Protocol):
    """One per host process; owns everything that lives longer than a call. A default ships in ``runtime.py``."""

    @property
    def http(self) -> HttpSettings:
        """The HTTP settings that hold for every connection."""

    @property
    def budget(self) -> Budget:
        """The shared rate budget."""

    @property
    def journal(self) -> Journal | None:
        """What remembers creates, so that none is sent twice; without one, every create with a key looks first."""

    def resource(self, key: str, create: Callable[[], T]) -> T:
        """Return what ``key`` names, created once per process (and anew after a fork), closed with the runtime."""

    def close(self) -> None:
        """Close every resource."""


# --- one run of an action --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallRecord:
    """One HTTP request that was made for a run: never a body, a query or a header."""

    method: str
    path: str
    status: int | None
    #: Seconds from sending to the end of the answer.
    seconds: float
    #: Seconds spent waiting for the rate budget or before a resend.
    waited: float = 0.0
    #: ``connect``, ``timeout``, … when there was no answer.
    failure: str | None = None


@dataclass(frozen=True)
class RunContext:
    """What the host knows about the run it asks for."""

    runtime: Runtime
    #: Names the step that is run, the same on every attempt and for no other step; protects a create from being made
    #: twice. At most 200 characters.
    idempotency_key: str | None = None
    #: 1 on the first attempt of the step; ``None`` when the host does not count, so that a create looks first.
    attempt: int | None = None
    #: Whether a create that nothing in the inputs could find again may be marked with a reference derived from the key.
    #: Off, because it can print on a customer's document.
    derived_reference: bool = False
    #: Seconds that a create whose answer was lost is looked for.
    settle_within: float = 10.0
    #: Whether a person waits, so that the part of the daily quota that is kept for people may be used.
    interactive: bool = False
    #: Unix seconds after which nothing more is sent.
    deadline: float | None = None
    cancelled: Callable[[], bool] = lambda: False
    on_call: Callable[[CallRecord], None] | None = None


@dataclass(frozen=True)
class ActionResult:
    """What an action brought: JSON-ready ``data`` in the shape of the action's output schema."""

    data: dict[str, Any]
    #: Whether the record of a create was made by an earlier request, whose answer was lost, and found by looking.
    recovered: bool = False
    warnings: tuple[str, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)


@dataclass(frozen=True)
class TokenSet:
    """The tokens of one connection. Never shown: ``repr`` names no token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    #: Unix seconds.
    expires_at: float
    #: Unix seconds at which the access token was issued.
    issued_at: float
    #: Scopes that were granted, separated by commas; empty when the accounts server did not say.
    scope: str = ""
    accounts_url: str = ""


class TokenStore(Protocol):
    """Durable tokens of ONE connection, refresh token included: losing it disconnects."""

    def load(self) -> tuple[TokenSet, int] | None:
        """Return the tokens and their version, or ``None`` when nothing is stored."""

    def save(self, tokens: TokenSet, *, expected: int | None) -> int:
        """Store ``tokens`` and return their version; ``expected`` is the version that was loaded.

        Raises ``StaleTokensError`` when another writer was faster, ``expected=None`` meaning that none is there yet. A
        ``ConnectorError`` or ``OSError`` means that they could not be stored: the run goes on with them, and warns.
        """

    def clear(self) -> None:
        """Forget the tokens."""

    def lock(self, *, ttl: float, wait: float) -> AbstractContextManager[None]:
        """Keep every other holder out, in any process, for at most ``ttl`` seconds, waiting at most ``wait``.

        Raises ``TimeoutError`` when ``wait`` is over.
        """


class StaleTokensError(Exception):
    """The stored tokens changed since they were loaded."""


class ActionHandler(Protocol):
    """A bound action. ``inputs`` is a mapping, or JSON bytes, in the shape of the action's input schema."""

    def __call__(
        self,
        inputs: Mapping[str, Any] | bytes,
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
    ) -> ActionResult:
        """Run the action; raises a ``ConnectorError`` whose class names the host's next move."""


# --- connecting an account ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Begin:
    """Where to send the user's browser, and what the host must keep until the callback (JSON-ready, used once)."""

    url: str
    pending: dict[str, Any]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connection:
    """A connected account: the credential that the host should now store, and what the user can choose from."""

    #: A proposal: hosts corrected to the account's data centre, the organization filled in when there is only one.
    credential: dict[str, Any] = field(repr=False)
    #: ``organization_id``, ``name``, ``country`` and more of each organization that the account can reach.
    organizations: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """The state of a working connection; a broken one raises ``CredentialError`` instead."""

    organization: dict[str, Any]
    organizations: tuple[dict[str, Any], ...]
    missing_scopes: tuple[str, ...] = ()
    #: Unix seconds.
    token_expires_at: float | None = None
    quota: Quota = field(default_factory=Quota)
    warnings: tuple[str, ...] = ()


class Authorization(Protocol):
    """Connects, checks and disconnects an account."""

    def validate(self, credential: Mapping[str, Any], *, run: RunContext) -> tuple[str, ...]:
        """Check the filled-in form without a request; returns warnings, raises ``CredentialError`` with fields."""

    def begin(self, credential: Mapping[str, Any], *, redirect_uri: str, run: RunContext) -> Begin:
        """Validate the credential and build the authorization URL; makes no request."""

    def complete(
        self,
        credential: Mapping[str, Any],
        *,
        tokens: TokenStore,
        run: RunContext,
        pending: Mapping[str, Any],
        query: Mapping[str, str],
    ) -> Connection:
        """Exchange the code that the callback's query brought; stores the tokens."""

    def redeem(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext, code: str) -> Connection:
        """Exchange a grant code of a self client, for machines without a browser; stores the tokens."""

    def check(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext) -> Status:
        """Test the connection with one or two reads."""

    def revoke(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext) -> None:
        """Revoke the refresh token at Zoho and forget the tokens."""


# --- receiving events --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivery:
    """A request as it reached the host, untouched: raw query, header pairs, raw body."""

    method: str
    query: str
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    #: Unix seconds.
    received_at: float | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened in Zoho Books."""

    #: ``invoice.created``, ``contact.updated``, … or ``test`` for Zoho's empty test delivery.
    type: str
    #: The same for every resend of one delivery: hash of query and body.
    delivery_id: str
    #: The same for every sight of one version of a record; ``None`` when the body carries no modification time.
    version_key: str | None
    module: str | None
    record_id: str | None
    organization_id: str | None
    #: ISO 8601 with offset; the record's modification time.
    occurred_at: str | None
    record: dict[str, Any] = field(repr=False)
    #: ``query`` parameters and ``received_at`` of the delivery.
    delivery: dict[str, Any] = field(default_factory=dict)


class Trigger(Protocol):
    """The receiving side of a webhook."""

    def receive(self, delivery: Delivery, *, secrets: Sequence[str], header_tokens: Sequence[str] = ()) -> list[Event]:
        """Verify a delivery and return its events; raises ``WebhookRejectedError`` when it is not proven.

        ``secrets`` are the webhook secrets valid now (several while one is being replaced). ``header_tokens``, when
        given, must match the connector's own header as well. No secret at all is an error of the host.
        """


# --- forms ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """A form as JSON-ready data: a JSON Schema in draft-07, a UI schema for react-jsonschema-form, initial values."""

    schema: dict[str, Any]
    ui_schema: dict[str, Any]
    data: dict[str, Any]


class FormSource(Protocol):
    """A form for the credential or for the inputs of an action; pure, no request."""

    def __call__(
        self,
        *,
        callback_url: str = "",
        http: HttpSettings | None = None,
        edition: str | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> Form:
        """Return the form.

        ``callback_url`` is shown in the credential form, whose regions are those that ``http`` allows. ``edition`` is
        the country edition whose fields stand among the usual ones. ``texts`` replaces texts by key; the keys and the
        English texts are the document ``schemas/texts/en.json``. Raises ``InputError`` for an unknown edition.
        """


# --- pickers and migrations --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One choice of a picker."""

    value: str
    label: str
    #: A second line that tells two equal labels apart: an e-mail address, a SKU, a percentage.
    detail: str = ""
    #: JSON-ready facts that a form may fill other fields with when this choice is taken: an item's rate, unit and tax.
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OptionsPage:
    """A page of choices, where the next one starts, and what asking for it cost (nothing when it was remembered)."""

    options: tuple[Option, ...]
    cursor: str | None = None
    calls: tuple[CallRecord, ...] = ()
    quota: Quota = field(default_factory=Quota)
    #: What the user should know: that the list is not whole, or that Zoho has none.
    warnings: tuple[str, ...] = ()


class OptionsSource(Protocol):
    """The choices behind a picker field."""

    def __call__(
        self,
        credential: Mapping[str, Any],
        *,
        tokens: TokenStore,
        run: RunContext,
        search: str = "",
        depends: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> OptionsPage:
        """Return a page of choices.

        ``search`` is what the user typed. ``depends`` holds the fields that ``depends_on`` of the field's ``x-options``
        names, and what it gives in ``with``; other fields of the form do no harm. ``cursor`` is that of the page
        before, with the same search and dependencies. Raises ``InputError`` that names what is to be chosen first.
        """


#: Lifts stored data to the next version; pure, no request.
Migration = Callable[[Mapping[str, Any]], dict[str, Any]]
