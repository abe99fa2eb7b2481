"""What the pages take for granted: a connected account, a sandbox in Zoho's place, a person at the browser."""

from __future__ import annotations

import http.client
import re
import socket
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from zoho_books_connector.boundary import DataCentre, TokenSet
from zoho_books_connector.cli.callback import callback_url
from zoho_books_connector.sandbox import Client, Limits, Sandbox
from zoho_books_connector.sandbox.modules import MODULES

CALLBACK = "https://flows.example/callback"


@dataclass(frozen=True)
class Account:
    """A sandbox that stands in for Zoho's data centres, with records in its books."""

    sandbox: Sandbox
    client: Client
    #: Where the command line takes its callback, free when the test began.
    port: int

    @property
    def organization_id(self) -> str:
        return str(self.sandbox["us"].organizations[0]["organization_id"])

    @property
    def centres(self) -> list[DataCentre]:
        """The sandbox's data centres as a host's settings name them."""
        named = self.sandbox.data_centres.items()
        return [DataCentre(f"sandbox-{code}", code, each.accounts_url, each.api_domain) for code, each in named]

    @property
    def credential(self) -> dict[str, Any]:
        return {
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret,
            "organization_id": self.organization_id,
        }

    def tokens(self) -> TokenSet:
        answer = self.sandbox["us"].issue_tokens(self.client)
        return TokenSet(answer["access_token"], answer["refresh_token"], expires_at=4e9, issued_at=1e9)

    def plant(self, inputs: Mapping[str, Any]) -> None:
        """Put the records into the books that an example's inputs name by their ids."""
        contact_id = inputs.get("customer_id") or inputs.get("contact_id")
        if contact_id:
            person = {"contact_person_id": inputs.get("contact_person_id", "1"), "first_name": "Mara"}
            self._seed("contact", contact_id=contact_id, contact_persons=[person])
        for source in (inputs, *inputs.get("line_items", ())):
            if "item_id" in source:
                self._seed("item", item_id=source["item_id"], name=f"Item {source['item_id']}")
        if "module" in inputs:
            key = inputs["module"]
            self._seed(key, **{MODULES[key].id_field: inputs["record_id"]})

    def _seed(self, module: str, **fields: Any) -> None:
        for centre in self.sandbox.data_centres.values():
            centre.seed(centre.organizations[0]["organization_id"], module, fields)


@pytest.fixture
def account() -> Iterator[Account]:
    """An account at a sandbox with demo records, limits off."""
    with Sandbox(limits=Limits.off()) as sandbox:
        sandbox["us"].seed_demo()
        port = free_port()
        yield Account(sandbox, sandbox.register_client([CALLBACK, callback_url(port)]), port)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def consent(url: str) -> dict[str, str]:
    """Accept on the consent page; returns the query with which the browser comes to the callback."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", f"{address.path}?{address.query}")
        page = connection.getresponse().read().decode()
        form = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(.*?)" value="(.*?)"', page)}
        body = urllib.parse.urlencode(form | {"decision": "accept", "data_centre": "us"})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", address.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        location = answer.getheader("Location", "")
    finally:
        connection.close()
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def web_framework() -> dict[str, Any]:
    """``session``, ``redirect`` and ``request`` as a page calls them."""
    request = SimpleNamespace(query={})

    def redirect(url: str) -> None:
        request.query = consent(url)

    return {"session": {}, "redirect": redirect, "request": request}
