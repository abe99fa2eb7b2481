"""What each refusal of Zoho's token endpoint means: reconnect, wait, or an outage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zoho_books_connector.errors import (
    ConnectorError,
    CredentialError,
    CredentialReason,
    ErrorDetails,
    FieldFault,
    RateLimitedError,
    UnavailableError,
)
from zoho_books_connector.oauth.regions import TOKEN_PATH, Region

#: Zoho blocks a refresh token, or a user's grants, for about ten minutes after ten in ten minutes.
_THROTTLED_FOR: Final = 600.0
_SERVER_ERROR: Final = "server error"


@dataclass(frozen=True)
class Refusal:
    """A refusal that a person has to act on."""

    reason: CredentialReason
    code: str
    message: str
    hint: str
    #: The field of the credential form that it concerns.
    field: str | None = None


DEAD_TOKEN: Final = Refusal(
    "revoked",
    "connection_revoked",
    "Zoho no longer accepts this connection's refresh token: it was revoked, or replaced by newer ones.",
    "Re-authorize the connection.",
)
DEAD_CODE: Final = Refusal(
    "code_expired",
    "grant_code_expired",
    "Zoho does not accept the grant code: it is used, older than two minutes, or meant for another region.",
    "Start the authorization again and finish it without a pause.",
)
_CLIENT: Final = Refusal(
    "client_rejected",
    "client_rejected",
    "Zoho does not know this Client ID in the region {region}.",
    "Compare Client ID and region with Zoho's API console of that region.",
    "client_id",
)
_SECRET: Final = Refusal(
    "client_rejected",
    "client_secret_rejected",
    "Zoho does not accept the Client Secret in the region {region}.",
    "Copy it again; each region has its own secret unless the client's multi-data-centre settings say otherwise.",
    "client_secret",
)
_REDIRECT: Final = Refusal(
    "client_rejected",
    "redirect_uri_rejected",
    "The Callback URL is not the one that is registered with the client.",
    "Copy the Callback URL, letter for letter, into Authorized Redirect URIs in Zoho's API console.",
    "callback_url",
)
_UNKNOWN: Final = Refusal(
    "client_rejected",
    "token_refused",
    "Zoho refused to issue a token.",
    "Re-authorize the connection; when that does not help, register the client anew.",
)

#: ``error`` of the answer → refusal; ``invalid_code`` depends on what was exchanged.
_REFUSALS: Final = {
    "invalid_client": _CLIENT,
    "invalid_client_secret": _SECRET,
    "invalid_redirect_uri": _REDIRECT,
}


def refusal(error: str, status: int, region: Region, *, dead: Refusal, retry_after: float | None) -> ConnectorError:
    """Return the error for an answer without an access token.

    ``error`` is the answer's own, empty when it could not be read; ``dead`` says what ``invalid_code`` means for what
    was exchanged. Zoho uses HTTP 200, 400 and 503 for one and the same refusal, so the error decides.
    """
    details = ErrorDetails(http_status=status, method="POST", path=TOKEN_PATH)
    words = error.lower().replace("_", " ")
    if words == "access denied" or status == 429:
        return RateLimitedError(
            "token_requests_throttled",
            "Zoho has had too many token requests for this connection and answers none for a while.",
            "Wait about ten minutes; check that no other program refreshes the same connection all the time.",
            retry_after=retry_after or _THROTTLED_FOR,
            scope="tokens",
            details=details,
        )
    if status >= 500 or words in ("", _SERVER_ERROR):
        return UnavailableError(
            "accounts_outage",
            f"Zoho's accounts server in the region {region.title} gave no usable answer.",
            "Try again in a few minutes.",
            details=details,
        )
    meant = dead if error == "invalid_code" else _REFUSALS.get(error, _UNKNOWN)
    message = meant.message.format(region=region.title)
    return CredentialError(
        meant.code,
        message,
        meant.hint,
        reason=meant.reason,
        fields=(FieldFault(f"/{meant.field}", message),) if meant.field else (),
        params={"region": region.code},
        details=details,
    )
