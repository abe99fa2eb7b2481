"""Lists: filters, search, sorting, paging."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.sandbox.caller import Caller


@pytest.fixture
def filled(bench: Any) -> Any:
    """Three contacts, three items and three invoices, a minute apart."""
    for n, name in enumerate(("Ada", "Bert", "Carl")):
        person = {"first_name": name, "email": f"{name.lower()}@x.example"}
        contact = bench.customer(
            contact_name=f"{name} Trading",
            contact_type="vendor" if name == "Carl" else "customer",
            notes=f"note {n}",
            contact_persons=[person],
        )
        bench.item(name=f"{name}'s part", rate=10 * (n + 1), sku=f"S-{n}")
        line = {"name": f"Part {n}", "rate": 10 * (n + 1)}
        invoice = {
            "customer_id": contact["contact_id"],
            "line_items": [line],
            "reference_number": f"R-{n}",
            "date": f"2026-06-0{n + 1}",
        }
        bench.books.post("/invoices", invoice)
        bench.clock.tick(60)
    return bench


def names(bench: Any, **query: Any) -> list[str]:
    contacts = bench.books.get("/contacts", **query).data["contacts"]
    return [contact["contact_name"].split()[0] for contact in contacts]


def references(bench: Any, **query: Any) -> list[str]:
    return [invoice["reference_number"] for invoice in bench.books.get("/invoices", **query).data["invoices"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"contact_name": "ada trading"}, ["Ada"]),
        ({"contact_name_startswith": "B"}, ["Bert"]),
        ({"contact_name_contains": "ert"}, ["Bert"]),
        ({"email": "carl@x.example"}, ["Carl"]),
        ({"first_name_startswith": "a"}, ["Ada"]),
        ({"contact_type": "vendor"}, ["Carl"]),
        ({"search_text": "note 1"}, ["Bert"]),
        ({"filter_by": "Status.Active"}, ["Ada", "Bert", "Carl"]),
        ({"filter_by": "Status.Inactive"}, []),
        ({"sort_column": "contact_name", "sort_order": "D"}, ["Carl", "Bert", "Ada"]),
        ({"last_modified_time": "2026-06-11T20:38:06-0400"}, ["Bert", "Carl"]),
        ({"no_such_filter": "x"}, ["Ada", "Bert", "Carl"]),
        ({"contact_name": "Nobody"}, []),
    ],
)
def test_contacts(filled: Any, query: dict[str, Any], found: list[str]) -> None:
    assert names(filled, **query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["R-2", "R-1", "R-0"]),
        ({"reference_number": "R-1"}, ["R-1"]),
        ({"invoice_number": "INV-000003"}, ["R-2"]),
        ({"item_name_contains": "part 0"}, ["R-0"]),
        ({"date_start": "2026-06-02", "date_end": "2026-06-02"}, ["R-1"]),
        ({"date_before": "2026-06-02"}, ["R-0"]),
        ({"date_after": "2026-06-02"}, ["R-2"]),
        ({"total_greater_than": "10"}, ["R-2", "R-1"]),
        ({"total": "20.00"}, ["R-1"]),
        ({"customer_name": "Carl Trading"}, ["R-2"]),
        ({"status": "draft"}, ["R-2", "R-1", "R-0"]),
        ({"status": "sent"}, []),
        ({"sort_column": "total", "sort_order": "A"}, ["R-0", "R-1", "R-2"]),
    ],
)
def test_invoices(filled: Any, query: dict[str, Any], found: list[str]) -> None:
    assert references(filled, **query) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [({"rate_less_equals": "20"}, [10, 20]), ({"name_startswith": "bert"}, [20]), ({"sku": "S-2"}, [30])],
)
def test_items(filled: Any, query: dict[str, Any], found: list[int]) -> None:
    assert [item["rate"] for item in filled.books.get("/items", **query).data["items"]] == found


@pytest.mark.parametrize(
    "query",
    [
        {"filter_by": "Active"},
        {"filter_by": "Status.Sleeping"},
        {"sort_column": "shoe_size"},
        {"sort_order": "up"},
        {"page": "0"},
        {"per_page": "many"},
        {"last_modified_time": "yesterday"},
    ],
)
def test_values_that_are_refused(filled: Any, query: dict[str, Any]) -> None:
    reply = filled.books.get("/contacts", **query)
    assert (reply.status, reply.code) == (400, 2)


def test_an_unencoded_plus_in_a_time_reads_as_a_blank_and_is_refused(bench: Any) -> None:
    query = f"organization_id={bench.organization_id}&last_modified_time=2026-06-11T20:38:06+0000"
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    with Caller(bench.us.api_url, token) as caller:
        assert caller.call("GET", f"/contacts?{query}").code == 2
        assert caller.call("GET", f"/contacts?{query.replace('+', '%2B')}").code == 0


def test_pages_and_their_context(filled: Any) -> None:
    data = filled.books.get("/contacts", page=2, per_page=2).data
    assert len(data["contacts"]) == 1
    context = data["page_context"]
    assert (context["page"], context["per_page"], context["has_more_page"]) == (2, 2, False)
    assert (context["sort_column"], context["sort_order"]) == ("contact_name", "A")
    assert not any("total" in name for name in context)


@pytest.mark.parametrize(("sent", "used"), [({}, 200), ({"per_page": 1000}, 200)])
def test_a_page_holds_200_at_most(bench: Any, sent: dict[str, Any], used: int) -> None:
    assert bench.books.get("/contacts", **sent).data["page_context"]["per_page"] == used


def test_the_chart_of_accounts_has_a_long_page(bench: Any) -> None:
    assert bench.books.get("/chartofaccounts").data["page_context"]["per_page"] == 5000


def test_rows_of_lists_are_shorter_than_records(filled: Any) -> None:
    [row, *_] = filled.books.get("/contacts").data["contacts"]
    record = filled.books.get(f"/contacts/{row['contact_id']}").data["contact"]
    assert "contact_persons" in record
    assert "contact_persons" not in row
    assert row["email"] == "ada@x.example"


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_fresh_record_is_listed_after_the_seconds_of_the_switch(make_bench: Any, seconds: int) -> None:
    bench = make_bench(listing_lag_seconds=seconds)
    contact = bench.customer()
    assert bench.books.get(f"/contacts/{contact['contact_id']}").code == 0
    assert len(names(bench)) == (1 if seconds == 0 else 0)
    bench.clock.tick(2)
    assert len(names(bench)) == 1


def test_another_lag_can_be_chosen(bench: Any) -> None:
    bench.us.list_after(bench.organization_id, 30)
    bench.customer()
    bench.clock.tick(29)
    assert len(names(bench)) == 0
    bench.clock.tick(1)
    assert len(names(bench)) == 1


LOOKED_UP = {
    "contacts": ("/contacts", {"contact_name": "Nobody"}),
    "items": ("/items", {"name": "Nothing"}),
    "invoices": ("/invoices", {"reference_number": "PO-0", "date": "2001-01-01"}),
    "salesorders": ("/salesorders", {"salesorder_number": "SO-0"}),
}


@pytest.mark.parametrize("position", ["honoured", "ignored"])
@pytest.mark.parametrize("key", LOOKED_UP)
def test_by_a_switch_even_published_filters_are_ignored(make_bench: Any, key: str, position: str) -> None:
    bench = make_bench(list_filters=position)
    bench.us.seed_demo()
    path, filters = LOOKED_UP[key]
    everything = len(bench.books.get(path).data[key])
    assert everything > 0
    assert len(bench.books.get(path, **filters).data[key]) == (everything if position == "ignored" else 0)


def test_ignored_filters_leave_pages_and_statuses_alone(make_bench: Any) -> None:
    bench = make_bench(list_filters="ignored")
    bench.us.seed_demo()
    assert len(bench.books.get("/contacts", per_page=1).data["contacts"]) == 1
    assert bench.books.get("/contacts", filter_by="Status.Inactive").data["contacts"] == []
    vendors = bench.books.get("/contacts", contact_type="vendor").data["contacts"]
    assert {row["contact_type"] for row in vendors} == {"vendor"}


def test_a_seeded_record_carries_a_chosen_time_into_lists_and_reads(bench: Any) -> None:
    time = "2020-01-01T00:00:00-0500"
    for module in ("contact", "item", "sales_order", "invoice"):
        bench.us.seed(bench.organization_id, module, {"created_time": time})
    for path in ("/contacts", "/items", "/salesorders", "/invoices"):
        [rows] = [value for value in bench.books.get(path).data.values() if isinstance(value, list)]
        assert [row["created_time"] for row in rows] == [time]
