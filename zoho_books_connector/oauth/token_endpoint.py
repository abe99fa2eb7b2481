"""Speaks to the token endpoint of one accounts server and tells its refusals apart."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import httpx

from zoho_books_connector.boundary import CallRecord, TokenSet
from zoho_books_connector.errors import ErrorDetails, UnavailableError
from zoho_books_connector.oauth.credential import Credential
from zoho_books_connector.oauth.regions import TOKEN_PATH, Region
from zoho_books_connector.oauth.token_refusals import DEAD_CODE, DEAD_TOKEN, Refusal, refusal
from zoho_books_connector.sending.calls import RunLog
from zoho_books_connector.sending.headers import retry_after
from zoho_books_connector.sending.transport import bound_timeouts

logger: Final = logging.getLogger("zoho_books_connector.oauth")

#: Zoho documents one hour.
_DEFAULT_LIFE: Final = 3600.0

#: The two documented forms; both take the token in the body here, so that it stands in no URL.
_REVOKE_PATHS: Final = ("/oauth/v2/revoke/token", "/oauth/v2/token/revoke")
#: How an accounts server may call a token that is dead already; Zoho documents only the status of a refused revoke.
_DEAD: Final = ("invalid_code", "invalid_token")


class TokenEndpoint:
    """Exchanges codes and refresh tokens for one credential at one region's accounts server.

    Zoho answers most refusals with HTTP 200, so an answer is judged by the presence of ``access_token`` alone.
    Everything secret goes in the form body. Raises ``CredentialError``, ``RateLimitedError`` (throttled) or
    ``UnavailableError`` (outage).
    """

    def __init__(self, http: httpx.Client, credential: Credential, region: Region, log: RunLog) -> None:
        self._http = http
        self._credential = credential
        self._region = region
        self._log = log
        self._clock = log.clock

    def exchange(self, code: str, *, redirect_uri: str | None) -> tuple[TokenSet, str]:
        """Exchange a grant code; returns tokens (the refresh token may be empty) and ``api_domain`` as answered."""
        form = {"grant_type": "authorization_code", "code": code}
        if redirect_uri is not None:
            form["redirect_uri"] = redirect_uri
        answer = self._token(form, dead=DEAD_CODE)
        tokens = self._token_set(answer, refresh_token=_text(answer, "refresh_token"))
        return tokens, _text(answer, "api_domain")

    def refresh(self, tokens: TokenSet) -> TokenSet:
        """Fetch a new access token; Zoho sends no new refresh token, so the old one is kept."""
        answer = self._token({"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}, dead=DEAD_TOKEN)
        logger.info("access token refreshed in region %s", self._region.code)
        # Whatever a refresh answers, the token that works is the one that was sent, unless a new one is there.
        renewed = self._token_set(answer, refresh_token=_text(answer, "refresh_token") or tokens.refresh_token)
        return renewed if renewed.scope else replace(renewed, scope=tokens.scope)

    def revoke(self, refresh_token: str) -> None:
        """Revoke a refresh token; one that is dead already counts as revoked."""
        for path in _REVOKE_PATHS:
            response = self._post(path, {"token": refresh_token, "token_type": "refresh_token"})
            error = _error_of(_json(response))
            if error in _DEAD or (response.status_code == 200 and not error):
                logger.info("refresh token revoked in region %s", self._region.code)
                return
        raise UnavailableError(
            "revoke_failed",
            "Zoho did not confirm that the connection is revoked.",
            "Try again, or remove it under Connected Apps in the Zoho account's settings.",
            details=ErrorDetails(http_status=response.status_code, method="POST", path=path),
        )

    def _token(self, form: Mapping[str, str], *, dead: Refusal) -> dict[str, Any]:
        response = self._post(TOKEN_PATH, form)
        answer = _json(response)
        if answer is not None and _fits_a_header(_text(answer, "access_token")):
            return answer
        wait = retry_after(response.headers, self._clock())
        raise refusal(_error_of(answer), response.status_code, self._region, dead=dead, retry_after=wait)

    def _post(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        self._log.check()
        secrets = {"client_id": self._credential.client_id, "client_secret": self._credential.client_secret}
        request = self._http.build_request("POST", self._region.accounts_url + path, data={**form, **secrets})
        bound_timeouts(request, self._log)
        started = self._clock()
        try:
            response = self._http.send(request)
        except httpx.RequestError as error:
            self._record(path, None, started, failure=type(error).__name__)
            raise UnavailableError(
                "accounts_unreachable",
                f"Zoho's accounts server in the region {self._region.title} did not answer.",
                "Try again in a moment.",
                details=ErrorDetails(method="POST", path=path),
            ) from None  # the request in the original error holds the client secret
        self._record(path, response.status_code, started)
        return response

    def _record(self, path: str, status: int | None, started: float, failure: str | None = None) -> None:
        self._log.add(CallRecord("POST", path, status, self._clock() - started, failure=failure))

    def _token_set(self, answer: Mapping[str, Any], *, refresh_token: str) -> TokenSet:
        now = self._clock()
        return TokenSet(
            access_token=answer["access_token"],
            refresh_token=refresh_token,
            issued_at=now,
            expires_at=now + _seconds(answer.get("expires_in")),
            scope=_text(answer, "scope").replace(" ", ","),
            accounts_url=self._region.accounts_url,
        )


def _json(response: httpx.Response) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        answer = json.loads(response.content)
        return answer if isinstance(answer, dict) else None
    return None


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _fits_a_header(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable()


def _error_of(answer: Mapping[str, Any] | None) -> str:
    return "" if answer is None else _text(answer, "error")


def _seconds(value: object) -> float:
    """``expires_in`` in seconds, as a number or as text; anything else is taken for the documented hour."""
    try:
        seconds = (
            float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else _DEFAULT_LIFE
        )
    except ValueError:
        return _DEFAULT_LIFE
    return seconds if 0 < seconds < 10 * _DEFAULT_LIFE else _DEFAULT_LIFE
