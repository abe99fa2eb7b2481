"""The credential form: hosts from the table alone, one region, every fault at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles import CLIENT_SECRET, credential, texts_of
from zoho_books_connector.boundary import DataCentre, HttpSettings
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.migrations import MIGRATIONS
from zoho_books_connector.oauth.credential import Credential, parse_credential
from zoho_books_connector.oauth.regions import REGIONS, RegionTable

URL_FIELDS = ("authorization_url", "token_url", "base_api_url")


def parse(http: HttpSettings | None = None, /, **changes: Any) -> Credential:
    return parse_credential(credential(**changes), RegionTable(http or HttpSettings()))


def refused(http: HttpSettings | None = None, /, **changes: Any) -> CredentialError:
    with pytest.raises(CredentialError) as caught:
        parse(http, **changes)
    assert not any(CLIENT_SECRET in text for text in texts_of(caught.value))
    return caught.value


def pointers(error: CredentialError) -> list[str]:
    return [fault.pointer for fault in error.fields]


@pytest.mark.parametrize("region", [r for r in REGIONS if r.confirmed], ids=lambda r: r.code)
def test_a_region_alone_sets_the_three_urls(region: Any) -> None:
    parsed = parse(region=region.code, authorization_url="", token_url="", base_api_url="")
    assert (parsed.region.code, parsed.authorization_region.code) == (region.code, region.code)


@pytest.mark.parametrize("region", [r for r in REGIONS if r.confirmed], ids=lambda r: r.code)
def test_three_urls_of_one_region_name_the_region(region: Any) -> None:
    urls: dict[str, Any] = {name: getattr(region, name) for name in URL_FIELDS}
    assert parse(region=..., **urls).region.code == region.code


def test_a_trailing_slash_is_no_other_host() -> None:
    assert parse(base_api_url="https://www.zohoapis.eu/books/v3/").region.code == "eu"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base_api_url": "https://www.zohoapis.in/books/v3"}, ("Europe", "India")),
        ({"region": "in"}, ("India", "Europe")),
        ({"region": ..., "token_url": "https://accounts.zoho.com/oauth/v2/token"}, ("United States", "Europe")),
    ],
)
def test_a_contradiction_names_both_regions(changes: dict[str, Any], said: tuple[str, str]) -> None:
    error = refused(**changes)
    assert error.reason == "wrong_region"
    assert all(title in error.message for title in said)


@pytest.mark.parametrize("field", URL_FIELDS)
@pytest.mark.parametrize(
    "url",
    [
        "https://accounts.zoho.eu.example.com/oauth/v2/token",
        "https://accounts.zoho.eu@example.com/oauth/v2/token",
        "http://accounts.zoho.eu/oauth/v2/token",
        "https://accounts.zoho.eu:8443/oauth/v2/token",
        "https://accounts.zoho.eu/oauth/v2/token?x=1",
        "https://accounts.zoho.ca/oauth/v2/token",
        "HTTPS://ACCOUNTS.ZOHO.EU/oauth/v2/token",
        "javascript:alert(1)",
        "accounts.zoho.eu",
    ],
)
def test_a_url_outside_the_table_is_refused(field: str, url: str) -> None:
    change: dict[str, Any] = {field: url}
    error = refused(**change)
    assert error.reason == "untrusted_host"
    assert pointers(error) == [f"/{field}"]


def test_authorization_may_start_where_the_client_is_registered() -> None:
    parsed = parse(authorization_url="https://accounts.zoho.com/oauth/v2/auth")
    assert (parsed.authorization_region.code, parsed.region.code) == ("us", "eu")
    assert "multi-data-centre" in parsed.warnings[0]


@pytest.mark.parametrize(
    ("authorization", "account"), [("cn", "eu"), ("eu", "cn")], ids=["starts in China", "lives in China"]
)
def test_china_stands_apart(authorization: str, account: str) -> None:
    table = {r.code: r for r in REGIONS}
    error = refused(
        region=account,
        authorization_url=table[authorization].authorization_url,
        token_url=table[account].token_url,
        base_api_url=table[account].base_api_url,
    )
    assert error.reason == "wrong_region"
    assert pointers(error) == ["/authorization_url"]


@pytest.mark.parametrize("code", ["uk", "ae"])
def test_an_unconfirmed_region_is_off_until_the_host_enables_it(code: str) -> None:
    only: dict[str, Any] = {"region": code, **dict.fromkeys(URL_FIELDS, "")}
    assert "operator" in refused(**only).message
    assert parse(HttpSettings(enabled_regions=frozenset({code})), **only).region.code == code


def test_an_unknown_region_is_told_the_known_ones() -> None:
    assert "us, eu, in, au, jp, ca, cn, sa" in refused(region="mars").message


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
@pytest.mark.parametrize("value", [..., None, "", "  ", 7])
def test_a_missing_field_is_named(field: str, value: Any) -> None:
    change: dict[str, Any] = {field: value}
    assert pointers(refused(**change)) == [f"/{field}"]


@pytest.mark.parametrize("value", ["two words", "tab\tbed", "caf\u00e9", "line\nbreak"])
def test_a_secret_that_was_copied_badly_is_noticed(value: str) -> None:
    assert "copy it again" in refused(client_secret=value).message


def test_blanks_around_a_copied_value_are_dropped() -> None:
    assert parse(client_secret=f" {CLIENT_SECRET}\n").client_secret == CLIENT_SECRET


def test_every_fault_is_reported_at_once() -> None:
    error = refused(client_id="", client_secret="", token_url="https://evil.example/", organization_id="abc")
    assert set(pointers(error)) == {"/client_id", "/client_secret", "/token_url", "/organization_id"}


@pytest.mark.parametrize("value", ["10234695", 10234695])
def test_an_organization_id_may_come_as_a_number(value: Any) -> None:
    assert parse(organization_id=value).require_organization() == "10234695"


@pytest.mark.parametrize("value", ["12a", "\u0661\u0662", True, 1.5, "-3"])
def test_an_organization_id_has_digits_only(value: Any) -> None:
    assert pointers(refused(organization_id=value)) == ["/organization_id"]


def test_without_an_organization_an_action_says_so() -> None:
    with pytest.raises(CredentialError) as caught:
        parse(organization_id="").require_organization()
    assert caught.value.reason == "wrong_organization"


def test_an_older_form_asks_for_its_migration() -> None:
    assert "connector_migrate" in refused(schema_version=1).hint


def test_the_repr_hides_the_secret() -> None:
    assert CLIENT_SECRET not in repr(parse())


SANDBOX = DataCentre("sandbox", "Sandbox", "http://127.0.0.1:8801", "http://127.0.0.1:8801")


def test_a_sandbox_is_allowed_only_where_the_host_says_so() -> None:
    only: dict[str, Any] = {"region": "sandbox", **dict.fromkeys(URL_FIELDS, "")}
    assert refused(**only).reason == "wrong_region"
    parsed = parse(HttpSettings(sandboxes=[SANDBOX]), **only)
    assert parsed.region.token_url == "http://127.0.0.1:8801/oauth/v2/token"


@pytest.mark.parametrize("url", ["http://10.0.0.1:8801", "https://sandbox.example", "http://127.0.0.1.example:80"])
def test_a_sandbox_away_from_this_machine_is_refused(url: str) -> None:
    with pytest.raises(CredentialError) as caught:
        RegionTable(HttpSettings(sandboxes=[DataCentre("sandbox", "Sandbox", url, SANDBOX.api_domain)]))
    assert caught.value.reason == "untrusted_host"


def test_a_sandbox_cannot_take_the_place_of_a_region() -> None:
    with pytest.raises(CredentialError) as caught:
        RegionTable(HttpSettings(sandboxes=[DataCentre("eu", "Sandbox", SANDBOX.accounts_url, SANDBOX.api_domain)]))
    assert caught.value.code == "sandbox_code_taken"


def old_form(**changes: Any) -> dict[str, Any]:
    return credential(region=..., schema_version=1) | changes


def test_the_form_with_three_urls_migrates_to_the_one_with_a_region() -> None:
    migrated = MIGRATIONS["credential", 1](old_form())
    assert (migrated["schema_version"], migrated["region"]) == (2, "eu")
    assert parse_credential(migrated, RegionTable(HttpSettings())).region.code == "eu"


def test_migration_keeps_every_other_field_and_its_argument() -> None:
    before = old_form(label="books of the bakery")
    migrated = MIGRATIONS["credential", 1](before)
    assert {name: migrated[name] for name in before if name != "schema_version"} == {
        name: before[name] for name in before if name != "schema_version"
    }
    assert before["schema_version"] == 1


def test_a_url_that_names_no_region_is_left_for_validation_to_name() -> None:
    migrated = MIGRATIONS["credential", 1](old_form(token_url="https://evil.example/token"))
    assert "region" not in migrated
    with pytest.raises(CredentialError) as caught:
        parse_credential(migrated, RegionTable(HttpSettings()))
    assert pointers(caught.value) == ["/token_url"]
