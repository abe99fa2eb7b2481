"""A person who connects accounts: fills in the form, and decides at the sandbox's consent page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import urljoin

import httpx

from zoho_books_connector.workbench.bench import Workbench

FORM = "/credentials/new/zoho_books"
SCOPE = "ZohoBooks.contacts.READ,ZohoBooks.settings.READ"


@dataclass
class Person:
    """At a workbench's pages, with a browser that keeps cookies; ``seen`` is everything that came back from it."""

    bench: Workbench
    client: httpx.Client
    seen: list[str] = field(default_factory=list)

    def get(self, address: str, **params: Any) -> httpx.Response:
        """Open a page."""
        return self._noted(self.client.get(address, params=params or None))

    def post(self, address: str, **fields: Any) -> httpx.Response:
        """Send a form of this session."""
        return self._noted(self.client.post(address, data={"csrf": token_of(self.client.get("/").text), **fields}))

    def save(self, address: str = FORM, **changes: str) -> httpx.Response:
        """Fill in the credential form for the sandbox, and save; ends at the page that leads to consent."""
        return self.post(address, **{**self.typed(), **changes})

    def typed(self) -> dict[str, str]:
        """What is typed into the form."""
        client, centre = self.bench.sandbox_client, self.bench.sandbox
        assert client is not None
        assert centre is not None
        here = centre["us"].accounts_url
        return {
            "do": "authorize",
            "region": "sandbox-us",
            "authorization_url": f"{here}/oauth/v2/auth",
            "token_url": f"{here}/oauth/v2/token",
            "base_api_url": f"{here}/books/v3",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": SCOPE,
            "label": "Our books",
        }

    def decide(self, leaving: httpx.Response, *, decision: str = "accept", data_centre: str = "us") -> httpx.Response:
        """Decide at the consent page, and come back."""
        return self.come_back(self.answer(leaving, decision=decision, data_centre=data_centre))

    def answer(self, leaving: httpx.Response, *, decision: str = "accept", data_centre: str = "us") -> str:
        """Decide at the consent page; returns the address that it sends the browser to."""
        address = consent_address(leaving.text)
        with httpx.Client(trust_env=False) as elsewhere:
            page = elsewhere.get(address).text
            given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
            fields = {name: unescape(value) for name, value in given.items()}
            answered = elsewhere.post(
                urljoin(address, "/oauth/v2/auth"), data={**fields, "decision": decision, "data_centre": data_centre}
            )
        return answered.headers["location"]

    def come_back(self, address: str) -> httpx.Response:
        """Follow the consent page's redirect."""
        return self._noted(self.client.get(address))

    def connect(self, **changes: str) -> str:
        """Connect the sandbox's first organization; returns the connection's id."""
        shown = self.decide(self.save(organization_id=self.organizations()[0], **changes))
        assert "Saved" in shown.text, shown.text
        return self.bench.store.list()[-1].id

    def organizations(self, data_centre: str = "us") -> list[str]:
        """The ids of a data centre's organizations."""
        assert self.bench.sandbox is not None
        return [str(each["organization_id"]) for each in self.bench.sandbox[data_centre].organizations]

    def _noted(self, response: httpx.Response) -> httpx.Response:
        for each in (*response.history, response):
            self.seen += [str(each.url), str(each.headers), each.text]
        return response


def token_of(page: str) -> str:
    """The token that this session's forms carry."""
    found = re.search(r"&#34;X-CSRF-Token&#34;: &#34;(\w+)|\"X-CSRF-Token\": \"(\w+)", page)
    assert found is not None
    return found[1] or found[2]


def consent_address(page: str) -> str:
    """The link to the consent page."""
    found = re.search(r'href="([^"]+/oauth/v2/auth[^"]+)"', page)
    assert found is not None, page
    return unescape(found[1])


def let_expire(bench: Workbench, connection: str) -> None:
    """Let the stored access token look as if an hour had passed."""
    tokens = bench.store.tokens(connection)
    held = tokens.load()
    assert held is not None
    tokens.save(replace(held[0], expires_at=0.0), expected=held[1])


def stored(bench: Workbench) -> list[Mapping[str, Any]]:
    """The credentials that are stored."""
    return [bench.store.credential(each.id) for each in bench.store.list()]
