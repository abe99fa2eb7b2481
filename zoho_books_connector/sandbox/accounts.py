"""The accounts server of one data centre: consent, tokens, revocation, user information, region directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from .clients import Client, Clients
from .consent_page import consent_page, error_page
from .messages import Request, Response, html_response, json_response, redirect
from .scopes import PROFILE, split_scopes, unknown_scopes
from .switches import Switches
from .tokens import AccessToken, TokenRefusedError, TokenVault

CONSENT_PARAMETERS = (
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "access_type",
    "prompt",
    "state",
)
THROTTLED = {
    "error": "Access Denied",
    "error_description": "Too many requests in a row. Try again after some time.",
    "status": "failure",
}
USER = {
    "First_Name": "Ada",
    "Last_Name": "Sandbox",
    "Email": "ada@example.com",
    "Display_Name": "Ada Sandbox",
    "ZUID": 640012345,
}


class Centre(Protocol):
    """What consent needs to know of the data centre where a person's account lives."""

    @property
    def accounts_url(self) -> str:
        """Address of its accounts server."""

    @property
    def vault(self) -> TokenVault:
        """Its tokens."""


class Accounts:
    """Answers everything under /oauth; callers hold the sandbox's lock."""

    def __init__(self, name: str, centres: Mapping[str, Centre], clients: Clients, switches: Switches) -> None:
        """`centres` holds every data centre, this one included."""
        self._name = name
        self._centres = centres
        self._clients = clients
        self._switches = switches
        self._routes: dict[str, Callable[[Request], Response]] = {
            "/oauth/v2/auth": self.authorize,
            "/oauth/v2/token": self.token,
            "/oauth/v2/token/revoke": self.revoke,
            "/oauth/v2/revoke/token": self.revoke,
            "/oauth/user/info": self.user_info,
            "/oauth/serverinfo": self.server_info,
        }

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        route = self._routes.get(request.path.rstrip("/"))
        return route(request) if route else html_response(404, "<h1>Not found</h1>")

    def authorize(self, request: Request) -> Response:
        """Show the consent page, or carry out what was decided on it."""
        client = self._clients.find(request.parameter("client_id"), self._name)
        scopes = split_scopes(request.parameter("scope"))
        problem = self._problem(request, client, scopes)
        if problem or client is None:
            return html_response(400, error_page(*problem))
        if request.method == "POST":
            return self._decide(request, client, scopes)
        sent = {name: request.query[name] for name in CONSENT_PARAMETERS if name in request.query}
        return html_response(200, consent_page(sent, scopes, tuple(client.secrets), self._name))

    def token(self, request: Request) -> Response:
        """Exchange a code or refresh; most refusals keep HTTP status 200, as Zoho was seen to do."""
        if request.method != "POST":
            return html_response(400, error_page("Wrong method"))
        try:
            return json_response(200, self._tokens(request))
        except TokenRefusedError as refused:
            if refused.throttled:
                return json_response(self._switches.throttle_status, THROTTLED)
            status = 400 if refused.error == "invalid_request" else 200
            return json_response(status, {"error": refused.error})

    def revoke(self, request: Request) -> Response:
        """End a token, in either of the two documented forms."""
        if request.method == "POST" and self._vault.revoke(request.parameter("token")):
            return json_response(200, {"status": "success"})
        return json_response(400, {"error": "invalid_token", "status": "failure"})

    def user_info(self, request: Request) -> Response:
        """Say who consented."""
        token = self.access_token(request)
        if token is None:
            return json_response(401, {"error": "invalid_token"})
        if PROFILE not in token.scopes:
            return json_response(401, {"error": "invalid_scope"})
        return json_response(200, USER)

    def server_info(self, _request: Request) -> Response:
        """List the data centres that run here."""
        locations = {name: centre.accounts_url for name, centre in self._centres.items()}
        return json_response(200, {"result": "success", "locations": locations})

    def access_token(self, request: Request) -> AccessToken | None:
        """The living token of the Authorization header."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        return self._vault.find(token.strip())

    @property
    def _vault(self) -> TokenVault:
        return self._centres[self._name].vault

    def _problem(self, request: Request, client: Client | None, scopes: tuple[str, ...]) -> tuple[str, ...]:
        if client is None:
            return ("Invalid Client",)
        if request.parameter("redirect_uri") not in client.redirect_uris:
            return ("Invalid Redirect Uri",)
        if request.parameter("response_type") != "code":
            return ("Invalid response type",)
        if unknown := unknown_scopes(scopes) or ([] if scopes else ["(none)"]):
            return ("Invalid OAuth Scope", ", ".join(unknown))
        return ()

    def _decide(self, request: Request, client: Client, scopes: tuple[str, ...]) -> Response:
        back: dict[str, Any] = {}
        if request.parameter("decision") != "accept":
            back["error"] = "access_denied"
        else:
            home = request.parameter("data_centre")
            home = home if home in client.secrets else self._name
            try:
                back["code"] = self._grant(request, client, scopes, home)
            except TokenRefusedError:
                return html_response(400, error_page("Too many requests"))
            if client.multi_dc:
                back |= {"location": home, "accounts-server": self._centres[home].accounts_url}
        if state := request.parameter("state"):
            back["state"] = state
        target = request.parameter("redirect_uri")
        joint = "&" if urlsplit(target).query else "?"
        return redirect(f"{target}{joint}{urlencode(back)}")

    def _grant(self, request: Request, client: Client, scopes: tuple[str, ...], home: str) -> str:
        return self._centres[home].vault.grant(
            client.client_id,
            scopes,
            redirect_uri=request.parameter("redirect_uri"),
            offline=request.parameter("access_type") == "offline",
            prompted="consent" in request.parameter("prompt").lower(),
        )

    def _tokens(self, request: Request) -> dict[str, Any]:
        basic_id, basic_secret = request.basic_credentials
        client = self._clients.find(request.parameter("client_id") or basic_id, self._name)
        if client is None:
            raise TokenRefusedError("invalid_client")
        secret = request.parameter("client_secret") or basic_secret
        if secret != client.secrets[self._name]:
            raise TokenRefusedError("invalid_client_secret")
        grant_type = request.parameter("grant_type")
        if grant_type == "authorization_code":
            return self._vault.exchange(request.parameter("code"), client.client_id, request.parameter("redirect_uri"))
        if grant_type == "refresh_token":
            return self._vault.refresh(request.parameter("refresh_token"), client.client_id)
        raise TokenRefusedError("invalid_client" if grant_type else "invalid_request")
