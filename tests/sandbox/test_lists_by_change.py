"""Lists as a catch-up reads them: by the time of change, while records change, and with equal times."""

from __future__ import annotations

from typing import Any

import pytest

from zoho_books_connector.sandbox.modules import MODULES

TYPED = (
    "contact",
    "item",
    "sales_order",
    "invoice",
    "bill",
    "expense",
    "credit_note",
    "customer_payment",
    "vendor_payment",
    "estimate",
    "purchase_order",
)
SORTED_BY_CHANGE = {"contact", "sales_order", "bill", "credit_note", "estimate", "purchase_order"}
FILTERED_BY_CHANGE = {
    "sales_order",
    "invoice",
    "bill",
    "credit_note",
    "estimate",
    "purchase_order",
    "vendor_payment",
}
TIMES = ("2026-06-01T10:00:00-0400", "2026-06-01T10:00:01-0400", "2026-06-01T10:00:01-0400", "2026-06-01T10:00:02-0400")


def fill(bench: Any, module: str) -> list[str]:
    """Four records, the second and third changed in the same second; gives their ids."""
    planted = []
    for number, time in enumerate(TIMES):
        record = {"last_modified_time": time, "contact_name": f"C{number}"}
        planted.append(bench.us.seed(bench.organization_id, module, record))
    return [record[MODULES[module].id_field] for record in planted]


def listed(bench: Any, module: str, **query: Any) -> list[str]:
    reply = bench.books.get(MODULES[module].list_path, **query)
    assert reply.code == 0, reply.data
    return [row[MODULES[module].id_field] for row in reply.data[MODULES[module].list_key]]


@pytest.mark.parametrize("module", TYPED)
def test_the_filter_leaves_what_changed_later(bench: Any, module: str) -> None:
    ids = fill(bench, module)
    assert set(listed(bench, module, last_modified_time=TIMES[0])) == set(ids[1:])
    assert listed(bench, module, last_modified_time=TIMES[1]) == ids[3:]
    assert listed(bench, module, last_modified_time="2026-06-01T14:00:01+0000") == ids[3:]
    assert listed(bench, module, last_modified_time=TIMES[3]) == []


@pytest.mark.parametrize("module", TYPED)
def test_by_a_switch_the_filter_counts_only_where_it_is_documented(make_bench: Any, module: str) -> None:
    bench = make_bench(modified_filter="documented")
    ids = fill(bench, module)
    found = listed(bench, module, last_modified_time=TIMES[1])
    assert set(found) == (set(ids[3:]) if module in FILTERED_BY_CHANGE else set(ids))


@pytest.mark.parametrize("module", TYPED)
@pytest.mark.parametrize("position", ["documented", "everywhere"])
def test_sorting_by_change_is_refused_where_the_switch_says(make_bench: Any, module: str, position: str) -> None:
    bench = make_bench(modified_sort=position)
    ids = fill(bench, module)
    query = {"sort_column": "last_modified_time", "sort_order": "A"}
    if module not in SORTED_BY_CHANGE and position == "documented":
        assert bench.books.get(MODULES[module].list_path, **query).code == 2
        return
    assert listed(bench, module, **query) == ids
    newest_first = listed(bench, module, **(query | {"sort_order": "D"}))
    assert (newest_first[0], set(newest_first[1:3]), newest_first[3]) == (ids[3], set(ids[1:3]), ids[0])


@pytest.mark.parametrize("module", ["bill", "expense", "estimate"])
def test_a_column_nobody_documents_is_refused(bench: Any, module: str) -> None:
    assert bench.books.get(MODULES[module].list_path, sort_column="shoe_size").code == 2


def test_a_record_that_changes_while_pages_are_read_moves_to_their_end(bench: Any) -> None:
    ids = fill(bench, "contact")
    query = {"sort_column": "last_modified_time", "sort_order": "A", "per_page": 2}
    assert listed(bench, "contact", page=1, **query) == ids[:2]
    bench.books.put(f"/contacts/{ids[0]}", {"notes": "changed"})
    assert listed(bench, "contact", page=2, **query) == [ids[3], ids[0]]  # ids[2] moved to the page already read
    assert listed(bench, "contact", page=1, **query) == ids[1:3]


def test_a_page_tells_whether_there_is_more_and_how_it_is_sorted(bench: Any) -> None:
    fill(bench, "contact")
    query = {"sort_column": "last_modified_time", "sort_order": "A", "per_page": 2}
    context = bench.books.get("/contacts", page=2, **query).data["page_context"]
    assert (context["sort_column"], context["sort_order"], context["has_more_page"]) == (
        "last_modified_time",
        "A",
        False,
    )
    assert bench.books.get("/contacts", page=1, **query).data["page_context"]["has_more_page"] is True
    assert bench.books.get("/contacts", page=3, **query).data["contacts"] == []


def test_a_deleted_record_is_in_no_list(bench: Any) -> None:
    ids = fill(bench, "contact")
    bench.books.delete(f"/contacts/{ids[3]}")
    assert set(listed(bench, "contact", last_modified_time=TIMES[0])) == set(ids[1:3])


def test_a_list_read_again_shows_what_a_call_changed_in_place(bench: Any) -> None:
    persons = [{"first_name": "Ada", "email": "ada@x.example"}, {"first_name": "Bert", "email": "bert@x.example"}]
    contact = bench.customer(contact_persons=persons)
    [_, bert] = bench.books.get(f"/contacts/{contact['contact_id']}").data["contact"]["contact_persons"]
    query = {"sort_column": "email"}
    assert bench.books.get("/contacts", **query).data["contacts"][0]["email"] == "ada@x.example"
    bench.customer(contact_name="Other", contact_persons=[{"first_name": "A", "email": "b@x.example"}])
    assert listed(bench, "contact", **query)[0] == contact["contact_id"]
    bench.books.post(f"/contacts/contactpersons/{bert['contact_person_id']}/primary")
    assert listed(bench, "contact", **query)[1] == contact["contact_id"]


def test_a_list_read_again_shows_what_became_listed_meanwhile(bench: Any) -> None:
    bench.us.list_after(bench.organization_id, 30)
    bench.customer()
    bench.us.list_after(bench.organization_id, 0)
    assert listed(bench, "contact") == []
    bench.clock.tick(30)
    assert len(listed(bench, "contact")) == 1


def test_lists_with_different_filters_are_kept_apart(bench: Any) -> None:
    ids = fill(bench, "contact")
    for _ in range(2):
        assert [listed(bench, "contact", contact_name=f"C{number}") for number in range(4)] == [[each] for each in ids]
    for number in range(40):
        assert listed(bench, "contact", contact_name=f"none {number}") == []
