"""The demo's first steps: sandbox, plugin, credential, consent, organization."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from zoho_books_connector.cli.guide import default_scope
from zoho_books_connector.demo.person import accept
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.demo.table import DemoError, Step, expect
from zoho_books_connector.errors import CredentialError

#: The books of the story are kept in India, while the client is registered in the United States.
_COUNTRY = "India"


def connecting_steps(stage: Stage) -> Iterator[Step]:
    """Yield the steps that end with a connected organization."""
    steps = _Connecting(stage)
    yield Step("Start the sandbox", steps.start)
    yield Step("Load the connector", steps.load)
    yield Step("Refuse a broken credential", steps.refuse_contradiction)
    yield Step("Validate the credential", steps.validate)
    yield Step("Build the authorization URL", steps.begin)
    yield Step("Consent page: accept", steps.consent)
    yield Step("Callback: exchange the code", steps.complete)
    yield Step("Pick the organization", steps.pick)
    yield Step("Check the connection", steps.check)


class _Connecting:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._organizations: tuple[dict[str, Any], ...] = ()

    def start(self) -> str:
        self._stage.start_sandbox()
        ports = {code: urlsplit(centre.api_domain).port for code, centre in self._stage.sandbox.data_centres.items()}
        return "data centres " + ", ".join(f"{code} on port {port}" for code, port in ports.items())

    def load(self) -> str:
        host = self._stage.load_host()
        actions = host.action_ids()
        expect(set(actions) == set(host.manifest()["actions"]), "manifest and plugin name different actions")
        expect(len(actions) == 11, f"there are {len(actions)} actions, not 11")
        return f"entry point found, {len(actions)} actions, 1 trigger"

    def refuse_contradiction(self) -> str:
        home, other = (self._stage.sandbox[code] for code in ("us", "in"))
        form = self._form() | {
            "token_url": f"{home.accounts_url}/oauth/v2/token",
            "base_api_url": other.api_url,
        }
        try:
            self._authorization.validate(form, run=self._stage.context())
        except CredentialError as error:
            expect(error.reason == "wrong_region", "the refusal does not name the regions")
            return f"refused: {error.reason}, {len(error.fields)} fields marked"
        raise DemoError("a credential from two regions was accepted")

    def validate(self) -> str:
        self._stage.credential = self._form()
        warnings = self._authorization.validate(self._stage.credential, run=self._stage.context())
        expect(not warnings, f"unexpected warnings: {warnings}")
        return "valid, no request needed"

    def begin(self) -> str:
        begin = self._authorization.begin(
            self._stage.credential, redirect_uri=self._callback, run=self._stage.context()
        )
        self._stage.pending, self._stage.authorization_url = begin.pending, begin.url
        return f"{urlsplit(begin.url).path}, state and offline access in it"

    def consent(self) -> str:
        accept(self._stage.authorization_url, data_centre="in")
        expect("code" in self._stage.receiver.query, "the callback brought no code")
        return f"brought {', '.join(sorted(self._stage.receiver.query))}"

    def complete(self) -> str:
        pending, self._stage.pending = self._stage.pending, {}
        connection = self._authorization.complete(
            self._stage.credential,
            tokens=self._stage.tokens,
            run=self._stage.context(),
            pending=pending,
            query=self._stage.receiver.query,
        )
        expect(connection.credential["region"] == "sandbox-in", "the region was not corrected")
        self._stage.credential, self._organizations = connection.credential, connection.organizations
        return "tokens stored, region corrected to sandbox-in"

    def pick(self) -> str:
        source = self._stage.host.options("organization")
        page = source(self._stage.credential, tokens=self._stage.tokens, run=self._stage.context())
        expect(len(page.options) == len(self._organizations), "the picker shows other organizations")
        chosen = next(each for each in self._organizations if each.get("country") == _COUNTRY)
        self._stage.credential["organization_id"] = chosen["organization_id"]
        return f"{chosen['name']}, one of {len(page.options)}"

    def check(self) -> str:
        status = self._authorization.check(self._stage.credential, tokens=self._stage.tokens, run=self._stage.context())
        expect(status.missing_scopes == (), f"missing scopes: {status.missing_scopes}")
        return f"{status.organization['currency_code']} books, no scope missing"

    @property
    def _authorization(self) -> Any:
        return self._stage.host.authorization()

    @property
    def _callback(self) -> str:
        return f"{self._stage.receiver.url}/callback"

    def _form(self) -> dict[str, Any]:
        client = self._client()
        return {
            "schema_version": 2,
            "region": "sandbox-us",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": self._scope(),
        }

    def _scope(self) -> str:
        """Return what the actions need, and what the webhook needs to set itself up."""
        manifest = self._stage.host.manifest()
        trigger = manifest["triggers"]["webhook"]["scopes"]
        return ",".join(
            dict.fromkeys([*default_scope(manifest).split(","), *trigger["subscribe"], *trigger["unsubscribe"]])
        )

    def _client(self) -> Any:
        if not hasattr(self, "_registered"):
            self._registered = self._stage.sandbox.register_client([self._callback], home="us")
        return self._registered
