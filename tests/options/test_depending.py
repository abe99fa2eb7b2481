"""What a picker depends on, and cursors: a host is told what to choose first, and nothing foreign gets through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.options.conftest import Desk
from tests.options.shelves import PARENT
from zoho_books_connector.errors import InputError, NotFoundError

MISSING = [
    ("contact_person", ["/customer_id", "/contact_id"]),
    ("address", ["/customer_id", "/contact_id"]),
    ("template", ["/document"]),
    ("custom_field", ["/module"]),
]


@pytest.mark.parametrize("depends", [None, {}, {"customer_id": ""}, {"customer_id": None, "other": "1"}])
@pytest.mark.parametrize(("source_id", "pointers"), MISSING)
def test_what_is_to_be_chosen_first_is_named_and_nothing_is_asked(
    desk: Desk, source_id: str, pointers: list[str], depends: dict[str, Any] | None
) -> None:
    with pytest.raises(InputError) as caught:
        desk.pick(source_id, depends=depends)
    assert caught.value.code == "dependency_missing"
    assert [fault.pointer for fault in caught.value.fields] == pointers
    assert desk.calls() == []


@pytest.mark.parametrize("name", ["customer_id", "contact_id"])
@pytest.mark.parametrize("source_id", ["contact_person", "address"])
@pytest.mark.parametrize("identity", [PARENT, int(PARENT)])
def test_a_contact_may_be_the_customer_and_its_id_a_number(
    desk: Desk, source_id: str, name: str, identity: str | int
) -> None:
    desk.seed("contact", contact_id=PARENT, contact_name="A")
    assert desk.pick(source_id, depends={name: identity}).options == ()


@pytest.mark.parametrize("identity", ["../items", "1/..", "1?x=y", "1 2", "x", "-1", "1" * 31, "１２"])
@pytest.mark.parametrize("source_id", ["contact_person", "address", "project"])
def test_what_is_no_id_is_refused_and_not_repeated(desk: Desk, source_id: str, identity: str) -> None:
    with pytest.raises(InputError) as caught:
        desk.pick(source_id, depends={"customer_id": identity})
    assert caught.value.fields[0].pointer == "/customer_id"
    assert desk.calls() == []
    assert identity == "x" or f'"{identity}"' not in json.dumps(caught.value.to_dict())


@pytest.mark.parametrize(("source_id", "name"), [("template", "document"), ("custom_field", "module")])
def test_a_choice_that_is_not_there_is_refused_with_those_that_are(desk: Desk, source_id: str, name: str) -> None:
    with pytest.raises(InputError) as caught:
        desk.pick(source_id, depends={name: "salesorder"})
    assert caught.value.code == "dependency_invalid"
    assert "sales_order" in caught.value.hint


def test_other_fields_of_the_form_may_be_handed_over(desk: Desk) -> None:
    assert desk.pick("customer", depends={"notes": "x", "line_items": [{}], "customer_id": "no id"}).options == ()


def test_an_unknown_parent_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.pick("address", depends={"customer_id": "1"})


# --- cursors ------------------------------------------------------------------------------------------------------


@pytest.fixture
def long(desk: Desk) -> Desk:
    for number in range(201):
        desk.seed("contact", contact_name=f"N{number:03}")
        desk.seed("tax", tax_name=f"N{number:03}")
    return desk


def test_a_cursor_is_good_after_the_page_is_forgotten(long: Desk) -> None:
    cursor = long.pick("contact").cursor
    long.clock.now += 3600
    assert long.labels("contact", cursor=cursor) == ["N200"]


@pytest.mark.parametrize(
    ("source_id", "search", "depends"), [("customer", "", None), ("tax", "", None), ("contact", "n", None)]
)
def test_the_cursor_of_another_question_is_refused(
    long: Desk, source_id: str, search: str, depends: dict[str, Any] | None
) -> None:
    cursor = long.pick("contact").cursor
    with pytest.raises(InputError) as caught:
        long.pick(source_id, search, depends, cursor)
    assert caught.value.code == "cursor_invalid"


def test_the_cursor_of_another_organization_is_refused(long: Desk) -> None:
    cursor = long.pick("contact").cursor
    long.host.credential["organization_id"] = long.centre.organizations[1]["organization_id"]
    with pytest.raises(InputError):
        long.pick("contact", cursor=cursor)


@pytest.mark.parametrize("cursor", ["2", "x", "0.0123456789abcdef", "2.0123456789abcdef", "2.0123456789abcdef\n", "-1"])
def test_a_made_up_cursor_is_refused(long: Desk, cursor: str) -> None:
    with pytest.raises(InputError):
        long.pick("contact", cursor=cursor)


def test_an_empty_cursor_is_none(long: Desk) -> None:
    assert len(long.pick("contact", cursor="").options) == 200
