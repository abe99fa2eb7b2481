"""Every source against the sandbox: what the manifest says of it is what it does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.options.conftest import Desk, MakeDesk
from tests.options.shelves import SHELVES, prepare
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.options import SOURCES

ENTRIES: dict[str, dict[str, Any]] = load_manifest()["option_sources"]
PAGED = [name for name, entry in ENTRIES.items() if entry["paged"]]
WHOLE = [name for name in ENTRIES if name not in PAGED]
TURNED_OFF = [name for name, shelf in SHELVES.items() if shelf.off]
#: More than a page of Zoho holds.
MANY = 203


def scope_of(source_id: str, depends: dict[str, Any]) -> str:
    entry = ENTRIES[source_id]
    if "scope" in entry:
        return str(entry["scope"])
    return str(entry["scope_by"]["scopes"][depends[entry["scope_by"]["input"]]])


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_page_costs_the_calls_that_the_manifest_names(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    page = desk.pick(source_id, depends=depends)
    assert len(page.calls) == len(desk.calls()) == ENTRIES[source_id]["calls"]
    assert page.warnings == ()


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_address_is_the_one_of_the_manifest(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    desk.pick(source_id, depends=depends)
    names = {"document": "invoices", "contact_id": depends.get("contact_id")}
    assert desk.calls() == ["GET " + ENTRIES[source_id]["path"].format_map(names)]


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_scope_of_the_manifest_is_enough(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    desk.connect(scope=scope_of(source_id, depends))
    assert desk.pick(source_id, depends=depends).calls


@pytest.mark.parametrize("source_id", SOURCES)
def test_a_missing_scope_is_named(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    desk.connect(scope="ZohoBooks.banking.READ")
    with pytest.raises(CredentialError) as caught:
        desk.pick(source_id, depends=depends)
    assert caught.value.reason == "missing_scope"
    assert caught.value.params["scope"] == scope_of(source_id, depends)


@pytest.mark.parametrize("source_id", PAGED)
def test_a_long_list_comes_in_pages_and_whole(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    for number in range(MANY):
        SHELVES[source_id].put(desk, f"N{number:03}")
    first = desk.pick(source_id, depends=depends)
    assert len(first.options) == 200
    second = desk.pick(source_id, depends=depends, cursor=first.cursor)
    assert second.cursor is None
    assert len(second.calls) == 1
    found = [option.label for page in (first, second) for option in page.options]
    assert len(found) == len(set(found))
    assert {f"N{number:03}" for number in range(MANY)} <= set(found)


@pytest.mark.parametrize("source_id", WHOLE)
def test_a_list_that_zoho_does_not_page_has_no_cursor(desk: Desk, source_id: str) -> None:
    assert desk.pick(source_id, depends=prepare(desk, source_id)).cursor is None


@pytest.mark.parametrize("source_id", TURNED_OFF)
def test_what_is_inactive_is_left_out(desk: Desk, source_id: str) -> None:
    shelf, depends = SHELVES[source_id], prepare(desk, source_id)
    shelf.put(desk, "Usable")
    shelf.put(desk, "Unusable", **shelf.off, **({"api_name": "cf_off"} if source_id == "custom_field" else {}))
    labels = desk.labels(source_id, depends=depends)
    assert "Usable" in labels
    assert "Unusable" not in labels


@pytest.mark.parametrize("source_id", SHELVES)
def test_searching_finds_what_holds_the_text(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    SHELVES[source_id].put(desk, "Wanted one")
    assert desk.labels(source_id, "ANTED", depends=depends) == ["Wanted one"]
    assert desk.labels(source_id, "nobody", depends=depends) == []


@pytest.mark.parametrize("source_id", PAGED)
def test_what_stands_on_a_later_page_is_found(desk: Desk, source_id: str) -> None:
    depends = prepare(desk, source_id)
    for number in range(MANY):
        SHELVES[source_id].put(desk, f"N{number:03}")
    # Lists are sorted by name, or as they were made: either way it comes last, or first of all.
    SHELVES[source_id].put(desk, "Zebra")
    page = desk.pick(source_id, "zebra", depends=depends)
    assert [option.label for option in page.options] == ["Zebra"]
    assert len(page.calls) <= ENTRIES[source_id]["calls_at_most"]
    if ENTRIES[source_id]["search"] == "server":
        assert len(page.calls) == 1


@pytest.mark.parametrize("source_id", SOURCES)
def test_values_are_texts_and_labels_are_there(desk: Desk, source_id: str) -> None:
    desk.centre.seed_demo()
    depends = prepare(desk, source_id)
    if "contact_id" in depends:
        depends = {"contact_id": desk.held("contact")[0]["contact_id"]}
    options = desk.pick(source_id, depends=depends).options
    assert options
    assert all(isinstance(option.value, str) and option.value and option.label for option in options)


@pytest.mark.parametrize("source_id", ["customer", "vendor"])
def test_customers_and_vendors_stay_apart_though_zoho_mixes_them(make_desk: MakeDesk, source_id: str) -> None:
    desk = make_desk(contact_type_filter="leaks")
    for kind in ("customer", "vendor"):
        desk.seed("contact", contact_name=kind, contact_type=kind)
    assert desk.labels(source_id) == [source_id]
    assert len(desk.labels("contact")) == 2


@pytest.mark.parametrize("key", ["data", "salespersons"])
def test_salespersons_are_read_under_either_key(make_desk: MakeDesk, key: str) -> None:
    desk = make_desk(salesperson_key=key)
    desk.seed("salesperson", salesperson_name="Priya", salesperson_email="priya@example.com")
    [option] = desk.pick("salesperson").options
    assert (option.label, option.detail) == ("Priya", "priya@example.com")


@pytest.mark.parametrize("document", ENTRIES["template"]["takes"]["document"])
def test_templates_of_every_document(desk: Desk, document: str) -> None:
    page = desk.pick("template", depends={"document": document})
    assert [option.label for option in page.options] == ["Standard Template", "Spreadsheet Template"]


def test_projects_may_be_those_of_a_customer(desk: Desk) -> None:
    for name, customer_id in (("Ours", "7"), ("Theirs", "8")):
        desk.seed("project", project_name=name, customer_id=customer_id, status="active")
    assert desk.labels("project") == ["Ours", "Theirs"]
    assert desk.labels("project", depends={"customer_id": "8"}) == ["Theirs"]


def test_organizations_need_no_organization(desk: Desk) -> None:
    del desk.host.credential["organization_id"]
    assert len(desk.pick("organization").options) == 2
    with pytest.raises(CredentialError) as caught:
        desk.pick("customer")
    assert caught.value.reason == "wrong_organization"


def test_every_source_has_a_shelf() -> None:
    assert set(SHELVES) == set(SOURCES) - {"organization", "address"}
