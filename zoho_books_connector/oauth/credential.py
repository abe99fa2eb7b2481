"""Reads the credential form into hosts that may be trusted, or says what to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zoho_books_connector.errors import CredentialError, CredentialReason, FieldFault
from zoho_books_connector.oauth.regions import REGIONS, Region, RegionTable

SCHEMA_VERSION: Final = 2

#: Form field, named as the region's own attribute, → its title.
_URL_TITLES: Final = {
    "authorization_url": "Authorization URL",
    "token_url": "Token URL",
    "base_api_url": "Base API URL",
}
_CHINA: Final = "cn"


@dataclass(frozen=True)
class Credential:
    """A credential that passed every check; every URL in it stands in the table of regions."""

    region: Region
    #: Where consent starts; differs from ``region`` for a client registered in another data centre.
    authorization_region: Region
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    organization_id: str | None = None
    warnings: tuple[str, ...] = ()

    def require_organization(self) -> str:
        """Return the organization id; raises ``CredentialError`` when none was chosen."""
        if self.organization_id is None:
            raise organization_missing()
        return self.organization_id


def organization_missing() -> CredentialError:
    """Return the error for a connection without an organization."""
    return CredentialError(
        "organization_missing",
        "No organization is chosen for this connection.",
        "Choose the organization in the connection's settings.",
        reason="wrong_organization",
        fields=(FieldFault("/organization_id", "Choose an organization."),),
    )


def parse_credential(form: Mapping[str, Any], regions: RegionTable) -> Credential:
    """Check a filled-in form against the table; raises ``CredentialError`` with every fault, nothing is sent."""
    reader = _Reader(form, regions)
    reader.check_version()
    region = reader.region()
    authorization_region = reader.authorization_region(region)
    client_id, client_secret = reader.text("client_id", "Client ID"), reader.text("client_secret", "Client Secret")
    organization_id = reader.organization_id()
    reader.raise_faults()
    assert region is not None  # noqa: S101 - raise_faults ran; this is for the type checker
    assert authorization_region is not None  # noqa: S101 - as above
    return Credential(
        region,
        authorization_region,
        client_id,
        client_secret,
        scope=str(form.get("scope") or "").strip(),
        organization_id=organization_id,
        warnings=tuple(reader.warnings),
    )


class _Reader:
    """Collects every fault of one form, so that a person corrects them in one go."""

    def __init__(self, form: Mapping[str, Any], regions: RegionTable) -> None:
        self._form = form
        self._regions = regions
        self._faults: list[FieldFault] = []
        self._reason: CredentialReason = "invalid"
        self.warnings: list[str] = []

    def check_version(self) -> None:
        version = self._form.get("schema_version", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            raise CredentialError(
                "credential_version",
                f"The stored credential has version {version!r}; this connector reads version {SCHEMA_VERSION}.",
                "Lift it with the connector_migrate hook, then save it.",
            )

    def text(self, name: str, title: str) -> str:
        value = self._form.get(name)
        if isinstance(value, str) and value.strip():
            if all(" " < character < "\x7f" for character in value.strip()):
                return value.strip()
            self._fault(name, f"{title} has a blank or a character in it that Zoho never uses; copy it again.")
        else:
            self._fault(name, f"{title} is required.")
        return ""

    def region(self) -> Region | None:
        """The data centre of the account: the region field leads, Token URL and Base API URL must agree with it."""
        named = self._named_region()
        by_url = {name: self._region_of(name) for name in ("token_url", "base_api_url")}
        titled = {"Region": named, **{_URL_TITLES[name]: region for name, region in by_url.items()}}
        found = {title: region for title, region in titled.items() if region is not None}
        if len({r.code for r in found.values()}) > 1:
            said = ", ".join(f"{title} is {r.title}" for title, r in found.items())
            for name in ("region", *by_url):
                if self._form.get(name):
                    self._fault(name, f"These must name one region: {said}.", reason="wrong_region")
            return None
        if not found and not self._faults:
            self._fault("region", "Region is required: the data centre where your organization lives.")
        return next(iter(found.values()), None)

    def authorization_region(self, region: Region | None) -> Region | None:
        """Where consent starts; a client registered in another data centre is allowed to start there."""
        other = self._region_of("authorization_url") or region
        if region is None or other is None or other.code == region.code:
            return other
        if _CHINA in (region.code, other.code):
            self._fault(
                "authorization_url",
                f"Zoho runs China apart from all other regions: {other.title} cannot authorize for {region.title}.",
                reason="wrong_region",
            )
        self.warnings.append(
            f"Authorization starts in {other.title}, the account is in {region.title}: this works only when the "
            "client is registered there and multi-data-centre support is switched on in its settings."
        )
        return other

    def organization_id(self) -> str | None:
        value = self._form.get("organization_id")
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return value
        self._fault("organization_id", "An organization id has digits only.", reason="wrong_organization")
        return None

    def raise_faults(self) -> None:
        if self._faults:
            raise CredentialError(
                "invalid_credential",
                " ".join(dict.fromkeys(fault.message for fault in self._faults)),
                "Correct the marked fields and save again.",
                reason=self._reason,
                fields=tuple(self._faults),
            )

    def _named_region(self) -> Region | None:
        code = self._form.get("region")
        if not code:
            return None
        region = self._regions.get(str(code))
        if region is None:
            off = next((r for r in REGIONS if r.code == code), None)
            message = (
                f"{off.title} is not confirmed by Zoho for Books; the platform's operator has to enable it."
                if off
                else f"Choose one of the regions: {', '.join(r.code for r in self._regions)}."
            )
            self._fault("region", message, reason="wrong_region")
        return region

    def _region_of(self, name: str) -> Region | None:
        url = self._form.get(name)
        if not url:
            return None
        region = self._regions.by_url(name, str(url))
        if region is None:
            self._fault(
                name,
                f"This {_URL_TITLES[name]} is not one of Zoho's; choose it from the list.",
                reason="untrusted_host",
            )
        return region

    def _fault(self, name: str, message: str, *, reason: CredentialReason = "invalid") -> None:
        self._faults.append(FieldFault(f"/{name}", message))
        if self._reason == "invalid":
            self._reason = reason
