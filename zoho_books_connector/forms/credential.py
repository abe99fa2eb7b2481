"""The credential form: one region leads, and the URLs that a person may choose are those that go with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from zoho_books_connector.boundary import Form, HttpSettings
from zoho_books_connector.errors import InputError
from zoho_books_connector.forms.fields import choice
from zoho_books_connector.forms.texts import Texts, translated_manifest
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.oauth.regions import Region, RegionTable

#: Zoho runs China apart from all other data centres: neither may authorize for the other.
_APART: Final = "cn"
#: The scopes that the actions need fill some lines.
_TALL: Final = {"ui:rows": 5}
#: Where consent starts may be another region than the account's, for a client that serves several.
_STARTS: Final = "authorization_url"


def credential_form(texts: Texts, *, callback_url: str, http: HttpSettings | None) -> Form:
    """Return the credential form for the data centres that the host allows."""
    _check(callback_url)
    manifest = translated_manifest(load_manifest(), texts)
    credential = manifest["credential"]
    fields = credential["schema"]["properties"]
    urls = _Urls(
        texts,
        tuple(RegionTable(http or HttpSettings())),
        {code: region["title"] for code, region in manifest["regions"].items()},
        {name: fields.pop(name) for name in credential["leads"]["sets"]},
    )
    fields["region"]["oneOf"] = [choice(region.code, urls.title(region)) for region in urls.regions]
    schema = {
        "title": texts.own("form.credential.title"),
        "type": "object",
        "required": credential["schema"]["required"],
        "properties": fields,
        "allOf": urls.cases(),
    }
    ui = credential["ui_schema"] | _placeholders(credential)
    ui["scope"] = ui["scope"] | _TALL
    data = {"scope": fields["scope"]["default"], "schema_version": credential["schema_version"]}
    return Form(schema, ui, data | ({"callback_url": callback_url} if callback_url else {}))


@dataclass(frozen=True)
class _Urls:
    """The three URLs, as far as the chosen region lets a person choose them."""

    texts: Texts
    regions: tuple[Region, ...]
    #: Zoho's regions in the host's words; a sandbox is called as the host calls it.
    titles: dict[str, str]
    fields: dict[str, Any]

    def title(self, region: Region) -> str:
        """Return how a region is called."""
        return self.titles.get(region.code, region.title)

    def cases(self) -> list[dict[str, Any]]:
        """Return the URLs with every choice while no region is chosen, and those that go with each region."""
        all_of_them = {
            name: field | {"oneOf": self._choices(name, self.regions)} for name, field in self.fields.items()
        }
        no_region = {"if": {"required": ["region"]}, "else": {"properties": all_of_them}}
        return [no_region, *(self._once_chosen(region) for region in self.regions)]

    def _once_chosen(self, region: Region) -> dict[str, Any]:
        """Token URL and Base API URL are the region's own."""
        starting = [each for each in self.regions if (each.code == _APART) == (region.code == _APART)]
        shown = {}
        for name, field in self.fields.items():
            own = getattr(region, name)
            if name == _STARTS:
                shown[name] = field | {"oneOf": self._choices(name, starting), "default": own}
            else:
                shown[name] = field | {"oneOf": self._choices(name, [region]), "const": own}
        return {
            "if": {"properties": {"region": {"const": region.code}}, "required": ["region"]},
            "then": {"properties": shown},
        }

    def _choices(self, name: str, regions: Iterable[Region]) -> list[dict[str, Any]]:
        return [choice(getattr(region, name), self._named(region, getattr(region, name))) for region in regions]

    def _named(self, region: Region, url: str) -> str:
        return self.texts.own("form.url_of_region", region=self.title(region), host=urlsplit(url).netloc)


def _placeholders(credential: dict[str, Any]) -> dict[str, Any]:
    return {
        name: credential["ui_schema"].get(name, {}) | {"ui:placeholder": field["x-placeholder"]}
        for name, field in credential["schema"]["properties"].items()
        if "x-placeholder" in field
    }


def _check(callback_url: str) -> None:
    """Refuse what Zoho could never call back; the form shows it read-only, so nobody could correct it there."""
    if not callback_url:
        return
    try:
        address = urlsplit(callback_url)
    except ValueError:
        address = urlsplit("")
    plain = all(" " < character < "\x7f" for character in callback_url)
    if not plain or address.scheme not in ("http", "https") or not address.hostname:
        raise InputError(
            "callback_url_invalid",
            "The Callback URL is not an address that Zoho could send a browser to.",
            "Give a whole URL without blanks, such as https://host.example/callback.",
        )
