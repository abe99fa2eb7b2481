"""Pickers: what fields name, what the manifest says and what the connector serves are one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.manifest import find_data, load_manifest
from zoho_books_connector.options import SOURCES
from zoho_books_connector.options.listing import Listing
from zoho_books_connector.options.picker import MOST_PAGES, Picker
from zoho_books_connector.options.table import DOCUMENTS
from zoho_books_connector.registry import ACTIONS

MANIFEST = load_manifest()
ENTRIES: dict[str, dict[str, Any]] = MANIFEST["option_sources"]
FORM = MANIFEST["credential"]["schema"]
INPUTS = {
    action_id: json.loads(find_data(MANIFEST["actions"][action_id]["input"]).read_text("utf-8"))
    for action_id in ACTIONS
}


def pickers(schema: Any) -> Iterator[dict[str, Any]]:
    """Every ``x-options`` in a schema."""
    if isinstance(schema, dict):
        if isinstance(schema.get("x-options"), dict):
            yield schema["x-options"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from pickers(part)


EVERYWHERE = [*pickers(FORM), *(each for schema in INPUTS.values() for each in pickers(schema))]


def scope_of(picker: dict[str, Any]) -> str | None:
    """The scope that the API Access Scope field asks for on behalf of a picker."""
    entry = ENTRIES[picker["source"]]
    if "scope_by" not in entry:
        return str(entry["scope"])
    by = entry["scope_by"]
    value = picker["with"][by["input"]]
    return str(by["scopes"][value]) if value in by["prefilled"] else None


def test_the_manifest_lists_what_the_connector_serves() -> None:
    assert set(ENTRIES) == set(SOURCES)


def test_every_source_that_a_field_names_is_served() -> None:
    assert {each["source"] for each in EVERYWHERE} <= set(SOURCES)


def test_every_source_is_named_by_a_field_or_says_why_not() -> None:
    named = {each["source"] for each in EVERYWHERE}
    assert {name for name, entry in ENTRIES.items() if "unused" not in entry} == named


@pytest.mark.parametrize("action_id", ACTIONS)
def test_an_action_has_the_scopes_of_its_pickers(action_id: str) -> None:
    wanted = {scope_of(each) for each in pickers(INPUTS[action_id])} - {None}
    assert set(MANIFEST["actions"][action_id]["scopes"].get("options", [])) == wanted


@pytest.mark.parametrize("picker", EVERYWHERE, ids=lambda each: each["source"])
def test_a_field_gives_its_source_what_that_depends_on(picker: dict[str, Any]) -> None:
    entry = ENTRIES[picker["source"]]
    given = {*picker.get("depends_on", ()), *picker.get("with", ())}
    assert given <= {*entry.get("depends_on", ()), *entry.get("narrowed_by", ())}
    assert bool(given) == bool(entry.get("depends_on"))


@pytest.mark.parametrize("picker", [each for each in EVERYWHERE if "with" in each], ids=lambda each: str(each["with"]))
def test_what_a_field_says_itself_is_one_of_the_values_taken(picker: dict[str, Any]) -> None:
    for name, value in picker["with"].items():
        assert value in ENTRIES[picker["source"]]["takes"][name]


@pytest.mark.parametrize("action_id", ACTIONS)
def test_a_field_depends_on_fields_of_its_own_form(action_id: str) -> None:
    needed = {name for each in pickers(INPUTS[action_id]) for name in each.get("depends_on", ())}
    assert needed <= set(INPUTS[action_id]["properties"])


def test_templates_need_the_scope_that_reads_their_document() -> None:
    entry = ENTRIES["template"]
    assert entry["scope_by"]["scopes"] == {each: MODULES[each].full_scope for each in DOCUMENTS}
    assert entry["takes"] == {"document": list(DOCUMENTS)}


def source_of(source_id: str) -> Any:
    picker = SOURCES[source_id]
    assert isinstance(picker, Picker)
    return picker.source


@pytest.mark.parametrize("source_id", ENTRIES)
def test_zoho_searches_where_the_manifest_says_so(source_id: str) -> None:
    assert source_of(source_id).searches == (ENTRIES[source_id]["search"] == "server")


@pytest.mark.parametrize("source_id", [each for each in ENTRIES if isinstance(source_of(each), Listing)])
def test_a_list_is_told_as_it_is(source_id: str) -> None:
    listing, entry = source_of(source_id), ENTRIES[source_id]
    assert listing.needs == entry["scope"]
    assert listing.paged == entry["paged"]
    assert list(listing.parents) == entry.get("depends_on", [])
    assert list(listing.narrowed_by) == entry.get("narrowed_by", [])
    assert entry.get("calls_at_most") == (MOST_PAGES if listing.paged else None)


def test_what_zoho_does_not_document_is_not_called_documented() -> None:
    assert {name for name, entry in ENTRIES.items() if entry["source"] != "documented"} == {
        "salesperson",
        "custom_field",
    }
    assert all("note" in ENTRIES[name] for name in ("salesperson", "custom_field"))
