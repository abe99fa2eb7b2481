"""A document that is drawn and read back is the same document; what no form posts is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.workbench.browserless import posted_by
from zoho_books_connector.errors import InputError
from zoho_books_connector.workbench.forms.drawing import FormDrawing
from zoho_books_connector.workbench.forms.reading import Reading, read_form
from zoho_books_connector.workbench.forms.shapes import Field, Group, Rows, Shape, shape_of
from zoho_books_connector.workbench.forms.slot import Filling
from zoho_books_connector.workbench.forms.values import VALUE_KINDS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
ACTIONS = sorted(path.stem for path in (SCHEMAS / "inputs").glob("*.json"))
SHAPES = {
    action_id: shape_of(json.loads((SCHEMAS / "inputs" / f"{action_id}.json").read_text("utf-8")))
    for action_id in ACTIONS
}
DRAWINGS = {action_id: FormDrawing(shape, "in", address=f"/actions/{action_id}") for action_id, shape in SHAPES.items()}
#: Without what HTML's parser takes for something else, and without surrogates, which no UTF-8 has.
TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), min_size=1, max_size=30)
FILLED = TEXT.filter(lambda text: bool(text.strip()))
ID = st.from_regex(r"[0-9]{1,25}", fullmatch=True)
AMOUNT = st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,4})?", fullmatch=True)


def values_of(field: Field) -> SearchStrategy[Any]:
    """What a person may put into a field."""
    return {
        "text": FILLED,
        "long": FILLED,
        "email": st.just("mara@example.com"),
        "amount": AMOUNT,
        "whole": st.integers(-(10**9), 10**9),
        "date": st.dates().map(str),
        "flag": st.booleans(),
        "choice": st.sampled_from([value for value, _ in field.choices] or ["x"]),
        "picker": ID,
        "value": st.one_of(
            FILLED,
            st.integers(-(10**12), 10**12),
            st.booleans(),
            st.lists(FILLED.filter(lambda text: "\n" not in text), min_size=1, max_size=3),
        ),
    }[field.kind]


def documents_of(shape: Shape) -> SearchStrategy[Any]:
    if isinstance(shape, Field):
        filled = values_of(shape)
    elif isinstance(shape, Rows):
        filled = st.lists(documents_of(shape.entry), min_size=1, max_size=3)
    else:
        assert isinstance(shape, Group)
        few = st.lists(st.sampled_from(shape.parts), min_size=1, max_size=8, unique_by=lambda part: part.name)
        filled = few.flatmap(lambda parts: st.fixed_dictionaries({part.name: documents_of(part) for part in parts}))
    return st.one_of(filled, st.none()) if shape.may_clear else filled


def drawn(action_id: str, document: dict[str, Any], filling: Filling | None = None) -> str:
    drawing = DRAWINGS[action_id]
    filling = filling or Filling()
    parts = drawing.fill, drawing.fill_editions, drawing.fill_custom_fields
    return "".join(part(document, filling) for part in parts)


def read(action_id: str, *posted: tuple[str, Any]) -> Reading:
    return read_form(SHAPES[action_id], posted)


@pytest.mark.parametrize("action_id", ACTIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_document_that_is_drawn_and_read_back_is_the_same(action_id: str, data: st.DataObject) -> None:
    document = data.draw(documents_of(SHAPES[action_id]))
    assert read(action_id, *posted_by(drawn(action_id, document))).document == document


@pytest.mark.parametrize("action_id", ACTIONS)
def test_an_untouched_form_sends_nothing(action_id: str) -> None:
    assert read(action_id, *posted_by(drawn(action_id, {}))).document == {}


@pytest.mark.parametrize("action_id", ACTIONS)
def test_every_field_of_the_schema_is_drawn_once(action_id: str) -> None:
    html = drawn(action_id, {})
    for part in SHAPES[action_id].parts:
        assert html.count(f' id="/{part.name}"') == 1


@pytest.mark.parametrize("action_id", ACTIONS)
def test_no_name_is_posted_twice(action_id: str) -> None:
    names = [name for name, _ in posted_by(drawn(action_id, {}))]
    assert len(names) == len(set(names))


def test_the_sample_of_every_action_survives() -> None:
    for action_id in ACTIONS:
        sample = json.loads((SCHEMAS / "samples" / f"{action_id}.json").read_text("utf-8"))["input"]
        again = read(action_id, *posted_by(drawn(action_id, sample))).document
        assert as_texts(again) == as_texts(sample)


def as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_texts(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)


def test_rows_close_up_and_empty_ones_are_left_out() -> None:
    found = read(
        "create_invoice",
        ("/line_items/7/name", "third"),
        ("/line_items/0/name", "first"),
        ("/line_items/2/name", " "),
        ("/line_items/3/quantity", "2"),
        ("label:/line_items/3/item_id", "Beans"),
        ("/line_items/3/item_id", "17"),
    )
    assert found.document == {"line_items": [{"name": "first"}, {"quantity": "2", "item_id": "17"}, {"name": "third"}]}
    assert found.labels == {"/line_items/1/item_id": "Beans"}


def test_what_only_names_a_row_does_not_make_one() -> None:
    fixed = ("fixed:/custom_fields/0/customfield_id", "46"), ("kind:/custom_fields/0/value", "text")
    assert read("create_invoice", *fixed, ("/custom_fields/0/value", "")).document == {}
    assert read("create_invoice", *fixed, ("/custom_fields/0/value", "x")).document == {
        "custom_fields": [{"customfield_id": "46", "value": "x"}]
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clear:/contact_name", None),
        ("clear:/billing_address", None),
        ("clear:/contact_persons", None),
    ],
)
def test_a_tick_clears(name: str, value: None) -> None:
    assert read("update_contact", (name, "1")).document == {name.removeprefix("clear:/"): value}


def test_a_tick_wins_over_what_was_there() -> None:
    assert read("update_contact", ("/notes", "old"), ("clear:/notes", "1")).document == {"notes": None}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "5", "5"),
        ("", "5", "5"),
        ("number", "5", 5),
        ("number", "1.5", 1.5),
        ("number", "0.1234567890123456", "0.1234567890123456"),
        ("number", "five", "five"),
        ("yes", "", True),
        ("no", "", False),
        ("lines", "a\r\n\r\nb", ["a", "b"]),
    ],
)
def test_the_value_of_a_custom_field_is_what_its_kind_says(kind: str, text: str, value: Any) -> None:
    found = read("create_invoice", ("kind:/custom_fields/0/value", kind), ("/custom_fields/0/value", text))
    assert found.document == {"custom_fields": [{"value": value}]}


def test_what_is_wrong_is_kept_for_the_connector_to_say_so() -> None:
    assert read("create_invoice", ("/payment_terms", "soon"), ("/is_inclusive_tax", "perhaps")).document == {
        "payment_terms": "soon",
        "is_inclusive_tax": "perhaps",
    }


TAMPERED = [
    "",
    "/",
    "customer_id",
    "/customer",
    "/customer_id/0",
    "/customer_id/x",
    "/line_items",
    "/line_items/0",
    "/line_items/x/name",
    "/line_items/-1/name",
    "/line_items/00/name",
    "/line_items/5000/name",
    "/line_items/1000000/name",
    "/line_items/٣/name",
    "/line_items/0/name/0",
    "/line_items/0/nothing",
    "/line_items" * 400,
    "/line_items/0" + "/tags/0" * 9,
    "/__class__",
    "/customer_id\n",
    "/customer_id\0",
    "clear:/customer_id",
    "clear:/line_items",
    "kind:/customer_id",
    "label:/notes",
    "other:/notes",
    "clear:clear:/notes",
    "/custom_fields/0/value/0/0",
]


@pytest.mark.parametrize("name", TAMPERED)
def test_a_name_that_the_form_does_not_have_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read("create_invoice", (name, "1"))
    assert caught.value.code == "form_misfit"


def test_a_name_twice_is_refused() -> None:
    with pytest.raises(InputError):
        read("create_invoice", ("/notes", "a"), ("/notes", "b"))


def test_a_file_is_refused() -> None:
    with pytest.raises(InputError):
        read("create_invoice", ("/notes", b"a"))


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(InputError):
        read("create_invoice", ("/notes", "a" * 100_001))


def test_an_unknown_kind_is_refused() -> None:
    assert "other" not in VALUE_KINDS
    with pytest.raises(InputError):
        read("create_invoice", ("kind:/custom_fields/0/value", "other"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.text(max_size=40), st.sampled_from(TAMPERED)), st.text(max_size=5)), max_size=5))
def test_whatever_is_posted_is_read_or_refused(posted: list[tuple[str, str]]) -> None:
    with suppress(InputError):
        assert isinstance(read("create_invoice", *posted).document, dict)
