"""What the generated pages rest on: every block has a producer, every error that they name is in the catalogue."""

from __future__ import annotations

import re

import pytest

from tests.docs.reading import PAGES
from zoho_books_connector.api.catalogue import CATALOGUE
from zoho_books_connector.authoring.field_tables import FieldTables
from zoho_books_connector.authoring.likely_errors import LIKELY
from zoho_books_connector.authoring.markdown import anchor, code, plain, table
from zoho_books_connector.authoring.pages import BLOCKS
from zoho_books_connector.registry import ACTIONS


def test_every_block_stands_on_a_page_once() -> None:
    named = [name for page in PAGES for name in re.findall(r"<!-- generated: ([a-z-]+) -->", page.read_text("utf-8"))]
    assert sorted(named) == sorted(BLOCKS)


def test_likely_errors_are_of_the_catalogue() -> None:
    known = {row.code for row in CATALOGUE}
    assert set(LIKELY) <= set(ACTIONS)
    assert [name for codes in LIKELY.values() for name in codes if name not in known] == []


@pytest.mark.parametrize("action_id", ACTIONS)
def test_an_action_has_its_page(action_id: str) -> None:
    [page] = [page for page in PAGES if page.parent.name == "actions" and page.stem == action_id]
    text = page.read_text("utf-8")
    for heading in ("Scopes", "What goes in", "What comes out", "What may go wrong", "Example"):
        assert f"\n## {heading}\n" in text


def test_a_cell_stays_whole() -> None:
    assert plain("a|b *c* <d> e_f") == r"a\|b \*c\* \<d\> e\_f"
    assert code("a|b") == r"`a\|b`"
    assert table(("A",), [("x\ny",)]) == "| A |\n|---|\n| x y |\n"
    assert table(("A",), []) == ""


def test_an_anchor_is_what_a_repository_makes_of_a_heading() -> None:
    assert anchor("Line items, tags: what goes in") == "line-items-tags-what-goes-in"
    assert anchor("Get Records by Id") == "get-records-by-id"


def test_fields_are_told_by_kind_and_limits() -> None:
    tag = {"type": "object", "properties": {"tag_id": {"title": "Tag ID", "type": ["string", "integer"]}}}
    schema = {
        "required": ["name"],
        "properties": {
            "name": {"title": "Name", "type": "string", "maxLength": 100, "description": "Shown."},
            "values": {"title": "Values", "type": ["string", "array"], "items": {"type": "string"}},
            "ids": {"title": "IDs", "type": ["array", "null"], "items": {"type": ["string", "integer"]}},
            "tags": {"title": "Tags", "type": "array", "items": tag},
            "rate": {"title": "Rate", "type": ["number", "string"], "x-advanced": True},
            "gst_no": {"title": "GST no.", "type": "string", "x-editions": ["in"]},
        },
    }
    text = "\n".join(FieldTables(schema, "what goes in").inputs())
    usual, advanced, rest = text.partition("### Advanced fields")[0], *text.split("### ")[1:3]
    assert "| Name (**required**) | `name` | text, at most 100 characters | Shown. |" in usual
    assert "| Values | `values` | text or list |  |" in usual
    assert "| IDs | `ids` | list of ids or null |  |" in usual
    assert "| Tags | `tags` | list of [tags](#tags-what-goes-in) |  |" in usual
    assert "| Rate | `rate` | number |  |" in advanced
    assert "| GST no. | `gst_no` | text | Edition: India. |" in rest
    assert "### Tags: what goes in\n" in text
