"""How inputs are read: blanks, faults, and everything that is no JSON object in the first place."""

from __future__ import annotations

import datetime
import json
import pickle
import traceback
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoho_books_connector.errors import InputError
from zoho_books_connector.models.contacts import CreateContact
from zoho_books_connector.models.invoices import CreateInvoice
from zoho_books_connector.models.items import CreateItem
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.validation import MAX_FAULTS, parse_input

CANARY = "canary-7f3a"
LINE = {"item_id": "982000000030049"}


def refusal(model: Any, inputs: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_input(model, inputs)
    return caught.value


def pointers(error: InputError) -> list[str]:
    return [fault.pointer for fault in error.fields]


def test_every_fault_is_told() -> None:
    given = {"rate": "much", "is_taxable": "yes", "locations": [{"location_id": "1"}, {"location_id": "x"}], "Name": 1}
    error = refusal(CreateItem, given)
    assert sorted(pointers(error)) == ["/Name", "/is_taxable", "/locations/1/location_id", "/name", "/rate"]
    assert error.params == {"faults": 5}
    assert next(fault.suggestion for fault in error.fields if fault.pointer == "/Name") == "name"


def test_pointer_is_escaped() -> None:
    error = refusal(CreateItem, {"name": "x", "rate": 1, "a.b-c d": 1})
    assert pointers(error) == ["/a.b-c d"]


def test_key_that_is_no_name_is_not_repeated() -> None:
    error = refusal(CreateItem, {"name": "x", "rate": 1, "a/b~c": 1, "x" * 200: 1})
    assert pointers(error) == ["", ""]
    assert {fault.message for fault in error.fields} == {"has a key that is not a field here"}


def test_broken_rules_are_told_up_to_a_bound() -> None:
    error = refusal(CreateInvoice, {"customer_id": 1, "line_items": [{"quantity": 1}] * (MAX_FAULTS + 20)})
    assert len(error.fields) == MAX_FAULTS


def test_faults_are_counted_beyond_those_told() -> None:
    error = refusal(CreateInvoice, {"customer_id": 1, "line_items": [{"item_id": "x"}] * (MAX_FAULTS + 20)})
    assert len(error.fields) == MAX_FAULTS
    assert error.params == {"faults": MAX_FAULTS + 20}


@pytest.mark.parametrize(
    ("inputs", "pointer", "message"),
    [
        (b"", "", "is not JSON"),
        (b'{"name": "x"', "", "is not JSON"),
        (b"{'name': 1}", "", "is not JSON"),
        (b"\xff\xfe", "", "is not JSON"),
        (b'{"name": "\xff", "rate": 1}', "", "is not JSON"),
        (b"[" * 5000, "", "is not JSON"),
        (b"[1]", "", "must be an object"),
        (b"null", "", "must be an object"),
        (b'"x"', "", "must be an object"),
        (b'{"name": "x", "rate": NaN}', "/rate", "must be a number"),
        (b'{"name": "x", "rate": 1e999}', "/rate", "must be a number"),
        (b'{"name": "' + b"x" * 5_000_000 + b'", "rate": 1}', "", "must not be larger than 5 MB"),
        (b'{"locations": [' + b"{}," * 20_000 + b"{}]}", "", "must not hold more than 20000 objects"),
        ("{}", "", "must be a mapping, or JSON as bytes"),
        (None, "", "must be a mapping, or JSON as bytes"),
        ({"name": "x", "rate": float("nan")}, "/rate", "JSON cannot write"),
        ({"name": "x", "rate": Decimal("NaN")}, "/rate", "must be a number"),
        ({"name": "x", "rate": 1, "locations": [{}, {"location_id": object()}]}, "/locations/1/location_id", "cannot"),
        ({"name": "x", "rate": 1, "sku": object()}, "/sku", "JSON cannot write"),
        ({"name": "x", "rate": 1, "sku": {1, 2}}, "/sku", "must be text"),
        ({"name": "x", "rate": 1, object(): 1}, "", "a key, that JSON cannot write"),
        ({"name": "x", "rate": 1, 5: 1}, "", "has a key that is not a field here"),
        ({"name": "\ud800", "rate": 1}, "", "is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told(inputs: Any, pointer: str, message: str) -> None:
    error = refusal(CreateItem, inputs)
    assert pointers(error) == [pointer]
    assert message in error.fields[0].message


def test_nesting_without_end_is_refused() -> None:
    endless: dict[str, Any] = {"name": "x"}
    endless["rate"] = endless
    assert "JSON cannot write" in refusal(CreateItem, endless).fields[0].message
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert refusal(CreateItem, {"name": deep}).fields


def test_key_given_twice_counts_as_given_last() -> None:
    assert parse_input(CreateItem, b'{"name": "a", "rate": 1, "name": "b"}').name == "b"


def test_values_of_python_are_taken() -> None:
    given = MappingProxyType(
        {
            "customer_id": 982000000567001,
            "date": datetime.date(2026, 11, 17),
            "exchange_rate": Decimal("83.10"),
            "line_items": (MappingProxyType(LINE | {"quantity": Decimal("1E+2")}),),
            "custom_fields": [{"label": "Sent", "value": datetime.datetime(2026, 11, 17, tzinfo=datetime.UTC)}],
        }
    )
    body = json.loads(parse_input(CreateInvoice, given).body())
    assert body == {
        "customer_id": "982000000567001",
        "date": "2026-11-17",
        "exchange_rate": 83.1,
        "custom_fields": [{"label": "Sent", "value": "2026-11-17T00:00:00Z"}],
        "line_items": [LINE | {"quantity": 100}],
    }


def test_custom_fields_left_without_value_are_dropped() -> None:
    fields = [
        {"index": 1, "value": ""},
        {"index": 2, "value": 12.5},
        {"index": 3},
        {"index": 4, "value": ["a", " "]},
        {"index": 5, "value": False},
    ]
    body = json.loads(parse_input(CreateContact, {"contact_name": "x", "custom_fields": fields}).body())
    assert body["custom_fields"] == [
        {"index": 2, "value": 12.5},
        {"index": 4, "value": ["a"]},
        {"index": 5, "value": False},
    ]


def test_pointer_counts_entries_as_they_were_given() -> None:
    fields = [{"index": 1, "value": ""}, {"index": 2, "value": "x"}, {"value": "no name"}]
    error = refusal(CreateContact, {"contact_name": "x", "custom_fields": fields})
    assert pointers(error) == ["/custom_fields/2"]


def test_blank_line_is_never_dropped_in_silence() -> None:
    error = refusal(CreateInvoice, {"customer_id": 1, "line_items": [LINE, {"item_id": ""}]})
    assert pointers(error) == ["/line_items/1/item_id"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _named(action_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(sorted(load_action(action_id).inputs.model_fields)), JSON, max_size=4)


ANYTHING = st.sampled_from(sorted(ACTIONS)).flatmap(lambda action_id: st.tuples(st.just(action_id), _named(action_id)))


@given(case=ANYTHING)
def test_anything_is_a_model_or_an_input_error(case: tuple[str, dict[str, Any]]) -> None:
    action_id, document = case
    with suppress(InputError):
        assert parse_input(load_action(action_id).inputs, document).body()


def _spoilt(value: Any) -> Any:
    """Return a document of the same shape with the canary in every place."""
    if isinstance(value, dict):
        return {key: _spoilt(item) for key, item in value.items()}
    return [_spoilt(item) for item in value] if isinstance(value, list) else {CANARY: CANARY}


@pytest.mark.parametrize("as_bytes", [False, True])
@pytest.mark.parametrize("action_id", ACTIONS)
def test_no_fault_shows_a_value(action_id: str, as_bytes: bool) -> None:
    path = Path(__file__).parent / "examples" / f"{action_id}.json"
    document = _spoilt(json.loads(path.read_text("utf-8"))["full"])
    error = refusal(load_action(action_id).inputs, json.dumps(document).encode() if as_bytes else document)
    shown = [str(error), repr(error), json.dumps(error.to_dict()), "".join(traceback.format_exception(error))]
    assert not any(CANARY in text for text in shown)
    assert CANARY.encode() not in pickle.dumps(error)
    assert error.__context__ is None
