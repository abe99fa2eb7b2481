"""What a drawn form looks like: controls by type, folds, editions, required marks, errors at their fields."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.workbench.browserless import value_of
from tests.workbench.test_forms_reading import DRAWINGS, SHAPES
from zoho_books_connector.workbench.forms.drawing import FormDrawing
from zoho_books_connector.workbench.forms.shapes import shape_of
from zoho_books_connector.workbench.forms.slot import Filling


def drawn(action_id: str, document: dict[str, Any], **filling: Any) -> str:
    return DRAWINGS[action_id].fill(document, Filling(**filling))


def tag(html: str, pointer: str) -> str:
    found = re.search(rf'<\w+ [^>]*id="{re.escape(pointer)}"[^>]*>', html)
    assert found is not None, pointer
    return found[0]


def fold_of(html: str, pointer: str) -> str | None:
    """The tag of the innermost fold around a field."""
    before = html[: html.index(f' id="{pointer}"')]
    open_folds: list[str] = []
    for found in re.finditer(r"<details[^>]*>|</details>", before):
        if found[0] == "</details>":
            open_folds.pop()
        else:
            open_folds.append(found[0])
    return open_folds[-1] if open_folds else None


@pytest.mark.parametrize(
    ("pointer", "start", "has"),
    [
        ("/customer_id", "<input", 'data-picker="customer"'),
        ("/reference_number", "<input", 'type="text"'),
        ("/date", "<input", 'type="date"'),
        ("/payment_terms", "<input", 'inputmode="numeric"'),
        ("/shipping_charge", "<input", 'inputmode="decimal"'),
        ("/discount_type", "<select", "form-select"),
        ("/is_inclusive_tax", "<select", "form-select"),
        ("/notes", "<textarea", "form-control"),
        ("/line_items", "<fieldset", "lines"),
        ("/line_items/0/quantity", "<input", 'inputmode="decimal"'),
        ("/payment_options", "<fieldset", "group"),
        ("/template_id", "<input", 'data-with="document=invoice"'),
        ("/billing_address_id", "<input", 'data-needs="customer_id"'),
        ("/line_items/0/project_id", "<input", 'data-narrowed="customer_id"'),
    ],
)
def test_each_type_has_its_control(pointer: str, start: str, has: str) -> None:
    drawing = FormDrawing(
        SHAPES["create_invoice"], None, address="/actions/create_invoice", narrowed={"project": ["customer_id"]}
    )
    html = tag(drawing.fill({}, Filling(opened=frozenset({"/line_items/0"}))), pointer)
    assert html.startswith(start)
    assert has in html


def test_a_choice_begins_with_nothing() -> None:
    assert value_of(drawn("create_invoice", {}), "/is_inclusive_tax") == ""
    assert value_of(drawn("create_invoice", {"is_inclusive_tax": False}), "/is_inclusive_tax") == "false"


def test_what_is_required_is_marked_for_eyes_and_for_readers() -> None:
    html = drawn("create_invoice", {})
    assert 'aria-required="true"' in tag(html, "/customer_id")
    assert 'aria-required="true"' not in tag(html, "/notes")
    assert 'for="/customer_id">Customer ID <span class="required"' in html


def test_the_help_of_a_field_is_what_describes_it() -> None:
    html = drawn("create_invoice", {})
    assert 'aria-describedby="/due_date:help"' in tag(html, "/due_date")
    assert "From date and payment terms where not given." in html.split('id="/due_date:help"')[1][:80]


@pytest.mark.parametrize("pointer", ["/template_id", "/exchange_rate", "/avatax_use_code"])
def test_what_few_need_is_folded_away(pointer: str) -> None:
    fold = fold_of(drawn("create_invoice", {}), pointer)
    assert fold is not None
    assert " open" not in fold


def test_a_fold_with_something_in_it_is_open() -> None:
    assert " open" in str(fold_of(drawn("create_invoice", {"exchange_rate": "1.5"}), "/exchange_rate"))


def test_a_fold_with_an_error_in_it_is_open() -> None:
    html = drawn("create_invoice", {}, errors={"/exchange_rate": ["must be a number"]})
    assert " open" in str(fold_of(html, "/exchange_rate"))


def test_fields_of_the_organizations_edition_are_shown_and_others_folded() -> None:
    shape = SHAPES["create_invoice"]
    for edition, shown, folded in (("in", "/gst_no", "/vat_treatment"), ("uk", "/vat_treatment", "/gst_no")):
        drawing = FormDrawing(shape, edition, address="/actions/create_invoice")
        html = drawing.fill({}, Filling()) + drawing.fill_editions({}, Filling())
        assert fold_of(html, shown) is None
        assert fold_of(html, folded) is not None
    assert "Country edition: United Kingdom" in html
    assert "(United Kingdom)" not in html, "which the title says"


def test_without_an_edition_every_country_is_folded() -> None:
    html = FormDrawing(SHAPES["create_invoice"], None, address="/a").fill_editions({}, Filling())
    assert fold_of(html, "/gst_no") is not None
    assert "(United Kingdom)" in html


def test_an_error_stands_at_its_field_and_the_input_stays() -> None:
    html = drawn("create_invoice", {"payment_terms": "soon"}, errors={"/payment_terms": ["must be a whole number"]})
    control = tag(html, "/payment_terms")
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="/payment_terms:error /payment_terms:help"' in control
    assert 'id="/payment_terms:error">must be a whole number<' in html
    assert value_of(html, "/payment_terms") == "soon"


def test_an_error_in_a_row_stands_in_that_row_only() -> None:
    document = {"line_items": [{"name": "a", "quantity": "1"}, {"name": "b", "quantity": "x"}]}
    html = drawn("create_invoice", document, errors={"/line_items/1/quantity": ["must be a number"]})
    assert 'aria-invalid="true"' in tag(html, "/line_items/1/quantity")
    assert html.count('aria-invalid="true"') == 1


def test_an_error_of_a_list_or_a_group_stands_at_it() -> None:
    html = drawn("update_contact", {}, errors={"/billing_address": ["is wrong"], "/contact_persons": ["are wrong"]})
    assert 'id="/billing_address:error">is wrong' in html
    assert 'id="/contact_persons:error">are wrong' in html


def test_what_an_error_says_is_text_and_not_html() -> None:
    html = drawn("create_invoice", {}, errors={"/notes": ["<b>\x01\x02\x05bold"]})
    assert "&lt;b&gt;bold" in html


@pytest.mark.parametrize("value", ['"><script>', "'", "<b>", "&amp;", "\x01\x02\x05", "a\nb", "\nfirst"])
def test_a_value_stays_text(value: str) -> None:
    for pointer in ("/reference_number", "/notes"):
        html = drawn("create_invoice", {pointer[1:]: value})
        assert "<script>" not in html
        assert value_of(html, pointer) == value.replace("\n", "\r\n")
    html = drawn("create_invoice", {"line_items": [{"name": value}]})
    assert value_of(html, "/line_items/0/name") == value.replace("\n", "\r\n")


def test_a_choice_that_is_not_offered_is_kept() -> None:
    assert value_of(drawn("create_invoice", {"discount_type": "new_level"}), "/discount_type") == "new_level"


def test_a_picker_shows_what_was_chosen_and_keeps_the_id() -> None:
    html = drawn("create_invoice", {"customer_id": "17"}, labels={"/customer_id": 'Bowman "&" Co'})
    assert value_of(html, "/customer_id") == "17"
    assert 'data-label="Bowman &quot;&amp;&quot; Co"' in tag(html, "/customer_id")


def test_a_list_that_is_required_opens_with_a_row() -> None:
    assert 'id="/line_items/0"' in drawn("create_invoice", {})
    assert 'id="/line_items/1"' not in drawn("create_invoice", {})


def test_a_row_has_its_rarer_fields_when_they_are_needed() -> None:
    rare = ' id="/line_items/0/project_id"'
    assert rare not in drawn("create_invoice", {"line_items": [{"name": "a"}]})
    assert rare in drawn("create_invoice", {"line_items": [{"project_id": "5"}]})
    assert rare in drawn("create_invoice", {"line_items": [{"name": "a"}]}, opened=frozenset({"/line_items/0"}))
    assert rare in drawn("create_invoice", {}, errors={"/line_items/0/project_id": ["is wrong"]})


def test_the_rarer_fields_of_a_row_can_be_asked_for() -> None:
    drawing = DRAWINGS["create_invoice"]
    assert ' id="/line_items/7/project_id"' in str(drawing.rest_of_row("/line_items/7"))
    for place in ("/line_items", "/line_items/x", "/notes/1", "", "/", "/nothing/0", "/line_items/0/name/0"):
        assert drawing.rest_of_row(place) is None


def test_an_empty_row_can_be_asked_for() -> None:
    drawing = DRAWINGS["create_invoice"]
    assert ' id="/line_items/7/name"' in str(drawing.blank_row("/line_items", 7))
    assert ' id="/line_items/7/tags/2/tag_id"' in str(drawing.blank_row("/line_items/7/tags", 2))
    assert ' id="/contact_persons/3"' in str(drawing.blank_row("/contact_persons", 3))
    for pointer in ("/line_items/7", "/notes", "", "/", "/nothing", "/line_items/x/tags"):
        assert drawing.blank_row(pointer, 0) is None


def test_every_field_that_may_be_null_can_be_cleared_and_no_other() -> None:
    html = drawn("update_contact", {"notes": None})
    assert 'name="clear:/company_name"' in html
    assert 'name="clear:/billing_address"' in html
    assert 'name="clear:/contact_id"' not in html
    assert re.search(r'name="clear:/notes" checked', html)
    assert "clear:" not in drawn("create_contact", {})


def test_a_field_that_some_modules_need_says_which() -> None:
    html = drawn("get_record", {})
    assert re.search(r'data-only="[^"]*contact_person[^"]*"><label class="form-label" for="/contact_id"', html)


def test_the_nearest_field_of_a_pointer_is_known() -> None:
    drawing = DRAWINGS["create_invoice"]
    assert drawing.known("/line_items/3/quantity") == "/line_items/3/quantity"
    assert drawing.known("/line_items/3/nothing") == "/line_items/3"
    assert drawing.known("/line_items/x") == "/line_items"
    assert drawing.known("/nothing") is None
    assert drawing.known("") is None


def test_a_schema_without_anything_special_is_drawn() -> None:
    shape = shape_of({"type": "object", "properties": {"a": {"title": "A", "type": "string"}}})
    assert ' id="/a"' in FormDrawing(shape, None, address="/a").fill({}, Filling())


@pytest.mark.parametrize("action_id", DRAWINGS)
def test_no_id_is_given_twice(action_id: str) -> None:
    html = drawn(action_id, {"contact_persons": ["1", "2"], "line_items": [{}, {"tags": [{}]}]})
    html += DRAWINGS[action_id].fill_editions({}, Filling()) + DRAWINGS[action_id].fill_custom_fields({}, Filling())
    ids = re.findall(r' id="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
