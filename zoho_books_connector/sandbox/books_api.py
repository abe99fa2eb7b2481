"""The Books API of one data centre: who may call, which organization, which route, in which envelope."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .books import Books
from .calls import Answer, Call, Route
from .changes import Change
from .errors import RefusedError, envelope
from .messages import Request, Response, json_response
from .quota import Quota
from .record_fields import dress
from .routes import ROUTES
from .scopes import allows
from .switches import Switches
from .tokens import AccessToken, TokenVault

BASE = "/books/v3"
SCHEMES = ("zoho-oauthtoken", "bearer")
ORGANIZATIONS = "/organizations"
NOT_MODELLED = 501


@dataclass(frozen=True)
class Organization:
    """Books and quota of one organization."""

    books: Books
    quota: Quota


class BooksApi:
    """Answers everything under /books/v3."""

    def __init__(
        self,
        organizations: Mapping[str, Organization],
        vault: TokenVault,
        switches: Switches,
        lock: threading.RLock,
        after_call: Callable[[Books, list[Change]], None],
    ) -> None:
        """`lock` guards the state of the whole sandbox; `after_call` hears what each call changed."""
        self._organizations = organizations
        self._vault = vault
        self._switches = switches
        self._lock = lock
        self._after_call = after_call

    def handle(self, request: Request, settle: Callable[[Response], None]) -> Response:
        """Answer a request; `settle` is called with the answer while the call still counts as open."""
        organization = self._organizations.get(request.query.get("organization_id", ""))
        try:
            with self._lock:
                token = self._authenticate(request)
                route, ids = self._route(request)
                self._authorize(token, route)
                self._enter(request, organization)
        except RefusedError as refused:
            response = self._refusal(refused, organization)
            settle(response)
            return response
        try:
            with self._lock:
                response = self._carry_out(route, request, ids, organization)
            settle(response)
            return response
        finally:
            if organization:
                with self._lock:
                    organization.quota.leave()

    def _authenticate(self, request: Request) -> AccessToken:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES or not token.strip():
            raise RefusedError(14)
        found = self._vault.find(token.strip())
        if found is None:
            raise RefusedError(self._switches.unknown_token_code)
        return found

    def _route(self, request: Request) -> tuple[Route | None, dict[str, str]]:
        """The route and the ids in the path; None for the list of organizations, which needs none."""
        path = request.path.removeprefix(BASE)
        if path.rstrip("/") == ORGANIZATIONS and request.method == "GET":
            return None, {}
        methods = set()
        for route in ROUTES:
            if found := route.pattern.match(path):
                methods.add(route.method)
                if route.method == request.method:
                    return route, found.groupdict()
        if methods == {"GET"} and request.method in ("POST", "PUT", "DELETE"):
            message = f"The sandbox does not model {request.method} {path}."
            raise RefusedError(5, NOT_MODELLED, message)
        raise RefusedError(5, 405 if methods else 404, "Wrong method." if methods else None)

    def _authorize(self, token: AccessToken, route: Route | None) -> None:
        group, method = (route.group, route.method) if route else ("settings", "GET")
        if not allows(token.scopes, group, method):
            raise RefusedError(57)

    def _enter(self, request: Request, organization: Organization | None) -> None:
        if organization is not None:
            organization.quota.admit()
        elif not request.path.removeprefix(BASE).startswith(ORGANIZATIONS):
            raise RefusedError(6041)

    def _carry_out(
        self,
        route: Route | None,
        request: Request,
        ids: dict[str, str],
        organization: Organization | None,
    ) -> Response:
        try:
            answer = self._list_organizations() if route is None else self._call(route, request, ids, organization)
        except RefusedError as refused:
            return self._refusal(refused, organization)
        headers = organization.quota.headers if organization else ()
        if answer.location:
            headers = (*headers, ("Location", answer.location))
        content = {"code": 0, "message": answer.message, **answer.content}
        return json_response(answer.status, content, headers)

    def _call(self, route: Route, request: Request, ids: dict[str, str], organization: Organization | None) -> Answer:
        if organization is None:
            organization = self._organizations.get(ids.get("organization_id", ""))
        if organization is None:
            raise RefusedError(6041)
        books = organization.books
        with books.noting() as changes:
            answer = route.carry_out(Call(books, request, ids))
        self._after_call(books, changes)
        return answer

    def _list_organizations(self) -> Answer:
        shown = [
            dress("organization", organization.books.organization, self._switches)
            for organization in self._organizations.values()
        ]
        return Answer(content={"organizations": shown})

    def _refusal(self, refused: RefusedError, organization: Organization | None) -> Response:
        quota = organization.quota if organization and refused.status != 401 else None
        headers = (*quota.headers, *quota.refusal_headers(refused.code)) if quota else ()
        return envelope(refused.status, refused.code, refused.message, headers)
