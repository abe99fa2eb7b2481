"""The credential form: one region leads, and the URLs that a person may choose are those that go with it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from zoho_books_connector.boundary import Form, HttpSettings
from zoho_books_connector.errors import InputError
from zoho_books_connector.forms.fields import choice
from zoho_books_connector.forms.texts import Texts, translated_manifest
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.oauth.regions import REGIONS, Region, RegionTable

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
    regions = list(RegionTable(http or HttpSettings()))
    titles = {
        region.code: manifest["regions"][region.code]["title"] if region in REGIONS else region.title
        for region in regions
    }
    fields = credential["schema"]["properties"]
    sets = credential["leads"]["sets"]
    urls = {name: fields[name] for name in sets}
    fields["region"]["oneOf"] = [choice(code, title) for code, title in titles.items()]
    schema = {
        "title": texts.own("form.credential.title"),
        "type": "object",
        "required": credential["schema"]["required"],
        "properties": {name: field for name, field in fields.items() if name not in sets},
        "allOf": [_before_the_region(urls, regions, titles, texts)]
        + [_once_chosen(region, urls, regions, titles, texts) for region in regions],
    }
    ui = credential["ui_schema"] | _placeholders(credential)
    ui["scope"] = ui["scope"] | _TALL
    data = {
        "callback_url": callback_url,
        "scope": fields["scope"]["default"],
        "schema_version": credential["schema_version"],
    }
    return Form(schema, ui, {name: value for name, value in data.items() if value != ""})


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


def _before_the_region(
    urls: dict[str, Any], regions: list[Region], titles: dict[str, str], texts: Texts
) -> dict[str, Any]:
    """Show the URLs with every choice as long as no region is chosen."""
    choices = {name: _choices(name, regions, titles, texts) for name in urls}
    shown = {name: field | {"oneOf": choices[name]} for name, field in urls.items()}
    return {"if": {"required": ["region"]}, "else": {"properties": shown}}


def _once_chosen(
    region: Region, urls: dict[str, Any], regions: list[Region], titles: dict[str, str], texts: Texts
) -> dict[str, Any]:
    """Show the URLs that go with a region: Token URL and Base API URL are its own."""
    starting = [each for each in regions if (each.code == _APART) == (region.code == _APART)]
    shown = {}
    for name, field in urls.items():
        url = getattr(region, name)
        if name == _STARTS:
            shown[name] = field | {"oneOf": _choices(name, starting, titles, texts), "default": url}
        else:
            shown[name] = field | {"oneOf": _choices(name, [region], titles, texts), "const": url}
    chosen = {"properties": {"region": {"const": region.code}}, "required": ["region"]}
    return {"if": chosen, "then": {"properties": shown}}


def _choices(name: str, regions: list[Region], titles: dict[str, str], texts: Texts) -> list[dict[str, Any]]:
    urls = [(getattr(region, name), titles[region.code]) for region in regions]
    return [
        choice(url, texts.own("form.url_of_region", region=title, host=urlsplit(url).netloc)) for url, title in urls
    ]
