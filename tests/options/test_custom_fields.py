"""Custom fields of a module: listed where Zoho lists them, taken from the newest record where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles import answer, connected, credential, run_with
from tests.options.conftest import Desk, MakeDesk
from zoho_books_connector.errors import RateLimitedError
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.options import SOURCES
from zoho_books_connector.options.typed_fields import custom_fields_of, object_schema

MODULES = load_manifest()["option_sources"]["custom_field"]["takes"]["module"]
LIST = "GET /settings/preferences/customfields"


@pytest.mark.parametrize("shape", ["list", "by_module"])
@pytest.mark.parametrize("module", MODULES)
def test_the_fields_of_a_module_are_listed_under_either_shape(make_desk: MakeDesk, module: str, shape: str) -> None:
    desk = make_desk(custom_field_answer=shape)
    page = desk.pick("custom_field", depends={"module": module})
    assert [option.label for option in page.options] == ["External ID", "Region", "Score"]
    assert [option.data["api_name"] for option in page.options] == ["cf_external_id", "cf_region", "cf_score"]
    defined = desk.centre.custom_fields(desk.organization_id, module)
    assert [option.value for option in page.options] == [each["customfield_id"] for each in defined]


CREATES: dict[str, tuple[str, dict[str, Any]]] = {
    "contact": ("create_contact", {"contact_name": "Bowman"}),
    "item": ("create_item", {"name": "Bolt", "rate": 1}),
    "sales_order": ("create_salesorder", {"customer_id": "", "line_items": [{"item_id": "", "quantity": 1}]}),
    "invoice": ("create_invoice", {"customer_id": "", "line_items": [{"item_id": "", "quantity": 1}]}),
}
FILLED: dict[str, Any] = {
    "cf_external_id": "crm-7",
    "cf_score": 5,
    "cf_since": "2026-01-31",
    "cf_vip": True,
    "cf_hazard": "Flammable",
    "cf_channels": ["Web", "Shop"],
    "cf_approved_by": "ada@example.com",
    "cf_commission": 2.5,
}


@pytest.mark.parametrize("module", MODULES)
def test_what_is_filled_in_a_typed_form_reaches_the_record(desk: Desk, module: str) -> None:
    desk.centre.seed_demo()
    fields = desk.pick("custom_field", depends={"module": module}).options
    values = {name: value for name, value in FILLED.items() if name in object_schema(fields)["properties"]}
    action_id, inputs = CREATES[module]
    if "customer_id" in inputs:
        item_id = desk.held("item")[0]["item_id"]
        inputs = {
            "customer_id": desk.held("contact")[0]["contact_id"],
            "line_items": [{"item_id": item_id, "quantity": 1}],
        }
    record = desk.data(action_id, **inputs, custom_fields=custom_fields_of(fields, values))
    assert len(values) > 2
    assert {name: record["custom_field_hash"][name] for name in values} == values


# --- where Zoho does not list them --------------------------------------------------------------------------------


def test_the_newest_record_tells_of_the_fields_that_it_has(make_desk: MakeDesk) -> None:
    desk = make_desk(custom_field_list="unknown_address")
    contact = desk.data("create_contact", contact_name="A", custom_fields=[{"api_name": "cf_region", "value": "West"}])
    asked = len(desk.calls())
    page = desk.pick("custom_field", depends={"module": "contact"})
    assert [option.label for option in page.options] == ["Region"]
    assert "newest record" in page.warnings[0]
    assert desk.calls()[asked:] == [LIST, "GET /contacts", f"GET /contacts/{contact['contact_id']}"]
    again = desk.pick("custom_field", depends={"module": "contact"})
    assert (again.calls, again.warnings) == ((), page.warnings)


@pytest.mark.parametrize("module", MODULES)
def test_without_any_record_the_form_gets_an_empty_list_and_a_warning(make_desk: MakeDesk, module: str) -> None:
    desk = make_desk(custom_field_list="unknown_address")
    page = desk.pick("custom_field", depends={"module": module})
    assert page.options == ()
    assert "name the field yourself" in page.warnings[0]


@pytest.mark.parametrize("module", MODULES)
def test_it_costs_no_more_than_the_manifest_says(make_desk: MakeDesk, module: str) -> None:
    desk = make_desk(custom_field_list="unknown_address")
    desk.centre.seed_demo()
    page = desk.pick("custom_field", depends={"module": module})
    assert len(page.calls) == load_manifest()["option_sources"]["custom_field"]["calls_at_most"]
    assert "custom field" in page.warnings[0]


def test_a_newest_record_that_may_not_be_read_breaks_no_form(make_desk: MakeDesk) -> None:
    desk = make_desk(custom_field_list="unknown_address")
    desk.connect(scope="ZohoBooks.settings.READ")
    page = desk.pick("custom_field", depends={"module": "invoice"})
    assert (page.options, len(page.warnings)) == ((), 1)


def test_a_limit_on_the_way_is_told() -> None:
    run, _ = run_with(answer(404, 5, "Invalid URL Passed"), answer(429, 45, "day"))
    with pytest.raises(RateLimitedError):
        SOURCES["custom_field"](credential(), tokens=connected(), run=run, depends={"module": "contact"})


@pytest.mark.parametrize("listed", [[{}], [{"contact_id": "../x"}], None, ""])
def test_a_list_without_a_record_is_followed_no_further(listed: Any) -> None:
    run, script = run_with(answer(404, 5, "Invalid URL Passed"), answer(contacts=listed))
    page = SOURCES["custom_field"](credential(), tokens=connected(), run=run, depends={"module": "contact"})
    assert (page.options, len(script.requests)) == ((), 2)


def test_a_newest_record_that_is_gone_meanwhile_breaks_no_form() -> None:
    gone = answer(404, 1002, "The contact does not exist.")
    run, _ = run_with(answer(404, 5, "Invalid URL Passed"), answer(contacts=[{"contact_id": "7"}]), gone)
    page = SOURCES["custom_field"](credential(), tokens=connected(), run=run, depends={"module": "contact"})
    assert (page.options, len(page.warnings)) == ((), 1)


@pytest.mark.parametrize("body", [{}, {"customfields": None}, {"customfields": ""}, {"customfields": {"item": ""}}])
def test_no_custom_fields_are_none_without_a_warning(body: dict[str, Any]) -> None:
    run, _ = run_with(answer(**body))
    page = SOURCES["custom_field"](credential(), tokens=connected(), run=run, depends={"module": "item"})
    assert (page.options, page.warnings) == ((), ())


def test_a_field_that_is_listed_twice_is_offered_once() -> None:
    field = {"customfield_id": "7", "label": "Region", "data_type": "string"}
    run, _ = run_with(answer(customfields=[field, field], custom_fields=[field]))
    page = SOURCES["custom_field"](credential(), tokens=connected(), run=run, depends={"module": "item"})
    assert [option.label for option in page.options] == ["Region"]
