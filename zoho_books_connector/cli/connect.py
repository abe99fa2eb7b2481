"""Connects an account: asks for what is missing, gets the consent, and stores the connection only when it works."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from zoho_books_connector.boundary import Begin, Connection, TokenStore
from zoho_books_connector.cli.callback import Callback, callback_url
from zoho_books_connector.cli.errors import UnreadableFileError, UsageError
from zoho_books_connector.cli.guide import default_scope, region_named, regions, short_guide
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.organization import choose_organization
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.storing import store_connection
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.stores import MemoryTokenStore

ID_VARIABLE: Final = "ZOHO_BOOKS_CLIENT_ID"
SECRET_VARIABLE: Final = "ZOHO_BOOKS_CLIENT_SECRET"  # noqa: S105 - a variable's name
#: What a re-authorization takes over from the stored credential unless an option says otherwise.
_KEPT: Final = ("region", "authorization_url", "client_id", "client_secret", "scope", "organization_id")


def connect(options: argparse.Namespace, terminal: Terminal) -> int:
    """Connect an account, or authorize a stored connection again."""
    with closing(Host(http_settings(options))) as host:
        # Opened first: what is wrong with it should show before somebody consents.
        home = Home.of(options)
        old = home.find(options.connection) if options.connection else None
        store = home.store()
        host.share(home.budget())
        form = _Form(options, terminal, host, store.credential(old.id) if old else {}).filled_in()
        tokens = MemoryTokenStore()
        connected = _authorize(options, terminal, host, form, tokens)
        try:
            for warning in connected.warnings:
                terminal.say(f"Note: {warning}")
            organization = choose_organization(connected, form.get("organization_id"), terminal)
            credential = {**connected.credential, "organization_id": organization["organization_id"]}
            label = options.name or (old.label if old else str(organization.get("name") or ""))
            connection_id = store_connection(store, old, credential, label, tokens)
        except (ConnectorError, KeyboardInterrupt):
            _take_back(host, connected, tokens)
            raise
    _tell(terminal, connection_id, label, credential, organization)
    return 0


class _Form:
    """Fills in the credential form from options, environment and answers."""

    def __init__(self, options: argparse.Namespace, terminal: Terminal, host: Host, stored: Mapping[str, Any]) -> None:
        self._options = options
        self._terminal = terminal
        self._host = host
        self._stored = {name: stored[name] for name in _KEPT if stored.get(name)}

    def filled_in(self) -> dict[str, Any]:
        """Return the form; raises ``UsageError`` for what is missing when nobody can be asked."""
        manifest = self._host.manifest()
        form = {"schema_version": manifest["credential"]["schema_version"], **self._stored}
        code = self._region(manifest)
        if code != form.get("region"):
            form.pop("authorization_url", None)
            form["region"] = code
        form["client_id"] = self._client_id()
        form["client_secret"] = self._client_secret()
        form["scope"] = self._options.scope or form.get("scope") or default_scope(manifest)
        if self._options.organization:
            form["organization_id"] = self._options.organization
        return form

    def _region(self, manifest: dict[str, Any]) -> str:
        known = regions(self._host, manifest)
        code = self._options.region or self._stored.get("region")
        if code is None:
            self._need_somebody("--region", f"Choose one of: {', '.join(known)}.")
            for each, row in known.items():
                self._terminal.say(f"  {each:<4} {row['title']}")
            code = self._terminal.ask("Region of the organization")
        row = region_named(code, known)
        if not self._stored:
            self._show_guide(manifest, row, code)
        return str(code)

    def _show_guide(self, manifest: dict[str, Any], row: dict[str, Any], code: str) -> None:
        self_client = self._options.self_client is not None
        for line in short_guide(manifest, row, code, self._options.port, self_client=self_client):
            self._terminal.say(line)
        if not self_client:
            self._terminal.say(f"\nCallback URL to register: {callback_url(self._options.port)}\n")

    def _client_id(self) -> str:
        found = self._options.client_id or self._stored.get("client_id") or os.environ.get(ID_VARIABLE)
        if found:
            return str(found).strip()
        self._need_somebody("--client-id", f"Give it, or set {ID_VARIABLE}.")
        return self._terminal.ask("Client ID")

    def _client_secret(self) -> str:
        if self._options.client_secret_file:
            return _first_line(Path(self._options.client_secret_file))
        same_client = self._options.client_id in (None, self._stored.get("client_id"))
        found = os.environ.get(SECRET_VARIABLE) or (self._stored.get("client_secret") if same_client else None)
        if found:
            return str(found).strip()
        self._need_somebody("the Client Secret", f"Set {SECRET_VARIABLE}, or give --client-secret-file.")
        return self._terminal.ask_hidden("Client Secret")

    def _need_somebody(self, what: str, hint: str) -> None:
        if not self._terminal.interactive:
            raise UsageError("missing_option", f"{what} is missing, and nobody is there to be asked.", hint)


def _authorize(
    options: argparse.Namespace, terminal: Terminal, host: Host, form: dict[str, Any], tokens: TokenStore
) -> Connection:
    authorization = host.authorization()
    if options.self_client is not None:
        for warning in authorization.validate(form, run=host.run()):
            terminal.say(f"Note: {warning}")
        code = _self_client_code(options.self_client, terminal)
        return authorization.redeem(form, tokens=tokens, run=host.run(), code=code)
    begun = authorization.begin(form, redirect_uri=callback_url(options.port), run=host.run())
    with Callback(options.port, _state_in(begun.url)) as callback:
        _open_page(begun, terminal, browser=not options.no_browser)
        query = callback.wait()
    terminal.say("The answer is here; completing the connection.")
    return authorization.complete(form, tokens=tokens, run=host.run(), pending=begun.pending, query=query)


def _state_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]


def _open_page(begun: Begin, terminal: Terminal, *, browser: bool) -> None:
    for warning in begun.warnings:
        terminal.say(f"Note: {warning}")
    terminal.say("Grant the access on this page, in a browser on this machine (Ctrl-C gives up):")
    terminal.say(f"\n{begun.url}\n")
    if browser:
        # The URL stands above, so a machine without a browser loses nothing.
        with suppress(webbrowser.Error):
            webbrowser.open(begun.url)


def _self_client_code(given: str, terminal: Terminal) -> str:
    if given != "-":
        return given
    code = terminal.ask_hidden("Grant code") if terminal.interactive else sys.stdin.readline().strip()
    if not code:
        raise UsageError("missing_option", "There is no grant code.", "Generate one in the API console and paste it.")
    return code


def _take_back(host: Host, connected: Connection, tokens: TokenStore) -> None:
    """Revoke what was granted for a connection that was not stored; where that fails, nothing keeps the tokens."""
    with suppress(ConnectorError):
        host.authorization().revoke(connected.credential, tokens=tokens, run=host.run())


def _first_line(path: Path) -> str:
    try:
        lines = path.expanduser().read_text(encoding="utf-8-sig").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            "secret_file_unreadable",
            f"The file {path} cannot be read as text.",
            "Give --client-secret-file a text file that holds the Client Secret alone.",
        ) from error
    if len(lines) == 1:
        return lines[0]
    raise UnreadableFileError(
        "secret_file_lines", f"The file {path} does not hold exactly one line.", "Put the Client Secret alone into it."
    )


def _tell(
    terminal: Terminal, connection_id: str, label: str, credential: Mapping[str, Any], organization: Mapping[str, Any]
) -> None:
    terminal.facts(
        [
            ("Connected", label or connection_id),
            ("Connection", connection_id),
            ("Organization", f"{organization.get('name', '')} ({credential['organization_id']})".strip()),
            ("Region", str(credential["region"])),
            ("Next", "zoho-books check"),
        ]
    )
