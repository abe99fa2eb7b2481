"""Why a delivery is refused, each reason in a sentence for the person who looks after the webhook."""

from __future__ import annotations

from typing import Final

from zoho_books_connector.errors import CredentialError, WebhookRejectedError

SIGNATURE_HEADER: Final = "X-Zoho-Webhook-Signature"

#: Code → what happened and what to do.
REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "method_refused": (
        "The delivery came with another method than POST or PUT.",
        "Set the webhook's method to POST in Zoho Books.",
    ),
    "body_too_large": (
        "The delivery's body is larger than this host takes.",
        "Send fewer fields, or raise the trigger's max_body.",
    ),
    "body_compressed": (
        "The delivery's body is compressed, so it is not what was signed.",
        "Hand the body over as it was sent, before any proxy or framework changes it.",
    ),
    "header_repeated": (
        "A header that must be single came more than once.",
        "Check what stands between Zoho Books and this host.",
    ),
    "fields_too_many": ("The delivery has more parameters than any webhook form holds.", ""),
    "signature_missing": (
        f"The delivery carries no {SIGNATURE_HEADER} header.",
        "Set the secret in the webhook's settings in Zoho Books.",
    ),
    "signature_wrong": (
        "The signature fits none of the webhook's secrets.",
        "Compare the secret with the webhook's settings in Zoho Books; query and body must arrive unchanged.",
    ),
    "token_missing": (
        "The delivery does not carry the connector's own header.",
        "Add the header with its token to the webhook in Zoho Books.",
    ),
    "token_wrong": (
        "The connector's own header holds another token.",
        "Compare the token with the header in the webhook's settings in Zoho Books.",
    ),
    "body_not_utf8": ("The delivery is proven, but its body is not UTF-8 text.", "Send the default payload."),
    "body_not_json": (
        "The delivery is proven, but its body is not JSON.",
        "Send the default payload, a form, or a raw body that is a JSON object.",
    ),
    "body_not_object": (
        "The delivery is proven, but its body is not a JSON object.",
        "Send the default payload, a form, or a raw body that is a JSON object.",
    ),
    "body_too_deep": ("The delivery is proven, but its body is nested too deeply to be read.", ""),
}

#: What is wrong with the host's own settings; never an answer to a delivery.
_SETTINGS: Final[dict[str, tuple[str, str]]] = {
    "webhook_secret_missing": (
        "No webhook secret is set, so no delivery can be trusted.",
        "Set a secret of 12 to 50 letters and digits here, and the same in the webhook's settings in Zoho Books.",
    ),
    "webhook_secret_short": (
        "A webhook secret is shorter than the 12 characters that Zoho asks for.",
        "Set a secret of 12 to 50 letters and digits here, and the same in the webhook's settings in Zoho Books.",
    ),
    "webhook_token_short": (
        "A header token is shorter than 12 characters.",
        "Set a random token of at least 12 characters, or none at all.",
    ),
}


def refused(code: str) -> WebhookRejectedError:
    """Return the refusal that ``code`` names."""
    return WebhookRejectedError(code, *REFUSALS[code])


def wrong_settings(code: str) -> CredentialError:
    """Return the error for settings that only the host's operator can mend."""
    return CredentialError(code, *_SETTINGS[code], reason="invalid")
