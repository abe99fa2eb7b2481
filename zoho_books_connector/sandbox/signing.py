"""The signature under a webhook delivery."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Literal

HEADER = "X-Zoho-Webhook-Signature"
Encoding = Literal["hex", "base64"]
SECRET = re.compile(r"[0-9A-Za-z]{12,50}")


def check_secret(secret: str) -> None:
    """Refuse a secret that the webhook form refuses: 12 to 50 letters and digits."""
    if not SECRET.fullmatch(secret):
        raise ValueError("a webhook secret has 12 to 50 letters and digits")


def signed_bytes(pairs: Iterable[tuple[str, str]], raw_body: bytes) -> bytes:
    """What is signed: pairs of query and form by key, run together, then the raw body if it counts."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return "".join(key + value for key, value in ordered).encode() + raw_body


def sign(secret: str, pairs: Iterable[tuple[str, str]], raw_body: bytes, encoding: Encoding = "hex") -> str:
    """HMAC-SHA256 over what is signed; `raw_body` is empty for form bodies."""
    digest = hmac.new(secret.encode(), signed_bytes(pairs, raw_body), hashlib.sha256).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
