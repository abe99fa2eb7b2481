"""The one table of Zoho's data centres, and the only hosts that a secret may be sent to.

Source: the list of data centres in Zoho's introduction to the Books API, and the multi-data-centre page of Zoho
Accounts for the accounts servers. Canada is irregular: accounts on ``zohocloud.ca``, the API on ``zohoapis.ca``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from zoho_books_connector.boundary import DataCentre, HttpSettings
from zoho_books_connector.errors import CredentialError

API_VERSION_PATH: Final = "/books/v3"
AUTHORIZATION_PATH: Final = "/oauth/v2/auth"
TOKEN_PATH: Final = "/oauth/v2/token"  # noqa: S105 - a path, not a secret


@dataclass(frozen=True)
class Region(DataCentre):
    """A data centre of Zoho; ``confirmed`` is false where Zoho does not list it for Books."""

    console_url: str = ""
    confirmed: bool = True

    @property
    def authorization_url(self) -> str:
        """Where consent starts."""
        return self.accounts_url + AUTHORIZATION_PATH

    @property
    def token_url(self) -> str:
        """Where codes and refresh tokens are exchanged."""
        return self.accounts_url + TOKEN_PATH

    @property
    def base_api_url(self) -> str:
        """Where the Books API starts."""
        return self.api_domain + API_VERSION_PATH


def _zoho(code: str, title: str, domain: str, *, confirmed: bool = True) -> Region:
    return Region(
        code,
        title,
        accounts_url=f"https://accounts.zoho.{domain}",
        api_domain=f"https://www.zohoapis.{domain}",
        console_url=f"https://api-console.zoho.{domain}",
        confirmed=confirmed,
    )


REGIONS: Final = (
    _zoho("us", "United States", "com"),
    _zoho("eu", "Europe", "eu"),
    _zoho("in", "India", "in"),
    _zoho("au", "Australia", "com.au"),
    _zoho("jp", "Japan", "jp"),
    Region(
        "ca",
        "Canada",
        accounts_url="https://accounts.zohocloud.ca",
        api_domain="https://www.zohoapis.ca",
        console_url="https://api-console.zohocloud.ca",
    ),
    _zoho("cn", "China", "com.cn"),
    _zoho("sa", "Saudi Arabia", "sa"),
    _zoho("uk", "United Kingdom", "uk", confirmed=False),
    _zoho("ae", "United Arab Emirates", "ae", confirmed=False),
)

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class RegionTable:
    """The data centres that one host allows: Zoho's confirmed ones, those it enabled, and its sandboxes."""

    def __init__(self, settings: HttpSettings) -> None:
        zoho = [r for r in REGIONS if r.confirmed or r.code in settings.enabled_regions]
        self._regions = {r.code: r for r in (*zoho, *_sandboxes(settings.sandboxes))}

    def __iter__(self) -> Iterator[Region]:
        return iter(self._regions.values())

    def get(self, code: str) -> Region | None:
        """Return the region with this code."""
        return self._regions.get(code)

    def by_url(self, attribute: str, url: str) -> Region | None:
        """Return the region whose ``attribute`` equals ``url`` whole, a trailing slash aside."""
        wanted = url.rstrip("/")
        return next((r for r in self._regions.values() if getattr(r, attribute) == wanted), None)


def _sandboxes(data_centres: Iterable[DataCentre]) -> Iterator[Region]:
    for data_centre in data_centres:
        if any(data_centre.code == region.code for region in REGIONS):
            raise CredentialError(
                "sandbox_code_taken",
                f"A sandbox may not take the place of the region {data_centre.code!r}.",
                "Give the sandbox a code of its own.",
                reason="untrusted_host",
            )
        for url in (data_centre.accounts_url, data_centre.api_domain):
            if urlsplit(url).hostname not in _LOOPBACK:
                raise CredentialError(
                    "sandbox_not_loopback",
                    f"The sandbox {data_centre.code!r} is not at a loopback address.",
                    "A stand-in for Zoho may only run on this machine: use 127.0.0.1.",
                    reason="untrusted_host",
                )
        yield Region(**vars(data_centre))
