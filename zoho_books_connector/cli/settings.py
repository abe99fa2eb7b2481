"""Reads the options that hold for every command into the HTTP settings of the host."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from zoho_books_connector.boundary import DataCentre, HttpSettings
from zoho_books_connector.cli.errors import UnreadableFileError, UsageError

SANDBOX_PREFIX: Final = "sandbox-"
SANDBOX_EXAMPLE: Final = "us=http://127.0.0.1:8801,in=http://127.0.0.1:8802"


def http_settings(options: argparse.Namespace) -> HttpSettings:
    """Return the settings; raises ``UsageError`` without repeating a value, for a proxy's may hold a password."""
    return HttpSettings(
        proxy=_proxy(options.proxy),
        ca_bundle=_ca_bundle(options.ca_bundle),
        enabled_regions=frozenset(part for given in options.enable_region for part in _parts(given)),
        sandboxes=tuple(_sandbox(part) for part in _parts(options.sandbox)),
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _sandbox(part: str) -> DataCentre:
    name, _, address = part.partition("=")
    address = address.strip().rstrip("/")
    if not name.strip().isalnum() or not _is_origin(address):
        raise UsageError(
            "sandbox_option",
            "--sandbox names data centres of the sandbox and where they run.",
            f"For example: --sandbox {SANDBOX_EXAMPLE}",
        )
    name = name.strip()
    return DataCentre(SANDBOX_PREFIX + name, f"Sandbox ({name})", accounts_url=address, api_domain=address)


def _is_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.path
    except ValueError:
        return False


def _proxy(address: str | None) -> str | None:
    if address is None or _is_origin(address.rstrip("/")):
        return address
    raise UsageError("proxy_option", "--proxy is not the address of a proxy.", "For example: http://proxy.example:3128")


def _ca_bundle(name: str | None) -> str | None:
    if name is None:
        return None
    import ssl  # costs time that only those who give the option should pay

    try:
        ssl.create_default_context(cafile=str(Path(name).expanduser()))
    except OSError as error:  # ssl.SSLError is one
        raise UnreadableFileError(
            "ca_bundle_unreadable",
            f"{name} cannot be read as certificates.",
            "Give --ca-bundle a file with certificates in PEM form.",
        ) from error
    return str(Path(name).expanduser())
