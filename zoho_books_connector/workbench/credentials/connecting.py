"""Leads a setup from the form to a stored connection, each step whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from zoho_books_connector.boundary import RunContext, Status, TokenSet
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.storing import store_connection
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import ConnectionInfo, ConnectionStore, MemoryTokenStore
from zoho_books_connector.stores.failures import changed_meanwhile, unknown_connection
from zoho_books_connector.workbench.credentials.form import SECRET
from zoho_books_connector.workbench.credentials.scopes import split
from zoho_books_connector.workbench.credentials.setups import Setup
from zoho_books_connector.workbench.credentials.standing import Standing, Standings

#: Seconds that a person waits for a step; without an end, a Zoho that is silent would hold the page for minutes.
_PATIENCE: Final = 20.0
#: What a changed value of needs a new consent.
_CONSENTED: Final = ("region", "authorization_url", "token_url", "base_api_url", "client_id")


class Connecting:
    """The steps; each raises ``ConnectorError``, and leaves store and standings as they were when it does."""

    def __init__(
        self,
        host: Host,
        store: ConnectionStore,
        standings: Standings,
        callback_url: str,
        learn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._host = host
        self._store = store
        self._standings = standings
        self._callback_url = callback_url
        #: Told of a connection whose test has just passed in this thread, so that its limits are known from then on.
        self._learn = learn

    def begin(self, setup: Setup) -> None:
        """Check the form, and build the address of the consent page."""
        self.take_back(setup)
        setup.start_over()
        self._compare(setup)
        setup.begun = self._host.authorization().begin(setup.values, redirect_uri=self._callback_url, run=self._run())

    def complete(self, setup: Setup, query: dict[str, str]) -> None:
        """Exchange the code of the callback; where the organization is clear, test and store."""
        assert setup.begun is not None  # noqa: S101 - only what has begun is answered
        setup.connected = self._host.authorization().complete(
            setup.values, tokens=setup.tokens, run=self._run(), pending=setup.begun.pending, query=query
        )
        self._choose_what_is_clear(setup)

    def redeem(self, setup: Setup, code: str) -> None:
        """Exchange a code of a self client; where the organization is clear, test and store."""
        setup.connected = self._host.authorization().redeem(
            setup.values, tokens=setup.tokens, run=self._run(), code=code
        )
        self._choose_what_is_clear(setup)

    def choose(self, setup: Setup, organization_id: str) -> None:
        """Test the connection with an organization, and store it when it works."""
        connected = setup.connected
        assert connected is not None  # noqa: S101 - an organization is chosen after consent
        credential = {**connected.credential, "organization_id": organization_id}
        status = self._host.authorization().check(credential, tokens=setup.tokens, run=self._run())
        label = setup.label or str(status.organization.get("name") or "")
        try:
            connection_id = store_connection(self._store, setup.old, credential, label, setup.tokens)
        except ConnectorError:
            self.take_back(setup)
            setup.start_over()
            raise
        warnings = setup.begun.warnings if setup.begun else ()
        setup.finish(connection_id)
        self._note(connection_id, status, (*warnings, *connected.warnings))

    def amend(self, setup: Setup) -> None:
        """Store what needs no consent: the label as it is, an organization or a secret when they work."""
        old = setup.old
        assert old is not None  # noqa: S101 - only what is stored is amended
        before, label = self._store.credential(old.id), setup.label or old.label
        if setup.values == before:
            self._store.update(old.id, before, label=label, seen=old.updated_at)
        elif setup.values.get(SECRET) == before.get(SECRET):
            status = self._host.authorization().check(setup.values, tokens=self._store.tokens(old.id), run=self._run())
            self._store.update(old.id, setup.values, label=label, seen=old.updated_at)
            self._note(old.id, status)
        else:
            # Tokens that count as expired are renewed, which takes the new secret.
            tokens = MemoryTokenStore(replace(self._tokens(old), expires_at=0.0))
            status = self._host.authorization().check(setup.values, tokens=tokens, run=self._run())
            store_connection(self._store, old, setup.values, label, tokens)
            self._note(old.id, status)
        setup.finish(old.id)

    def needs_consent(self, setup: Setup) -> bool:
        """Tell whether what was changed takes a new consent."""
        assert setup.old is not None  # noqa: S101 - as above
        before = self._store.credential(setup.old.id)
        changed = any(setup.values.get(name) != before.get(name) for name in _CONSENTED)
        scopes = set(split(str(before.get("scope") or ""))) != set(split(str(setup.values.get("scope") or "")))
        return changed or scopes or self._store.tokens(setup.old.id).load() is None

    def test(self, connection_id: str) -> Standing:
        """Test a stored connection, and note what was found; raises nothing that the test met."""
        try:
            status = self._host.authorization().check(
                self._store.credential(connection_id), tokens=self._store.tokens(connection_id), run=self._run()
            )
        except ConnectorError as error:
            return self._standings.failed(connection_id, error)
        with suppress(ConnectorError):
            self._learn(connection_id)
        return self._standings.works(connection_id, status)

    def remove(self, connection_id: str, *, unrevoked: bool) -> None:
        """Revoke a connection and forget it; with ``unrevoked`` it is forgotten without asking anybody."""
        if not unrevoked:
            self._host.authorization().revoke(
                self._store.credential(connection_id), tokens=self._store.tokens(connection_id), run=self._run()
            )
        self._store.delete(connection_id)
        with suppress(ConnectorError):
            self._standings.forget(connection_id)

    def refuse(self, setup: Setup, error: ConnectorError) -> None:
        """Note why a step failed. A secret that was refused is not kept; the stored one is in its place, if it fits."""
        setup.error = error
        if not any(fault.pointer == f"/{SECRET}" for fault in error.fields):
            return
        setup.values.pop(SECRET, None)
        with suppress(ConnectorError):
            stored = self._store.credential(setup.old.id) if setup.old else {}
            if stored.get("client_id") == setup.values.get("client_id"):
                setup.values |= {name: value for name, value in stored.items() if name == SECRET}

    def take_back(self, setup: Setup) -> None:
        """Revoke what was granted for a setup that comes to nothing; where that fails, nobody keeps the tokens."""
        if setup.tokens.load() is None:
            return
        credential = setup.connected.credential if setup.connected else setup.values
        with suppress(ConnectorError):
            self._host.authorization().revoke(credential, tokens=setup.tokens, run=self._run())
        setup.tokens.clear()

    def _run(self) -> RunContext:
        return self._host.run(interactive=True, deadline=time.time() + _PATIENCE)

    def _note(self, connection_id: str, status: Status, notes: tuple[str, ...] = ()) -> None:
        """Note a test that passed; where that fails, what is stored stays stored, and a test can be made again."""
        with suppress(ConnectorError):
            self._standings.works(connection_id, status, notes=notes)
            self._learn(connection_id)

    def _choose_what_is_clear(self, setup: Setup) -> None:
        assert setup.connected is not None  # noqa: S101 - what was exchanged is connected
        chosen = setup.connected.credential.get("organization_id")
        if chosen:
            self.choose(setup, str(chosen))

    def _compare(self, setup: Setup) -> None:
        """Spare somebody a consent that could not be stored; storing compares again."""
        old = setup.old
        if old is None:
            return
        now = next((each for each in self._store.list() if each.id == old.id), None)
        if now is None:
            raise unknown_connection(old.id)
        if now.updated_at != old.updated_at:
            raise changed_meanwhile(old.id)

    def _tokens(self, connection: ConnectionInfo) -> TokenSet:
        stored = self._store.tokens(connection.id).load()
        if stored is None:
            raise unknown_connection(connection.id)
        return stored[0]
