"""What forms pick from: templates, locations, salespersons, definitions of custom fields, and the filters for them."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.choices import WITH_TEMPLATES
from zoho_books_connector.sandbox.modules import MODULES

CUSTOM_FIELDS = "/settings/preferences/customfields"


@pytest.mark.parametrize("module", WITH_TEMPLATES)
def test_every_kind_of_document_has_templates(bench: Any, module: str) -> None:
    templates = bench.books.get(f"{MODULES[module].list_path}/templates").data["templates"]
    assert len(templates) == 2
    assert {"template_id", "template_name", "template_type"} == set(templates[0])


def test_a_template_belongs_to_one_kind_of_document(bench: Any) -> None:
    bench.us.seed(bench.organization_id, "template", {"template_name": "Elegant", "module": "invoice"})
    listed = [bench.books.get(f"/{each}/templates").data["templates"] for each in ("invoices", "salesorders")]
    assert [len(each) for each in listed] == [3, 2]


def test_templates_need_the_scope_of_their_document(make_bench: Any) -> None:
    bench = make_bench(scope="ZohoBooks.invoices.READ")
    assert bench.books.get("/invoices/templates").code == 0
    assert bench.books.get("/salesorders/templates").code == 57


def test_an_organization_starts_with_one_location(bench: Any) -> None:
    [location] = bench.books.get("/locations").data["locations"]
    assert location["location_name"] == "Head Office"
    assert location["address"]["city"]


@pytest.mark.parametrize("key", ["data", "salespersons"])
def test_salespersons_come_under_the_key_of_the_switch(make_bench: Any, key: str) -> None:
    bench = make_bench(salesperson_key=key)
    bench.us.seed(bench.organization_id, "salesperson", {"salesperson_name": "Priya"})
    data = bench.books.get("/salespersons").data
    assert [each["salesperson_name"] for each in data[key]] == ["Priya"]
    assert data["page_context"]["has_more_page"] is False


def test_salespersons_are_paged(bench: Any) -> None:
    for number in range(3):
        bench.us.seed(bench.organization_id, "salesperson", {"salesperson_name": str(number)})
    data = bench.books.get("/salespersons", page=2, per_page=2).data
    assert [each["salesperson_name"] for each in data["data"]] == ["2"]


@pytest.mark.parametrize("shape", ["list", "by_module"])
def test_custom_fields_come_in_the_shape_of_the_switch(make_bench: Any, shape: str) -> None:
    bench = make_bench(custom_field_answer=shape)
    found = bench.books.get(CUSTOM_FIELDS, entity="salesorder").data["customfields"]
    fields = found if shape == "list" else found["salesorder"]
    assert [each["api_name"] for each in fields] == ["cf_external_id", "cf_region", "cf_score"]
    assert {"customfield_id", "label", "data_type", "is_mandatory", "search_entity"} <= set(fields[0])


@pytest.mark.parametrize(("position", "status"), [("listed", 200), ("unknown_address", 404)])
def test_the_list_of_custom_fields_is_there_or_not(make_bench: Any, position: str, status: int) -> None:
    assert make_bench(custom_field_list=position).books.get(CUSTOM_FIELDS, entity="item").status == status


def test_an_unknown_entity_is_refused(bench: Any) -> None:
    assert bench.books.get(CUSTOM_FIELDS, entity="sales_order").code == 2


def test_a_field_that_is_defined_later_is_listed_and_can_be_filled_in(bench: Any) -> None:
    defined = {"module": "contact", "api_name": "cf_tier", "label": "Tier", "data_type": "dropdown"}
    bench.us.seed(bench.organization_id, "custom_field", defined | {"values": [{"name": "Gold"}], "is_mandatory": True})
    listed = bench.books.get(CUSTOM_FIELDS, entity="contact").data["customfields"][-1]
    assert (listed["values"], listed["is_mandatory"]) == ([{"name": "Gold"}], True)
    contact = bench.customer(custom_fields=[{"customfield_id": listed["customfield_id"], "value": "Gold"}])
    [field] = contact["custom_fields"]
    assert (field["value"], "values" in field) == ("Gold", False)


def test_what_forms_pick_from_leaves_the_ids_of_records_alone() -> None:
    with Sandbox() as plain, Sandbox() as filled:
        organization_id = plain["us"].organizations[0]["organization_id"]
        filled["us"].seed(organization_id, "salesperson", {"salesperson_name": "Priya"})
        ids = [
            each["us"].seed(organization_id, "contact", {"contact_name": "A"})["contact_id"] for each in (plain, filled)
        ]
    assert ids[0] == ids[1]


def test_the_demo_brings_each_of_them_once(bench: Any) -> None:
    for _ in range(2):
        bench.us.seed_demo()
    assert len(bench.books.get("/locations").data["locations"]) == 2
    assert len(bench.books.get("/salespersons").data["data"]) == 3
    fields = bench.books.get(CUSTOM_FIELDS, entity="invoice").data["customfields"]
    assert [each["data_type"] for each in fields] == ["string", "string", "number", "email", "percent"]


@pytest.mark.parametrize(("position", "found"), [("exact", ["Buyer"]), ("leaks", ["Buyer", "Maker"])])
def test_vendors_come_with_customers_where_the_switch_says_so(make_bench: Any, position: str, found: list[str]) -> None:
    bench = make_bench(contact_type_filter=position)
    bench.customer(contact_name="Buyer")
    bench.customer(contact_name="Maker", contact_type="vendor")
    listed = bench.books.get("/contacts", contact_type="customer").data["contacts"]
    assert [each["contact_name"] for each in listed] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search_text": "OFFICE"}, ["Office Supplies"]),
        ({"search_text": "500"}, ["Cost of Goods Sold"]),
        ({"account_name_contains": "asset"}, ["Inventory Asset"]),
        ({"filter_by": "AccountType.Income"}, ["Sales"]),
        ({"filter_by": "AccountType.Inactive"}, ["Legacy"]),
        ({"filter_by": "AccountType.Active", "search_text": "legacy"}, []),
        ({"filter_by": "AccountType.All", "search_text": "legacy"}, ["Legacy"]),
    ],
)
def test_accounts(bench: Any, query: dict[str, str], found: list[str]) -> None:
    bench.us.seed(bench.organization_id, "account", {"account_name": "Legacy", "is_active": False})
    listed = bench.books.get("/chartofaccounts", **query).data["chartofaccounts"]
    assert [each["account_name"] for each in listed] == found


@pytest.mark.parametrize("filter_by", ["Status.Active", "AccountType.Shoes"])
def test_a_filter_that_accounts_do_not_have_is_refused(bench: Any, filter_by: str) -> None:
    assert bench.books.get("/chartofaccounts", filter_by=filter_by).code == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"customer_id": "7"}, ["Fit-out"]),
        ({"filter_by": "Status.Active"}, ["Audit", "Fit-out"]),
        ({"filter_by": "Status.Inactive"}, ["Closed"]),
    ],
)
def test_projects(bench: Any, query: dict[str, str], found: list[str]) -> None:
    for name, customer_id, status in (
        ("Fit-out", "7", "active"),
        ("Audit", "8", "active"),
        ("Closed", "8", "inactive"),
    ):
        project = {"project_name": name, "customer_id": customer_id, "status": status}
        bench.us.seed(bench.organization_id, "project", project)
    listed = bench.books.get("/projects", sort_column="project_name", sort_order="A", **query).data["projects"]
    assert [each["project_name"] for each in listed] == found
