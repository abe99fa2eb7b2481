"""The eleven actions against the sandbox: what a host gets, what the books hold, what was refused before sending."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.end_to_end.conftest import Books
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.errors import (
    CredentialError,
    InputError,
    NotFoundError,
    RejectedError,
)
from zoho_books_connector.registry import ACTIONS
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.sandbox.modules import MODULES as SANDBOX_MODULES


def contact(books: Books, **changes: Any) -> dict[str, Any]:
    return books.data("create_contact", **({"contact_name": "Bakery"} | changes))


def item(books: Books, **changes: Any) -> dict[str, Any]:
    return books.data("create_item", **({"name": "Flour", "rate": 1500} | changes))


def order(books: Books, **changes: Any) -> dict[str, Any]:
    lines = [{"item_id": item(books)["item_id"], "quantity": 2}]
    given = {"customer_id": contact(books)["contact_id"], "line_items": lines}
    return books.data("create_salesorder", **(given | changes))


def invoice(books: Books, **changes: Any) -> dict[str, Any]:
    lines = [{"item_id": item(books)["item_id"], "quantity": 2}]
    given = {"customer_id": contact(books)["contact_id"], "line_items": lines}
    return books.data("create_invoice", **(given | changes))


def test_ids_come_out_as_text_with_every_digit(books: Books) -> None:
    created = contact(books)
    assert created["contact_id"] == books.held("contact")[0]["contact_id"]
    assert int(created["contact_id"]) > 2**53


@pytest.mark.parametrize("as_bytes", [False, True])
def test_inputs_may_be_a_mapping_or_json_bytes(books: Books, as_bytes: bool) -> None:
    given = {"contact_name": "Café Zoë", "credit_limit": "1250.50"}
    inputs = json.dumps(given, ensure_ascii=False).encode() if as_bytes else given
    result = books.host.run("zoho_books", "create_contact", inputs)
    assert result.data["contact_name"] == "Café Zoë"
    assert books.held("contact")[0]["credit_limit"] == 1250.5


def test_a_result_is_json_ready_and_names_its_calls(books: Books) -> None:
    result = books.run("create_contact", contact_name="Bakery")
    assert json.loads(json.dumps(result.data)) == result.data
    assert [(c.method, c.path, c.status) for c in result.calls] == [("POST", "/books/v3/contacts", 201)]
    assert result.quota.limit is None or result.quota.remaining is not None


def test_unknown_keys_of_an_answer_reach_the_host(books: Books) -> None:
    assert "custom_field_hash" in contact(books)


# --- contacts and persons ------------------------------------------------------------------------------------------


def with_persons(books: Books, *persons: dict[str, Any]) -> str:
    return str(contact(books, contact_persons=list(persons))["contact_id"])


ANITA = {"first_name": "Anita", "email": "anita@bakery.example", "is_primary_contact": True, "mobile": "1"}
MEERA = {"first_name": "Meera", "email": "meera@bakery.example"}


def names(found: list[dict[str, Any]]) -> list[str]:
    return [person["first_name"] for person in found]


def stored_persons(books: Books) -> list[dict[str, Any]]:
    return list(books.held("contact")[0]["contact_persons"])


def test_an_update_leaves_alone_what_it_does_not_name(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    books.run("update_contact", contact_id=contact_id, notes="x")
    assert names(stored_persons(books)) == ["Anita", "Meera"]
    assert books.calls() == ["POST /contacts", f"PUT /contacts/{contact_id}"]


def test_persons_are_merged_by_default(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    books.run("update_contact", contact_id=contact_id, contact_persons=[{"first_name": "Ravi"}])
    assert names(stored_persons(books)) == ["Anita", "Meera", "Ravi"]
    assert stored_persons(books)[0]["mobile"] == "1"


def test_a_person_is_recognised_by_its_id(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    meera = stored_persons(books)[1]["contact_person_id"]
    books.run(
        "update_contact", contact_id=contact_id, contact_persons=[{"contact_person_id": meera, "first_name": "Mira"}]
    )
    assert names(stored_persons(books)) == ["Anita", "Mira"]
    assert stored_persons(books)[1]["email"] == "meera@bakery.example"


def test_a_person_without_id_is_recognised_by_an_address_that_only_one_has(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    for _ in range(2):
        books.run(
            "update_contact",
            contact_id=contact_id,
            contact_persons=[{"first_name": "Mira", "email": "MEERA@bakery.example"}],
        )
    assert names(stored_persons(books)) == ["Anita", "Mira"]


def test_a_shared_address_recognises_nobody(books: Books) -> None:
    shared = {"email": "office@bakery.example"}
    contact_id = with_persons(books, {"first_name": "Anita"} | shared, {"first_name": "Meera"} | shared)
    books.run("update_contact", contact_id=contact_id, contact_persons=[{"first_name": "Ravi"} | shared])
    assert names(stored_persons(books)) == ["Anita", "Meera", "Ravi"]


def test_a_new_primary_person_takes_over(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    books.run("update_contact", contact_id=contact_id, contact_persons=[{**MEERA, "is_primary_contact": True}])
    primary = [person["first_name"] for person in stored_persons(books) if person["is_primary_contact"]]
    assert primary == ["Meera"]


def test_an_unknown_person_id_is_refused_before_anything_is_written(books: Books) -> None:
    contact_id = with_persons(books, ANITA)
    with pytest.raises(InputError) as caught:
        books.run("update_contact", contact_id=contact_id, contact_persons=[{"contact_person_id": "999"}])
    assert caught.value.fields[0].pointer == "/contact_persons/0/contact_person_id"
    assert not any(call.startswith("PUT") for call in books.calls())


def test_replacing_persons_is_explicit_and_says_whom_it_drops(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    dropped = [person["contact_person_id"] for person in stored_persons(books)]
    result = books.run(
        "update_contact",
        contact_id=contact_id,
        contact_persons=[{"first_name": "Ravi"}],
        contact_persons_mode="replace",
    )
    assert names(stored_persons(books)) == ["Ravi"]
    assert all(any(person_id in warning for warning in result.warnings) for person_id in dropped)


def test_dropping_every_person_takes_both_null_and_replace(books: Books) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    result = books.run("update_contact", contact_id=contact_id, contact_persons=None, notes="x")
    assert names(stored_persons(books)) == ["Anita", "Meera"]
    assert "choose replace" in result.warnings[0]
    result = books.run("update_contact", contact_id=contact_id, contact_persons=None, contact_persons_mode="replace")
    assert names(stored_persons(books)) == []
    assert len(result.warnings) == 2


@pytest.mark.parametrize("given", [{}, {"contact_persons": []}])
def test_replace_drops_nobody_where_a_form_was_left_empty(books: Books, given: dict[str, Any]) -> None:
    contact_id = with_persons(books, ANITA, MEERA)
    result = books.run("update_contact", contact_id=contact_id, contact_persons_mode="replace", notes="x", **given)
    assert names(stored_persons(books)) == ["Anita", "Meera"]
    assert "send null" in result.warnings[0]


def test_null_clears_a_field_of_an_update(books: Books) -> None:
    contact_id = contact(books, notes="old")["contact_id"]
    books.run("update_contact", contact_id=contact_id, notes=None)
    assert books.held("contact")[0]["notes"] in ("", None)


@pytest.mark.parametrize("switches", [Switches(contact_person_answer=answer) for answer in ("object", "list")])
def test_creating_a_person_returns_one_object_whatever_zoho_answers(books: Books) -> None:
    contact_id = contact(books)["contact_id"]
    person = books.data("create_contact_person", contact_id=contact_id, first_name="Ravi")
    assert person["first_name"] == "Ravi"
    updated = books.data(
        "update_contact_person",
        contact_id=contact_id,
        contact_person_id=person["contact_person_id"],
        first_name="Ravindra",
    )
    assert updated["first_name"] == "Ravindra"


def test_persons_are_listed_to_the_last_page(books: Books) -> None:
    contact_id = contact(books)["contact_id"]
    for number in range(401):
        books.centre.seed(
            books.organization_id, "contact_person", {"contact_id": contact_id, "first_name": f"P{number}"}
        )
    found = books.data("get_contact_persons", contact_id=contact_id)["contact_persons"]
    assert len({person["contact_person_id"] for person in found}) == 401
    assert len(books.calls()) == 1 + 3


def test_a_contact_without_addresses_has_an_empty_list(books: Books) -> None:
    assert books.data("get_contact_addresses", contact_id=contact(books)["contact_id"]) == {"addresses": []}


# --- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [Switches(sales_order_answer=answer) for answer in ("object", "list")])
def test_an_order_is_one_object_whatever_zoho_answers(books: Books) -> None:
    assert order(books)["total"] == 3000


@pytest.mark.parametrize(("action", "number"), [(order, "salesorder_number"), (invoice, "invoice_number")])
def test_an_own_number_needs_the_switch_which_goes_into_the_query(books: Books, action: Any, number: str) -> None:
    assert action(books, **{number: "X-1", "ignore_auto_number_generation": True})[number] == "X-1"
    sent = books.centre.requests[-1]
    assert sent.query["ignore_auto_number_generation"] == "true"
    assert b"ignore_auto_number_generation" not in sent.body


@pytest.mark.parametrize(("action", "number"), [(order, "salesorder_number"), (invoice, "invoice_number")])
def test_an_own_number_without_the_switch_is_told_how_to_go_on(books: Books, action: Any, number: str) -> None:
    with pytest.raises(InputError) as caught:
        action(books, **{number: "X-1"})
    assert (caught.value.code, caught.value.details.zoho_code) == ("automatic_numbering", 4097)


def test_a_number_that_is_taken_is_a_duplicate(books: Books) -> None:
    own = {"invoice_number": "X-1", "ignore_auto_number_generation": True}
    first = invoice(books, **own)
    with pytest.raises(RejectedError) as caught:
        books.run(
            "create_invoice",
            customer_id=first["customer_id"],
            line_items=[{"item_id": first["line_items"][0]["item_id"]}],
            **own,
        )
    assert (caught.value.code, caught.value.details.zoho_code) == ("duplicate_number", 1001)


def test_sending_an_invoice_is_a_query_switch(books: Books) -> None:
    assert invoice(books, send=True)["status"] == "sent"
    assert books.centre.requests[-1].query["send"] == "true"


@pytest.mark.parametrize("switches", [Switches(document_amounts=amounts) for amounts in ("number", "text")])
def test_amounts_are_numbers_whatever_zoho_answers(books: Books) -> None:
    created = invoice(books)
    assert (created["total"], created["balance"]) == (3000, 3000)


@pytest.mark.parametrize("switches", [Switches(numeric_ids=ids) for ids in ("never", "some")])
def test_ids_are_text_whatever_zoho_answers(books: Books) -> None:
    created = invoice(books)
    assert isinstance(created["invoice_id"], str)
    assert all(isinstance(line["item_id"], str) for line in created["line_items"])


# --- Get Records by Id ---------------------------------------------------------------------------------------------

WRAPPERS = [
    Switches(),
    Switches(chart_of_account_answer="flat", bank_rule_answer="flat", fixed_asset_answer="fissed-asset"),
    Switches(blanks="typed", numeric_ids="some"),
]


@pytest.mark.parametrize("key", list(MODULES))
@pytest.mark.parametrize("switches", WRAPPERS, ids=["usual", "flat", "typed"])
def test_every_module_can_be_read(books: Books, key: str) -> None:
    books.centre.seed_demo()
    record, stored = books.held(key)[0], SANDBOX_MODULES[key]
    # Both tables write the same path, so their parameters stand in the same order.
    fields = (*stored.parents, stored.id_field)
    result = books.data(
        "get_record", module=key, **{n: record[f] for n, f in zip(MODULES[key].needs, fields, strict=True)}
    )
    assert result["module"] == key
    assert str(result["record"][stored.id_field]) == str(record[stored.id_field])


def test_an_unknown_id_is_not_found(books: Books) -> None:
    with pytest.raises(NotFoundError):
        books.run("get_record", module="invoice", record_id="1")


@pytest.mark.parametrize("name", ["../organizations", "cm_x/../../items", "cm_x?y=1", "cm x", "", "%2e%2e"])
def test_no_name_of_a_custom_module_can_leave_its_place(books: Books, name: str) -> None:
    with pytest.raises(InputError):
        books.run("get_record", module="custom_module_record", module_api_name=name, record_id="1")
    assert books.calls() == []


# --- refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action_id", list(ACTIONS))
@pytest.mark.parametrize(
    "inputs", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"x": NaN}', {"no_such_field": 1}]
)
def test_bad_input_never_reaches_zoho(books: Books, action_id: str, inputs: Any) -> None:
    with pytest.raises(InputError) as caught:
        books.host.run("zoho_books", action_id, inputs)
    assert caught.value.fields
    assert books.calls() == []


def test_every_fault_is_told_with_its_pointer_and_the_nearest_name(books: Books) -> None:
    with pytest.raises(InputError) as caught:
        books.run("create_invoice", customer_idd="1", line_items=[{"item_id": "x", "rate": "1,5"}, {"quantty": 1}])
    told = {fault.pointer: fault for fault in caught.value.fields}
    assert set(told) >= {"/customer_id", "/customer_idd", "/line_items/0/item_id", "/line_items/0/rate"}
    assert told["/customer_idd"].suggestion == "customer_id"
    assert told["/line_items/1/quantty"].suggestion == "quantity"


@pytest.mark.parametrize("switches", [Switches(item_duplicate_code=code) for code in (1001, 1000)])
def test_a_duplicate_item_is_named_whichever_code_zoho_uses(books: Books) -> None:
    item(books)
    with pytest.raises(RejectedError) as caught:
        item(books)
    assert caught.value.code == "duplicate_item"
    assert len(books.held("item")) == 1


def test_a_duplicate_contact_is_named(books: Books) -> None:
    contact(books)
    with pytest.raises(RejectedError) as caught:
        contact(books)
    assert (caught.value.code, caught.value.details.zoho_code) == ("duplicate_contact", 3062)
    assert len(books.held("contact")) == 1


def test_a_wrong_organization_says_so(books: Books) -> None:
    books.connect(organization_id="42")
    with pytest.raises(CredentialError) as caught:
        contact(books)
    assert (caught.value.reason, caught.value.details.zoho_code) == ("wrong_organization", 6041)


def test_a_missing_scope_names_the_scope_and_burns_one_refresh_at_most(books: Books) -> None:
    books.connect(scope="ZohoBooks.contacts.READ")
    for _ in range(3):
        with pytest.raises(CredentialError) as caught:
            contact(books)
        assert caught.value.reason == "missing_scope"
        assert "ZohoBooks.contacts.CREATE" in caught.value.hint
    refreshes = [request for request in books.centre.requests if request.path.endswith("/token")]
    assert len(refreshes) == 1


def test_an_expired_token_is_renewed_unseen(books: Books) -> None:
    books.centre.expire_access_tokens()
    assert contact(books)["contact_name"] == "Bakery"
    assert len(books.held("contact")) == 1


def test_a_revoked_connection_asks_to_be_authorized_again(books: Books) -> None:
    books.centre.revoke_all()
    with pytest.raises(CredentialError) as caught:
        contact(books)
    assert caught.value.reason == "revoked"


def test_a_wrong_region_is_hinted_at(books: Books) -> None:
    books.host.credential = {**books.host.credential, "region": "sandbox-in"}
    books.host.tokens.save(
        replace(books.host.tokens.load()[0], issued_at=time.time()),  # type: ignore[index]  # connected by the fixture
        expected=1,
    )
    with pytest.raises(CredentialError) as caught:
        contact(books)
    assert "region" in caught.value.hint
