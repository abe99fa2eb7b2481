"""Every form in real Chromium, drawn by react-jsonschema-form as it comes, filled by a person, taken by the handler."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Books
from tests.forms.person import ALL_FIELDS, USUAL_FIELDS, Person
from zoho_books_connector.boundary import Form
from zoho_books_connector.forms.source import find_form
from zoho_books_connector.manifest import load_document
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.sandbox import Limits, Sandbox
from zoho_books_connector.validation import parse_input

EXAMPLES = Path(__file__).parents[1] / "models" / "examples"
FORMS = ["credential", *(f"action:{action_id}" for action_id in ACTIONS)]
GROUPED = ["create_contact", "update_contact", "create_item", "update_item", "create_salesorder", "create_invoice"]
#: What no choice should be called.
CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*|https?://.*")


def form(form_id: str, **options: Any) -> Form:
    source = find_form(form_id)
    assert source
    return source(**options)


def inputs_of(action_id: str) -> dict[str, Any]:
    schema = load_document(f"schemas/inputs/{action_id}.json")
    assert schema
    return schema


def example(action_id: str, kind: str = "full") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EXAMPLES / f"{action_id}.json").read_text("utf-8"))[kind]
    return document


def as_sent(action_id: str, document: dict[str, Any] | None) -> dict[str, Any]:
    """What the handler would send for a document; raises when it refuses it."""
    assert document is not None, "the form was held back"
    return parse_input(load_action(action_id).inputs, document).document()


@pytest.mark.parametrize("edition", [None, "india"])
@pytest.mark.parametrize("form_id", FORMS)
def test_the_form_is_drawn_without_complaint_and_every_choice_has_a_label(
    person: Person, form_id: str, edition: str | None
) -> None:
    person.open(form(form_id, callback_url="https://host.example/callback", edition=edition))
    assert person.complaints == []
    for labels in person.dropdowns():
        assert any(labels)
        assert not [label for label in labels if CODE.fullmatch(label)]


@pytest.mark.parametrize("action_id", ACTIONS)
def test_nothing_is_sent_for_what_nobody_touched(person: Person, action_id: str) -> None:
    document = example(action_id, "minimal")
    person.open(form(f"action:{action_id}"), document)
    assert as_sent(action_id, person.submit()) == as_sent(action_id, document)


@pytest.mark.parametrize("action_id", GROUPED)
def test_all_fields_may_be_looked_at_without_anything_being_sent_for_it(person: Person, action_id: str) -> None:
    document = example(action_id, "minimal")
    person.open(form(f"action:{action_id}"), document)
    person.show(ALL_FIELDS)
    assert as_sent(action_id, person.submit()) == as_sent(action_id, document)


@pytest.mark.parametrize("action_id", ACTIONS)
def test_a_stored_document_with_every_field_comes_back_unchanged(person: Person, action_id: str) -> None:
    document = example(action_id)
    person.open(form(f"action:{action_id}"), document)
    assert person.submit() == document
    assert person.complaints == []


@pytest.mark.parametrize("action_id", [each for each in ACTIONS if each != "get_record"])
def test_every_field_can_be_filled_by_hand(person: Person, action_id: str) -> None:
    document = example(action_id)
    person.open(form(f"action:{action_id}"))
    person.fill(document, inputs_of(action_id))
    assert as_sent(action_id, person.submit()) == as_sent(action_id, document)
    assert person.complaints == []


# --- out of the way ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action_id", GROUPED)
def test_advanced_fields_and_those_of_editions_are_out_of_the_way(person: Person, action_id: str) -> None:
    fields = inputs_of(action_id)["properties"]
    rare = [name for name, field in fields.items() if "x-advanced" in field or "x-editions" in field]
    rare = [name for name in rare if "properties" not in fields[name] and "items" not in fields[name]]
    person.open(form(f"action:{action_id}"))
    assert rare
    assert not [name for name in rare if person.sees(name)]
    person.show(ALL_FIELDS)
    assert [name for name in rare if person.sees(name)] == rare


def test_the_fields_of_the_hosts_edition_are_usual_ones(person: Person) -> None:
    person.open(form("action:create_invoice", edition="India"))
    assert person.sees("gst_no")
    assert person.sees("place_of_supply")
    assert not person.sees("vat_treatment")


def test_a_stored_rare_field_opens_the_form_with_all_fields(person: Person) -> None:
    person.open(form("action:create_invoice"), example("create_invoice", "minimal") | {"exchange_rate": "1.25"})
    assert person.value("exchange_rate") == "1.25"


def test_going_back_to_the_usual_fields_drops_the_others_and_keeps_the_usual_ones(person: Person) -> None:
    document = example("create_invoice", "minimal") | {"reference_number": "R-1"}
    person.open(form("action:create_invoice"), document | {"exchange_rate": "1.25"})
    person.show(USUAL_FIELDS)
    assert person.submit() == document


def test_typing_in_a_rare_field_does_not_fold_the_others_away(person: Person) -> None:
    person.open(form("action:create_invoice"), example("create_invoice", "minimal"))
    person.show(ALL_FIELDS)
    person.type("exchange_rate", "wrong")
    assert person.sees("gst_no")
    person.type("exchange_rate", "")
    assert person.sees("gst_no")


def test_a_wrong_value_in_a_folded_field_is_held_back_and_named(person: Person) -> None:
    stored = example("create_invoice", "minimal") | {"exchange_rate": "wrong"}
    person.open(form("action:create_invoice"), stored)
    assert person.submit() is None
    assert "Exchange rate" in person.text()
    person.show(ALL_FIELDS)
    person.type("exchange_rate", "1.25")
    assert as_sent("create_invoice", person.submit()) == as_sent("create_invoice", stored | {"exchange_rate": "1.25"})


def test_an_address_is_there_when_it_is_wanted_and_goes_as_a_whole(person: Person) -> None:
    document = example("create_contact", "minimal")
    person.open(form("action:create_contact"), document)
    assert not person.sees("billing_address.city")
    person.add("billing_address")
    person.type("billing_address.city", "Pune")
    person.show(ALL_FIELDS, "billing_address")
    person.type("billing_address.fax", "020 1234")
    assert person.submit() == document | {"billing_address": {"city": "Pune", "fax": "020 1234"}}
    person.remove("billing_address")
    assert not person.sees("billing_address.city")
    assert not person.sees("billing_address.fax")
    assert person.submit() == document


# --- cases ---------------------------------------------------------------------------------------------------------


def test_a_parent_is_asked_for_where_the_module_needs_one(person: Person) -> None:
    person.open(form("action:get_record"))
    assert not person.sees("record_id")
    person.choose("module", "Contact person")
    person.type("record_id", "460000000026051")
    assert person.submit() is None
    assert person.told("contact_id")
    person.type("contact_id", "460000000026049")
    whole = {"module": "contact_person", "contact_id": "460000000026049", "record_id": "460000000026051"}
    assert person.submit() == whole
    person.choose("module", "Invoice")
    assert not person.sees("contact_id")
    assert person.submit() == {"module": "invoice", "record_id": "460000000026051"}


def test_a_custom_module_is_named_and_has_no_record_id(person: Person) -> None:
    person.open(form("action:get_record"))
    person.choose("module", "Custom module")
    assert person.sees("module_api_name")
    assert not person.sees("record_id")


def test_an_item_that_is_only_sold_has_no_purchase(person: Person) -> None:
    person.open(form("action:create_item"), example("create_item", "minimal"))
    assert person.sees("purchase_rate")
    person.choose("item_type", "Sales")
    assert not person.sees("purchase_rate")
    person.choose("item_type", "Inventory")
    assert person.sees("purchase_rate")
    assert person.sees("inventory_account_id")


# --- clearing ------------------------------------------------------------------------------------------------------


def test_an_update_clears_a_choice_and_takes_that_back(person: Person) -> None:
    document = example("update_item", "minimal")
    person.open(form("action:update_item"), document)
    person.choose("product_type", "Clear the field")
    person.choose("is_taxable", "Clear the field")
    assert person.submit() == document | {"product_type": None, "is_taxable": None}
    person.choose("product_type", "")
    person.choose("is_taxable", "")
    assert person.submit() == document


def test_an_update_clears_a_custom_field(person: Person) -> None:
    document = example("update_item", "minimal")
    person.open(form("action:update_item"), document)
    person.add("custom_fields")
    person.type("custom_fields.0.api_name", "cf_region")
    person.show("Clear the field", "custom_fields.0.value")
    assert person.submit() == document | {"custom_fields": [{"api_name": "cf_region", "value": None}]}


@pytest.mark.parametrize("value", ["North", 12.5, True, False, ["North", "South"]])
def test_a_custom_field_takes_every_kind_of_value(person: Person, value: Any) -> None:
    document = example("create_item", "minimal") | {"custom_fields": [{"api_name": "cf_region", "value": value}]}
    person.open(form("action:create_item"))
    person.fill(document, inputs_of("create_item"))
    assert as_sent("create_item", person.submit()) == as_sent("create_item", document)


# --- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action_id", ACTIONS)
def test_what_is_required_is_told_beside_its_field(person: Person, action_id: str) -> None:
    person.open(form(f"action:{action_id}"), {})
    assert person.submit() is None
    first = next(iter(form(f"action:{action_id}").schema["properties"]))
    assert person.told(first)


@pytest.mark.parametrize(
    ("action_id", "field", "wrong", "right"),
    [
        ("create_contact", "contact_persons.0.email", "nobody", "anita@bakery.example"),
        ("create_invoice", "customer_id", "the baker", "460000000026049"),
        ("create_invoice", "line_items.0.rate", "12,50", "12.50"),
        ("create_invoice", "discount", "12 %", "12%"),
        ("create_invoice", "exchange_rate", "1.2.3", "1.23"),
        ("create_invoice", "custom_subject", "   ", "Your invoice"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(
    person: Person, action_id: str, field: str, wrong: str, right: str
) -> None:
    document = example(action_id, "minimal") | {"contact_persons": [{}]}
    person.open(form(f"action:{action_id}"), document if action_id == "create_contact" else example(action_id))
    person.type(field, wrong)
    assert person.submit() is None
    assert person.told(field)
    person.type(field, right)
    assert as_sent(action_id, person.submit())


# --- the credential ------------------------------------------------------------------------------------------------

URLS = ("authorization_url", "token_url", "base_api_url")


def test_choosing_the_region_sets_the_urls_and_changing_it_changes_them(person: Person) -> None:
    person.open(form("credential"))
    for region, hosts in (
        ("Europe", ("accounts.zoho.eu", "accounts.zoho.eu", "www.zohoapis.eu")),
        ("China", ("accounts.zoho.com.cn", "accounts.zoho.com.cn", "www.zohoapis.com.cn")),
        ("Canada", ("accounts.zohocloud.ca", "accounts.zohocloud.ca", "www.zohoapis.ca")),
    ):
        person.choose("region", region)
        assert [person.chosen(url) for url in URLS] == [f"{region} ({host})" for host in hosts]


def test_only_the_authorization_url_may_name_another_region_and_china_stands_apart(person: Person) -> None:
    person.open(form("credential"))
    person.choose("region", "India")
    assert person.labels("token_url") == ["", "India (accounts.zoho.in)"]
    assert person.labels("base_api_url") == ["", "India (www.zohoapis.in)"]
    assert "United States (accounts.zoho.com)" in person.labels("authorization_url")
    assert not [label for label in person.labels("authorization_url") if label.startswith("China")]
    person.choose("region", "China")
    assert person.labels("authorization_url") == ["China (accounts.zoho.com.cn)"]


def test_urls_that_were_chosen_before_the_region_follow_it(person: Person) -> None:
    person.open(form("credential"))
    person.choose("token_url", "India (accounts.zoho.in)")
    person.choose("base_api_url", "Japan (www.zohoapis.jp)")
    person.choose("region", "Australia")
    assert [person.chosen(url).split(" (")[0] for url in URLS] == ["Australia"] * 3


def test_a_stored_contradiction_is_held_back_until_the_person_corrects_it(person: Person) -> None:
    stored = {
        "schema_version": 2,
        "region": "us",
        "authorization_url": "https://accounts.zoho.com/oauth/v2/auth",
        "token_url": "https://accounts.zoho.in/oauth/v2/token",
        "base_api_url": "https://www.zohoapis.com/books/v3",
        "client_id": "1000.ABCDEF",
        "client_secret": "a-secret",
        "scope": "ZohoBooks.settings.READ",
    }
    person.open(form("credential"), stored)
    assert person.submit() is None
    assert person.told("token_url")
    person.choose("token_url", "United States (accounts.zoho.com)")
    assert person.submit() == stored | {"token_url": "https://accounts.zoho.com/oauth/v2/token"}


def test_the_secret_is_masked_and_the_callback_url_is_to_be_copied_only(person: Person) -> None:
    person.open(form("credential", callback_url="https://host.example/callback"))
    person.type("client_secret", "a-secret-canary")
    assert person.property("client_secret", "type") == "password"
    assert "a-secret-canary" not in person.text()
    assert person.property("callback_url", "readOnly") is True
    assert person.value("callback_url") == "https://host.example/callback"
    assert not person.sees("schema_version")


def test_a_wrong_client_id_is_told_beside_its_field(person: Person) -> None:
    person.open(form("credential"))
    person.choose("region", "Japan")
    person.type("client_id", "someone@example.com")
    person.type("client_secret", "a-secret")
    assert person.submit() is None
    assert person.told("client_id")


# --- all the way ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> Iterator[Books]:
    with Sandbox(limits=Limits.off()) as sandbox:
        books = Books(sandbox)
        yield books
        books.host.runtime.close()


def body_of(books: Books, method: str) -> dict[str, Any]:
    """The body of the last request of this method that reached the sandbox."""
    body: dict[str, Any] = json.loads([r.body for r in books.centre.requests if r.method == method][-1])
    return body


def filled(person: Person, action_id: str, **document: Any) -> dict[str, Any]:
    """Fill the form of an action by hand, from its initial values."""
    person.open(form(f"action:{action_id}"))
    person.fill(document, inputs_of(action_id))
    submitted = person.submit()
    assert submitted is not None, person.text()
    return submitted


def test_a_credential_that_was_filled_in_authorizes(person: Person, shared: Books) -> None:
    http = shared.host.runtime.http
    person.open(form("credential", callback_url=shared.host.callback_url, http=http))
    person.choose("region", "Sandbox us")
    person.type("client_id", shared.client.client_id)
    person.type("client_secret", shared.client.client_secret)
    document = person.submit()
    assert document is not None
    before = shared.host.credential
    url = shared.host.save_and_authorize("zoho_books", document)
    shared.host.credential = before
    assert url.startswith(f"{shared.centre.accounts_url}/oauth/v2/auth?")
    assert shared.client.client_id in url


def test_contacts_and_their_persons(person: Person, shared: Books) -> None:
    given = {
        "contact_name": "Bakery Zoë",
        "contact_type": "customer",
        "credit_limit": "1250.50",
        "billing_address": {"city": "Pune", "fax": "020 1234"},
        "contact_persons": [{"first_name": "Anita", "email": "anita@bakery.example", "is_primary_contact": True}],
    }
    created = shared.data("create_contact", **filled(person, "create_contact", **given))
    assert body_of(shared, "POST") == given | {"credit_limit": 1250.5}
    contact_id = created["contact_id"]

    changed = filled(person, "update_contact", contact_id=contact_id, notes="Pays late", credit_limit="2000")
    shared.run("update_contact", **changed)
    assert body_of(shared, "PUT") == {"notes": "Pays late", "credit_limit": 2000}
    stored = next(each for each in shared.held("contact") if each["contact_id"] == contact_id)
    assert (stored["notes"], stored["credit_limit"]) == ("Pays late", 2000)
    assert stored["billing_address"]["city"] == "Pune"

    meera = {"contact_id": contact_id, "first_name": "Meera", "skype": "meera.b"}
    added = shared.data("create_contact_person", **filled(person, "create_contact_person", **meera))
    assert body_of(shared, "POST") == meera
    renamed = {"contact_id": contact_id, "contact_person_id": added["contact_person_id"], "first_name": "Mira"}
    shared.run("update_contact_person", **filled(person, "update_contact_person", **renamed))
    assert body_of(shared, "PUT") == {"contact_id": contact_id, "first_name": "Mira"}

    persons = shared.data("get_contact_persons", **filled(person, "get_contact_persons", contact_id=contact_id))
    assert [each["first_name"] for each in persons["contact_persons"]] == ["Anita", "Mira"]
    found = shared.data("get_contact_addresses", **filled(person, "get_contact_addresses", contact_id=contact_id))
    assert "Pune" in json.dumps(found)
    record = filled(person, "get_record", module="contact", record_id=contact_id)
    assert shared.data("get_record", **record)["id"] == contact_id


def test_items_and_sales(person: Person, shared: Books) -> None:
    flour = {"name": "Flour", "rate": "12.50", "unit": "kg", "is_taxable": False, "product_type": "goods"}
    item_id = shared.data("create_item", **filled(person, "create_item", **flour))["item_id"]
    assert body_of(shared, "POST") == flour | {"rate": 12.5}
    dearer = {"item_id": item_id, "name": "Flour", "rate": "13", "description": "Type 550"}
    shared.run("update_item", **filled(person, "update_item", **dearer))
    assert body_of(shared, "PUT") == {"name": "Flour", "rate": 13, "description": "Type 550"}

    customer_id = shared.data("create_contact", contact_name="Café")["contact_id"]
    lines = [{"item_id": item_id, "quantity": "2"}, {"name": "Delivery", "rate": "4.05", "discount": "10%"}]
    sent = [{"item_id": item_id, "quantity": 2}, {"name": "Delivery", "rate": 4.05, "discount": "10%"}]
    sale = {"customer_id": customer_id, "line_items": lines, "discount_type": "item_level", "date": "2026-11-17"}
    for action_id in ("create_salesorder", "create_invoice"):
        created = shared.data(action_id, **filled(person, action_id, **sale))
        assert body_of(shared, "POST") == sale | {"line_items": sent}
        assert (created["customer_id"], created["date"]) == (customer_id, "2026-11-17")
        assert [line["quantity"] for line in created["line_items"]] == [2, 1]
