"""Connecting an account: search, form, consent, callback, organization, test; nothing is stored before it works."""

from __future__ import annotations

import httpx
import pytest

from tests.workbench.conftest import visiting
from tests.workbench.consenting import FORM, SCOPE, Person, stored, token_of
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.credentials.standing import Standing


@pytest.fixture
def person(bench: Workbench, client: httpx.Client) -> Person:
    return Person(bench, client)


def test_the_search_finds_the_connector_by_what_it_does(person: Person) -> None:
    assert 'href="/credentials/new/zoho_books"' in person.get("/credentials/new", q="invoices BOOKS").text


def test_a_search_without_a_hit_says_so(person: Person) -> None:
    page = person.get("/credentials/new", q="<b>payroll").text
    assert "/credentials/new/zoho_books" not in page
    assert "No connector is called “&lt;b&gt;payroll”" in page


def test_the_form_shows_the_callback_url_to_copy_and_the_least_scopes(person: Person) -> None:
    page = person.get(FORM).text
    assert f'value="{person.bench.callback_url}" readonly' in page
    assert 'data-copy="callback_url"' in page
    assert "ZohoBooks.invoices.CREATE" in page
    assert "ZohoBooks.banking.READ" not in page


def test_a_region_sets_the_three_urls_and_the_guides_links(person: Person) -> None:
    part = person.get("/credentials/form/region", region="in").text
    for url in ("accounts.zoho.in/oauth/v2/auth", "accounts.zoho.in/oauth/v2/token", "www.zohoapis.in/books/v3"):
        assert f'<option value="https://{url}" selected>' in part
    assert 'href="https://api-console.zoho.in"' in part
    assert '<option value="https://accounts.zoho.eu/oauth/v2/auth">' in part


def test_without_script_a_button_sets_the_urls(person: Person) -> None:
    page = person.save(do="region", region="in", authorization_url="", token_url="", base_api_url="").text
    assert '<option value="https://accounts.zoho.in/oauth/v2/token" selected>' in page


def test_the_least_scopes_follow_what_is_wanted(person: Person) -> None:
    part = person.get("/credentials/form/scopes", use=["get_contact_addresses"]).text
    assert "ZohoBooks.contacts.READ,\nZohoBooks.settings.READ</textarea>" in part
    assert "Get Contact Addresses for its own call" in part


def test_the_triggers_scopes_are_asked_for_by_who_wants_it(person: Person) -> None:
    part = person.get("/credentials/form/scopes", use=["trigger"]).text
    assert "ZohoBooks.settings.DELETE" in part
    assert "to set the webhook up" in part


def test_a_unique_field_and_more_modules_ask_for_their_scopes(person: Person) -> None:
    part = person.get(
        "/credentials/form/scopes", use=["create_invoice", "get_record"], unique="yes", module="bill"
    ).text
    assert "ZohoBooks.invoices.UPDATE" in part
    assert "ZohoBooks.bills.READ" in part


def test_a_scope_that_was_typed_by_hand_stays(person: Person) -> None:
    typed = "ZohoBooks.fullaccess.all ZohoBooks.invoices.CREATE"
    part = person.get("/credentials/form/scopes", use=["get_contact_persons"], scope=typed).text
    assert "ZohoBooks.fullaccess.all" in part
    assert "ZohoBooks.invoices.CREATE" not in part


def test_consent_leads_to_the_organizations_and_the_choice_to_a_stored_connection(person: Person) -> None:
    choosing = person.decide(person.save())
    assert "Bowman Sandbox Inc" in choosing.text
    assert stored(person.bench) == []
    saved = person.post(f"{choosing.url.path}/organization", organization_id=person.organizations()[1])
    assert "Saved: the connection test passed." in saved.text
    [credential] = stored(person.bench)
    assert credential["organization_id"] == person.organizations()[1]
    assert credential["scope"] == SCOPE
    [connection] = person.bench.store.list()
    assert connection.label == "Our books"
    assert person.bench.store.tokens(connection.id).load() is not None


def test_an_organization_that_is_not_the_users_is_refused_and_can_be_chosen_again(person: Person) -> None:
    choosing = person.decide(person.save())
    again = person.post(f"{choosing.url.path}/organization", organization_id="404")
    assert "does not belong to the chosen organization" in again.text
    assert stored(person.bench) == []
    person.post(f"{choosing.url.path}/organization", organization_id=person.organizations()[0])
    assert len(stored(person.bench)) == 1


def test_two_clicks_on_the_choice_store_one_connection(person: Person) -> None:
    choosing = person.decide(person.save())
    for _ in range(2):
        saved = person.post(f"{choosing.url.path}/organization", organization_id=person.organizations()[0])
        assert "Saved" in saved.text
    assert len(stored(person.bench)) == 1


def test_the_account_in_another_data_centre_corrects_the_region_and_says_so(person: Person) -> None:
    choosing = person.decide(person.save(), data_centre="in")
    assert "The account lives in Sandbox IN, not in Sandbox US" in choosing.text
    saved = person.post(f"{choosing.url.path}/organization", organization_id=person.organizations("in")[0])
    assert "The account lives in Sandbox IN" in saved.text
    assert [each.region for each in person.bench.store.list()] == ["sandbox-in"]


def test_without_a_name_the_connection_takes_that_of_the_organization(person: Person) -> None:
    person.connect(label="")
    assert [each.label for each in person.bench.store.list()] == ["Bowman Sandbox Inc"]


def test_regions_that_contradict_are_told_beside_the_fields_and_the_form_is_as_it_was_left(person: Person) -> None:
    page = person.save(token_url="https://accounts.zoho.in/oauth/v2/token", label="Books <of> Lund").text
    assert "These must name one region: Region is Sandbox US, Token URL is India" in page
    assert 'id="token_url-fault"' in page
    assert '<option value="https://accounts.zoho.in/oauth/v2/token" selected>' in page
    assert 'value="Books &lt;of&gt; Lund"' in page
    assert "ZohoBooks.contacts.READ,\nZohoBooks.settings.READ</textarea>" in page


def test_a_missing_client_id_is_told_beside_it(person: Person) -> None:
    page = person.save(client_id="").text
    assert "Client ID is required." in page
    assert 'id="client_id-fault"' in page


def test_a_wrong_secret_is_told_beside_it_and_can_be_typed_again(person: Person) -> None:
    page = person.decide(person.save(client_secret="0" * 42))
    assert 'id="client_secret-fault"' in page.text
    assert stored(person.bench) == []
    setup = page.url.path.rpartition("/")[2]
    assert "Choose the organization" in person.decide(person.save(setup=setup)).text


def test_a_refused_secret_is_not_used_again(person: Person) -> None:
    refused = person.decide(person.save(client_secret="0" * 42))
    assert "Kept; type to replace it" not in refused.text
    setup = refused.url.path.rpartition("/")[2]
    # Nothing is typed in its place; the workbench knows the one of the sandbox.
    assert "Choose the organization" in person.decide(person.save(setup=setup, client_secret="")).text


def test_the_secret_is_kept_so_that_another_field_can_be_corrected(person: Person) -> None:
    refused = person.save(token_url="https://accounts.zoho.in/oauth/v2/token")
    setup = refused.url.path.rpartition("/")[2]
    assert "Choose the organization" in person.decide(person.save(setup=setup, client_secret="")).text


def test_a_kept_secret_is_not_used_for_another_client(person: Person) -> None:
    refused = person.save(token_url="https://accounts.zoho.in/oauth/v2/token")
    setup = refused.url.path.rpartition("/")[2]
    page = person.save(setup=setup, client_secret="", client_id="1000.OTHER").text
    assert "Client Secret is required." in page


def test_the_sandboxs_own_secret_need_not_be_typed(person: Person) -> None:
    assert "Choose the organization" in person.decide(person.save(client_secret="")).text


def test_a_scope_that_zoho_does_not_list_is_warned_of_before_consent(person: Person) -> None:
    page = person.save(scope="ZohoBooks.modules.ALL").text
    assert "Zoho does not list ZohoBooks.modules.ALL" in page
    assert 'http-equiv="refresh"' not in page


def test_who_is_warned_before_consent_can_go_back_to_the_form(person: Person) -> None:
    warned = person.save(scope="ZohoBooks.modules.ALL")
    address = f"{warned.url.path}/form"
    assert f'href="{address}"' in warned.text
    form = person.get(address).text
    assert "ZohoBooks.modules.ALL</textarea>" in form
    assert "Kept; type to replace it" in form
    setup = warned.url.path.rpartition("/")[2]
    assert "Choose the organization" in person.decide(person.save(setup=setup, client_secret="")).text


def test_after_consent_the_form_is_not_what_comes_next(person: Person) -> None:
    choosing = person.decide(person.save())
    assert "Choose the organization" in person.get(f"{choosing.url.path}/form").text
    assert person.get("/credentials/setups/404/form").status_code == 410


def test_a_connection_that_lacks_scopes_names_the_actions_that_miss_them(person: Person) -> None:
    person.connect()
    page = person.get(f"/credentials/{person.bench.store.list()[0].id}").text
    assert "Create Invoice: ZohoBooks.invoices.CREATE" in page
    assert "Get Contact Addresses:" not in page


def test_the_way_leads_back_to_where_it_began(person: Person) -> None:
    page = person.get(FORM, back="/actions/create_invoice?draft=7&connection=old").text
    assert 'name="back" value="/actions/create_invoice?draft=7&amp;connection=old"' in page
    saved = person.decide(
        person.save(back="/actions/create_invoice?draft=7", organization_id=person.organizations()[0])
    )
    connection = person.bench.store.list()[0].id
    assert str(saved.url).endswith(f"/actions/create_invoice?draft=7&connection={connection}")


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "actions",
        "/a\tb",
        "/\n/evil",
    ],
)
def test_the_way_back_leads_nowhere_else(person: Person, back: str) -> None:
    assert 'name="back"' not in person.get(FORM, back=back).text
    saved = person.decide(person.save(back=back, organization_id=person.organizations()[0]))
    assert saved.url.path.startswith("/credentials/")


def test_another_name_of_this_machine_is_led_to_the_address_that_is_registered(person: Person) -> None:
    port = person.bench.settings.port
    with visiting(person.bench) as other:
        answer = other.get(f"http://localhost:{port}{FORM}?back=%2Fruns", follow_redirects=False)
    assert answer.headers["location"] == f"http://127.0.0.1:{port}{FORM}?back=%2Fruns"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("region", "moon", "Choose one of the regions"),
        ("authorization_url", "https://accounts.zoho.com.evil.example/oauth/v2/auth", "is not one of Zoho"),
        ("token_url", "http://127.0.0.1:9/oauth/v2/token", "is not one of Zoho"),
        ("client_id", "1000.A\x00B", "a character in it that Zoho never uses"),
        ("client_secret", "ab cd", "a character in it that Zoho never uses"),
        ("organization_id", "../etc", "An organization id has digits only."),
    ],
)
def test_a_tampered_form_is_refused_before_anybody_is_asked(person: Person, name: str, value: str, told: str) -> None:
    page = person.save(**{name: value})
    assert told in page.text
    assert stored(person.bench) == []
    assert person.bench.sandbox is not None
    assert person.bench.sandbox["us"].requests == []


def test_a_file_in_place_of_a_text_counts_as_nothing(person: Person) -> None:
    typed = {name: value for name, value in person.typed().items() if name != "client_id"}
    csrf = token_of(person.client.get("/").text)
    page = person.client.post(FORM, data={"csrf": csrf, **typed}, files={"client_id": ("a.txt", b"1000.FILE")})
    assert "Client ID is required." in page.text


def test_without_script_a_button_fills_in_the_least_scopes(person: Person) -> None:
    page = person.save(do="scopes", use="get_contact_persons", scope="ZohoBooks.invoices.CREATE").text
    assert ">ZohoBooks.contacts.READ,\nZohoBooks.settings.READ</textarea>" in page


def test_a_connection_whose_test_cannot_be_noted_is_stored_once(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Standing:
        raise UnavailableError("workbench_full", "The disk is full.")

    monkeypatch.setattr(person.bench.standings, "works", full)
    person.connect()
    assert len(stored(person.bench)) == 1


def test_a_connection_that_cannot_be_stored_leaves_nothing_and_its_tokens_are_revoked(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise UnavailableError("store_full", "The disk of the connection store is full.")

    monkeypatch.setattr(person.bench.store, "create", full)
    page = person.decide(person.save(organization_id=person.organizations()[0]))
    assert "The disk of the connection store is full." in page.text
    assert stored(person.bench) == []
    assert person.bench.sandbox is not None
    assert any("/revoke" in request.path for request in person.bench.sandbox["us"].requests)
