"""Where a custom field takes no duplicates, Zoho's own upsert makes a create repeatable."""

from __future__ import annotations

from typing import Any

import pytest

from tests.creating.conftest import World
from zoho_books_connector.errors import InputError

FIELD = "cf_external_id"


def inputs_of(world: World, action_id: str, value: Any = "E-1", **changes: Any) -> dict[str, Any]:
    own: dict[str, dict[str, Any]] = {
        "create_contact": {"contact_name": "New"},
        "create_item": {"name": "New", "rate": 1},
        "create_salesorder": world.invoice(),
        "create_invoice": world.invoice(),
    }
    return own[action_id] | {"unique_field": FIELD, "custom_fields": [{"api_name": FIELD, "value": value}]} | changes


MODULES = {
    "create_contact": "contact",
    "create_item": "item",
    "create_salesorder": "sales_order",
    "create_invoice": "invoice",
}


@pytest.mark.parametrize("action_id", list(MODULES))
def test_a_lost_answer_is_followed_by_a_second_sending_that_creates_nothing_more(world: World, action_id: str) -> None:
    module = MODULES[action_id]
    before = len(world.held(module))
    world.spoil("reset", method="PUT", path="s$", commit=True)
    result = world.run(action_id, inputs_of(world, action_id), idempotency_key=None)
    assert [call.method for call in world.calls] == ["PUT", "PUT"]
    assert result.data["custom_field_hash"][FIELD] == "E-1"
    assert len(world.held(module)) == before + 1


def test_the_value_travels_in_headers_and_the_switch_in_neither(world: World) -> None:
    world.run("create_contact", inputs_of(world, "create_contact"))
    sent = world.centre.requests[-1]
    assert sent.headers["x-unique-identifier-key"] == FIELD
    assert sent.headers["x-unique-identifier-value"] == "E-1"
    assert sent.headers["x-upsert"] == "true"
    assert b"unique_field" not in sent.body


@pytest.mark.parametrize("value", ["line\nbreak", "ü", " blank", "", 1.5, True, ["a"], "x" * 201])
def test_a_value_that_no_header_carries_is_refused(world: World, value: Any) -> None:
    with pytest.raises(InputError):
        world.run("create_contact", inputs_of(world, "create_contact", value))
    assert world.asked == []


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [{"api_name": "cf_region", "value": "x"}],
        [{"api_name": FIELD, "value": "a"}, {"api_name": FIELD, "value": "b"}],
    ],
    ids=["none", "another field", "two values"],
)
def test_the_unique_field_needs_one_value(world: World, fields: list[dict[str, str]]) -> None:
    with pytest.raises(InputError) as caught:
        world.run("create_contact", inputs_of(world, "create_contact", custom_fields=fields))
    assert caught.value.fields[0].pointer == "/unique_field"


def test_a_field_that_takes_duplicates_is_told_as_zoho_tells_it(world: World) -> None:
    fields = [{"api_name": "cf_region", "value": "x"}]
    with pytest.raises(InputError) as caught:
        world.run("create_contact", inputs_of(world, "create_contact", unique_field="cf_region", custom_fields=fields))
    assert caught.value.details.zoho_code == 4
