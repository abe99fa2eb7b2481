"""Connects, checks and disconnects an account; trusts no host that a redirect names unless it stands in the table."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from zoho_books_connector.api.client import region_table, token_endpoint
from zoho_books_connector.boundary import Begin, Connection, RunContext, Status, TokenSet, TokenStore
from zoho_books_connector.errors import ConnectorError, CredentialError, FieldFault
from zoho_books_connector.oauth.callback import code_of, domain_warnings, region_of, region_warnings
from zoho_books_connector.oauth.credential import Credential, parse_credential
from zoho_books_connector.oauth.organizations import ORGANIZATIONS_SCOPE, list_organizations
from zoho_books_connector.oauth.scopes import missing, required_scopes, split, warning
from zoho_books_connector.oauth.session import locked
from zoho_books_connector.registry import ACTIONS
from zoho_books_connector.sending.calls import RunLog, clock_of


class ZohoAuthorization:
    """OAuth 2.0 as Zoho Accounts speaks it, several data centres included."""

    def validate(self, credential: Mapping[str, Any], *, run: RunContext) -> tuple[str, ...]:
        """Check the form; returns warnings, raises ``CredentialError`` with every fault."""
        return _form_warnings(parse_credential(credential, region_table(run)))

    def begin(self, credential: Mapping[str, Any], *, redirect_uri: str, run: RunContext) -> Begin:
        """Build the authorization URL. Offline access and forced consent together bring a refresh token."""
        parsed = parse_credential(credential, region_table(run))
        state = secrets.token_urlsafe(32)
        query = {
            "response_type": "code",
            "client_id": parsed.client_id,
            "scope": ",".join(_wanted_scopes(parsed)),
            "redirect_uri": redirect_uri,
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
        }
        pending = {"state": state, "redirect_uri": redirect_uri, "started_at": clock_of(run.runtime)()}
        return Begin(
            f"{parsed.authorization_region.authorization_url}?{urlencode(query)}", pending, _form_warnings(parsed)
        )

    def complete(
        self,
        credential: Mapping[str, Any],
        *,
        tokens: TokenStore,
        run: RunContext,
        pending: Mapping[str, Any],
        query: Mapping[str, str],
    ) -> Connection:
        """Exchange the callback's code where the callback says, if that is a data centre of the table."""
        code = code_of(pending, query, clock_of(run.runtime)())
        regions = region_table(run)
        parsed = parse_credential(credential, regions)
        region = region_of(query, regions) or parsed.region
        warnings = region_warnings(parsed.region, region)
        at_home = replace(parsed, region=region)
        return self._connect(credential, at_home, tokens, run, code, str(pending["redirect_uri"]), warnings)

    def redeem(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext, code: str) -> Connection:
        """Exchange a self client's code, which has no redirect."""
        parsed = parse_credential(credential, region_table(run))
        return self._connect(credential, parsed, tokens, run, code.strip(), None, [])

    def check(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext) -> Status:
        """List the organizations with the stored tokens, and compare the granted scopes with what actions need."""
        parsed = parse_credential(credential, region_table(run))
        chosen = parsed.require_organization()
        log = RunLog.of(run)
        organizations = list_organizations(parsed, tokens, log)
        organization = next((each for each in organizations if each["organization_id"] == chosen), None)
        if organization is None:
            raise _not_a_member(organizations)
        stored = tokens.load()
        granted = (stored[0].scope if stored else "") or parsed.scope
        return Status(
            organization=organization,
            organizations=organizations,
            missing_scopes=missing(granted, required_scopes(ACTIONS)) if granted else (),
            token_expires_at=stored[0].expires_at if stored else None,
            quota=log.quota,
            warnings=(*parsed.warnings, *log.warnings),
        )

    def revoke(self, credential: Mapping[str, Any], *, tokens: TokenStore, run: RunContext) -> None:
        """Revoke the refresh token at Zoho, then forget the tokens; they stay when Zoho cannot be reached."""
        stored = tokens.load()
        if stored is None:
            return
        parsed = parse_credential(credential, region_table(run))
        token_endpoint(parsed, RunLog.of(run), stored[0]).revoke(stored[0].refresh_token)
        tokens.clear()

    def _connect(
        self,
        form: Mapping[str, Any],
        credential: Credential,
        tokens: TokenStore,
        run: RunContext,
        code: str,
        redirect_uri: str | None,
        warnings: list[str],
    ) -> Connection:
        log = RunLog.of(run)
        fresh, api_domain = token_endpoint(credential, log).exchange(code, redirect_uri=redirect_uri)
        if not fresh.refresh_token:
            raise CredentialError(
                "no_refresh_token",
                "Zoho granted access for one hour only and sent no refresh token.",
                "Remove this application under Connected Apps in the Zoho account's settings, then authorize again.",
                reason="no_refresh_token",
            )
        warnings += domain_warnings(credential.region, api_domain, region_table(run))
        _store(tokens, fresh, log)
        organizations, organization_id = self._choose(credential, tokens, log, warnings)
        return Connection(
            credential={**form, **_region_fields(form, credential), "organization_id": organization_id},
            organizations=organizations,
            warnings=tuple(warnings),
        )

    def _choose(
        self, credential: Credential, tokens: TokenStore, log: RunLog, warnings: list[str]
    ) -> tuple[tuple[dict[str, Any], ...], str | None]:
        """Return the account's organizations, and the chosen one if it is theirs or the only one."""
        try:
            organizations = list_organizations(credential, tokens, log)
        except ConnectorError as error:
            # The tokens are good and stored: what is missing is only the list to choose from.
            warnings.append(f"{ORGANIZATIONS_SCOPE} lists the organizations; enter the id by hand. {error}")
            return (), credential.organization_id
        ids = [each["organization_id"] for each in organizations]
        if credential.organization_id is not None and credential.organization_id not in ids:
            warnings.append(f"The account is not a member of organization {credential.organization_id}; choose again.")
        elif credential.organization_id is not None:
            return organizations, credential.organization_id
        return organizations, ids[0] if len(ids) == 1 else None


def _form_warnings(credential: Credential) -> tuple[str, ...]:
    strange = warning(credential.scope, required_scopes(ACTIONS))
    return (*credential.warnings, strange) if strange else credential.warnings


def _wanted_scopes(credential: Credential) -> tuple[str, ...]:
    return split(credential.scope) or required_scopes(ACTIONS)


def _store(tokens: TokenStore, fresh: TokenSet, log: RunLog) -> None:
    with locked(tokens, log):
        stored = tokens.load()
        tokens.save(fresh, expected=stored[1] if stored else None)


def _region_fields(form: Mapping[str, Any], credential: Credential) -> dict[str, Any]:
    """The region's fields as the corrected form shows them; the Authorization URL stays where the client is."""
    region = credential.region
    return {
        "region": region.code,
        "authorization_url": form.get("authorization_url") or credential.authorization_region.authorization_url,
        "token_url": region.token_url,
        "base_api_url": region.base_api_url,
    }


def _not_a_member(organizations: tuple[dict[str, Any], ...]) -> CredentialError:
    names = ", ".join(str(each.get("name")) for each in organizations) or "none"
    return CredentialError(
        "wrong_organization",
        f"The connected user does not belong to the chosen organization; theirs: {names}.",
        "Choose one of the user's organizations.",
        reason="wrong_organization",
        fields=(FieldFault("/organization_id", "Choose one of the user's organizations."),),
    )
