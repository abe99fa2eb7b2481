"""Get Records by Id: each module has the schema of its record, which knows what Zoho publishes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.outputs.answers import DIALECTS, document, record_schema
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.authoring import published
from zoho_books_connector.authoring.layout import laid_out
from zoho_books_connector.authoring.record_table import MODELS, TABLE, Fields, joined
from zoho_books_connector.manifest import load_manifest

FOLDER = Path(os.environ.get("ZOHO_BOOKS_OPENAPI") or Path(__file__).parents[3] / "shared" / "openapi")
OUTPUT_BY = load_manifest()["actions"]["get_record"]["output_by"]


def test_the_manifest_says_how_the_schema_is_chosen() -> None:
    assert (OUTPUT_BY["input"], OUTPUT_BY["property"]) == ("module", "record")
    choices = document("schemas/inputs/get_record.json")["properties"]["module"]["oneOf"]
    modules = [choice["const"] for choice in choices]
    assert list(OUTPUT_BY["schemas"]) == list(OUTPUT_BY["samples"]) == modules


@pytest.mark.parametrize("module", MODULES)
def test_a_host_gets_the_schema_of_a_record(module: str) -> None:
    schema = document(OUTPUT_BY["schemas"][module])
    assert (schema["title"], schema["type"]) == (MODULES[module].title, "object")
    assert len(schema["properties"]) >= 3
    for dialect in DIALECTS:
        dialect.check_schema(schema)


def test_there_is_a_schema_and_a_sample_of_nothing_else() -> None:
    schemas = Path(__file__).parents[2] / "schemas"
    assert {path.stem for path in (schemas / "records").iterdir()} == set(MODULES)
    manifest = load_manifest()
    samples = {each["sample"] for each in manifest["actions"].values()} | set(OUTPUT_BY["samples"].values())
    events = manifest["triggers"]["webhook"]["events"]["types"].values()
    samples |= {each["sample"] for each in events}
    assert {f"schemas/samples/{path.name}" for path in (schemas / "samples").iterdir()} == samples
    typed = {each["schema"] for each in events} - {"schemas/event.json"}
    assert {f"schemas/events/{path.name}" for path in (schemas / "events").iterdir()} == typed


# --- against Zoho's OpenAPI files ----------------------------------------------------------------------------------

with_openapi = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="Zoho's OpenAPI files are not here; set ZOHO_BOOKS_OPENAPI to their folder to compare"
)


@pytest.fixture(scope="module")
def zoho() -> dict[str, Fields]:
    return published.published_fields(FOLDER)


@with_openapi
def test_the_table_holds_what_is_published(zoho: dict[str, Fields], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(published, "TABLE", tmp_path / "table.json")
    (tmp_path / "table.json").write_bytes(TABLE.read_bytes())
    assert published.main([str(FOLDER)]) == 0
    assert (tmp_path / "table.json").read_text("utf-8") == TABLE.read_text("utf-8")


@with_openapi
@pytest.mark.parametrize("module", MODULES)
def test_every_published_field_of_a_record_is_known(zoho: dict[str, Fields], module: str) -> None:
    assert zoho[module]
    assert list(absent(record_schema(module), zoho[module])) == []


@with_openapi
def test_the_models_stand_for_the_modules_that_actions_write(zoho: dict[str, Fields]) -> None:
    assert set(zoho) == set(MODULES)
    assert set(MODELS) < set(zoho)


def absent(schema: dict[str, Any], known: Fields, path: str = "") -> Iterator[str]:
    for name, kind in known.items():
        field = schema.get("properties", {}).get(name)
        if field is None:
            yield f"{path}/{name}"
        elif isinstance(kind, dict):
            yield from absent(field if "properties" in field else field.get("items", {}), kind, f"{path}/{name}")
        elif isinstance(kind, list):
            yield from absent(field.get("items", field), kind[0], f"{path}/{name}[]")


# --- reading what is published, and what was answered --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "read"),
    [
        ("invoice_id", "text", "id"),
        ("invoice_id", "number", "id"),
        ("balance", "text", "number"),
        ("is_taxed", "text", "flag"),
        ("notes", "text", "text"),
        ("value", "number", "any"),
        ("line_items", "list", "list"),
    ],
)
def test_kinds_by_name(name: str, kind: str, read: str) -> None:
    assert published.kind_of(name, kind) == read


def test_an_answer_is_taken_apart_into_names_and_kinds() -> None:
    record = {
        "bill_id": 7,
        "total": "",
        "paid": True,
        "cf_secret_region": "x",
        "tags": [],
        "lines": [{"a": 1}, {"b": ""}],
    }
    kinds = {
        "bill_id": "id",
        "total": "number",
        "paid": "flag",
        "tags": "list",
        "lines": [{"a": "number", "b": "text"}],
    }
    assert published.seen_fields(record) == kinds


def test_what_is_documented_is_not_counted_as_seen() -> None:
    seen = {"a": "text", "lines": [{"a": "text", "b": "text"}], "more": {"x": "text"}, "new": "id"}
    documented: Fields = {"a": "text", "lines": [{"a": "number"}], "more": {"x": "id"}}
    assert published.beyond(seen, documented) == {"lines": [{"b": "text"}], "new": "id"}
    assert joined(documented, published.beyond(seen, documented))["lines"] == [{"a": "number", "b": "text"}]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ({"a": "text"}, {"a": "number"}, {"a": "number"}),
        ({"a": "number"}, {"a": "text"}, {"a": "number"}),
        ({"a": "object"}, {"a": {"b": "id"}}, {"a": {"b": "id"}}),
        ({"a": {"b": "id"}}, {"a": {"c": "id"}}, {"a": {"b": "id", "c": "id"}}),
        ({"a": {"b": "id"}}, {"a": [{"c": "id"}]}, {"a": {"b": "id"}}),
    ],
)
def test_fields_of_two_sources_are_joined(one: Fields, other: Fields, both: Fields) -> None:
    assert joined(one, other) == both


def test_what_fits_on_a_line_stands_on_one() -> None:
    assert laid_out({"a": {"b": [1, 2]}, "c": {}, "é": ["x" * 70, "y" * 70]}) == (
        '{\n  "a": {"b": [1, 2]},\n  "c": {},\n  "é": [\n    "' + "x" * 70 + '",\n    "' + "y" * 70 + '"\n  ]\n}\n'
    )
