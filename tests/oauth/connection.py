"""One connection in one process, used run after run on a clock that a test moves."""

from __future__ import annotations

from typing import Final

import httpx

from tests.doubles import Clock, Reply, Script, answer, credential, runtime
from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import RunContext, TokenStore
from zoho_books_connector.runtime import DefaultRuntime

NEW_ACCESS: Final = "1000.new-access-canary"
REFRESH: Final = "POST /oauth/v2/token"
CALL: Final = "GET /books/v3/contacts/1"


def unauthorized() -> httpx.Response:
    """What Zoho answers to a dead token, a missing scope and a role that forbids it alike."""
    return answer(401, 57, "You are not authorized to perform this operation")


class Connection:
    """One connection in one process, used run after run."""

    def __init__(self, store: TokenStore, *replies: Reply) -> None:
        self.store = store
        self.owner: DefaultRuntime
        self.script: Script
        self.owner, self.script = runtime(*replies)

    def use(self) -> list[str]:
        """Make one call in a run of its own; returns the run's warnings."""
        client = open_client(credential(), self.store, RunContext(self.owner), scope="ZohoBooks.contacts.READ")
        client.get("/contacts/1")
        return client.log.warnings

    @property
    def used(self) -> list[str]:
        """The access tokens of the calls so far."""
        calls = [each for each in self.script.requests if each.method == "GET"]
        return [each.headers["authorization"].removeprefix("Zoho-oauthtoken ") for each in calls]

    def wait(self, seconds: float) -> None:
        clock = self.owner.resource("zoho_books.clock", Clock)
        assert isinstance(clock, Clock)
        clock.now += seconds
