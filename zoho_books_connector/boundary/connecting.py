"""Connecting, checking and disconnecting an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from zoho_books_connector.boundary.limits import Quota
from zoho_books_connector.boundary.running import RunContext
from zoho_books_connector.boundary.tokens import TokenStore


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
