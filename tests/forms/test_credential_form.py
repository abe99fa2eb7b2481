"""The credential form as data: its regions are those that the host allows, its document is what authorizes."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests import doubles
from zoho_books_connector.boundary import DataCentre, Form, HttpSettings
from zoho_books_connector.errors import CredentialError, InputError
from zoho_books_connector.forms.source import find_form
from zoho_books_connector.oauth.credential import SCHEMA_VERSION, parse_credential
from zoho_books_connector.oauth.regions import REGIONS, RegionTable

SANDBOX = DataCentre("sandbox-us", "Sandbox us", "http://127.0.0.1:8801", "http://127.0.0.1:8801")


def form(**options: Any) -> Form:
    source = find_form("credential")
    assert source
    return source(**options)


def regions(made: Form) -> dict[str, str]:
    return {choice["enum"][0]: choice["title"] for choice in made.schema["properties"]["region"]["oneOf"]}


def fits(made: Form, document: dict[str, Any]) -> bool:
    return Draft7Validator(made.schema).is_valid(document)


def filled(region: str, http: HttpSettings, **changes: Any) -> dict[str, Any]:
    row = next(each for each in RegionTable(http) if each.code == region)
    urls = {name: getattr(row, name) for name in ("authorization_url", "token_url", "base_api_url")}
    return doubles.credential(region=region, client_id="1000.ABCDEF", **urls) | changes


def test_the_form_is_draft_07() -> None:
    Draft7Validator.check_schema(form().schema)
    assert "$schema" not in form().schema


def test_the_regions_are_those_that_are_confirmed() -> None:
    assert list(regions(form())) == [region.code for region in REGIONS if region.confirmed]


def test_a_host_may_enable_a_region_and_add_a_sandbox() -> None:
    shown = regions(form(http=HttpSettings(enabled_regions=frozenset({"uk"}), sandboxes=(SANDBOX,))))
    assert shown["uk"] == "United Kingdom"
    assert shown["sandbox-us"] == "Sandbox us"
    assert "ae" not in shown


def test_a_sandbox_elsewhere_is_refused() -> None:
    elsewhere = DataCentre("mine", "Mine", "https://zoho.example", "https://zoho.example")
    with pytest.raises(CredentialError):
        form(http=HttpSettings(sandboxes=(elsewhere,)))


@pytest.mark.parametrize("region", [region.code for region in REGIONS] + ["sandbox-us"])
def test_each_region_with_its_own_urls_fits_the_form_and_authorizes(region: str) -> None:
    http = HttpSettings(enabled_regions=frozenset({"uk", "ae"}), sandboxes=(SANDBOX,))
    document = filled(region, http)
    assert fits(form(http=http), document)
    assert parse_credential(document, RegionTable(http)).region.code == region


@pytest.mark.parametrize(
    "changes",
    [
        {"token_url": "https://accounts.zoho.in/oauth/v2/token"},
        {"base_api_url": "https://www.zohoapis.in/books/v3"},
        {"authorization_url": "https://accounts.zoho.com.cn/oauth/v2/auth"},
        {"authorization_url": "https://accounts.zoho.example/oauth/v2/auth"},
    ],
)
def test_what_contradicts_the_region_fits_no_form_and_does_not_authorize(changes: dict[str, str]) -> None:
    http = HttpSettings()
    document = filled("eu", http, **changes)
    assert not fits(form(), document)
    with pytest.raises(CredentialError):
        parse_credential(document, RegionTable(http))


def test_consent_may_start_where_the_client_is_registered() -> None:
    document = filled("eu", HttpSettings(), authorization_url="https://accounts.zoho.com/oauth/v2/auth")
    assert fits(form(), document)


def test_the_initial_values_are_what_the_host_knows() -> None:
    made = form(callback_url="https://host.example/callback")
    assert made.data["callback_url"] == "https://host.example/callback"
    assert made.data["schema_version"] == SCHEMA_VERSION
    assert made.data["scope"] == made.schema["properties"]["scope"]["default"]
    assert "callback_url" not in form().data


def test_the_secret_is_masked_twice_and_what_is_not_to_be_typed_is_not() -> None:
    made = form()
    secret = made.schema["properties"]["client_secret"]
    assert (secret["format"], secret["writeOnly"]) == ("password", True)
    assert made.ui_schema["client_secret"] == {"ui:widget": "password"}
    assert made.ui_schema["callback_url"] == {"ui:readonly": True}
    assert made.ui_schema["schema_version"] == {"ui:widget": "hidden"}
    assert made.ui_schema["scope"]["ui:widget"] == "textarea"
    assert made.ui_schema["client_id"]["ui:placeholder"].startswith("1000.")


@pytest.mark.parametrize(
    "callback_url",
    [
        "https://host.example/call back",
        "https://host.example/callback\n",
        "host.example/callback",
        "ftp://host.example",
        "https://",
        "https://[host",
    ],
)
def test_a_callback_url_that_nobody_could_call_is_refused(callback_url: str) -> None:
    with pytest.raises(InputError) as refused:
        form(callback_url=callback_url)
    assert refused.value.code == "callback_url_invalid"
