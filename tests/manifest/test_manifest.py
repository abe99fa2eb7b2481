"""The manifest agrees with everything that it is a second telling of."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from zoho_books_connector.api.catalogue import CATALOGUE
from zoho_books_connector.api.modules import MODULES
from zoho_books_connector.boundary import Event
from zoho_books_connector.manifest import check_manifest, find_data, load_manifest, manifest_json, read_yaml
from zoho_books_connector.oauth.credential import SCHEMA_VERSION
from zoho_books_connector.oauth.regions import REGIONS, Region
from zoho_books_connector.oauth.scopes import SCOPES
from zoho_books_connector.registry import ACTIONS, CONNECTOR_ID, TRIGGER_ID
from zoho_books_connector.trigger.events import read_events
from zoho_books_connector.trigger.modules import MODULES as TRIGGER_MODULES
from zoho_books_connector.trigger.refusals import SIGNATURE_HEADER

ROOT = Path(__file__).parents[2]
MANIFEST = load_manifest()
FORM = MANIFEST["credential"]["schema"]
URL_FIELDS = ("authorization_url", "token_url", "base_api_url")

TITLES = {
    "create_contact": "Create Contact",
    "update_contact": "Update Contact",
    "create_item": "Create Item",
    "update_item": "Update Item",
    "create_contact_person": "Create ContactPerson",
    "update_contact_person": "Update ContactPerson",
    "create_salesorder": "Create SalesOrder",
    "create_invoice": "Create Invoice",
    "get_record": "Get Records by Id",
    "get_contact_addresses": "Get Contact Addresses",
    "get_contact_persons": "Get Contactpersons of a Contact",
}

#: Action → method, path and scope as Zoho documents them.
CALLS = {
    "create_contact": ("POST", "/contacts", ["ZohoBooks.contacts.CREATE"]),
    "update_contact": ("PUT", "/contacts/{contact_id}", ["ZohoBooks.contacts.UPDATE"]),
    "create_item": ("POST", "/items", ["ZohoBooks.settings.CREATE"]),
    "update_item": ("PUT", "/items/{item_id}", ["ZohoBooks.settings.UPDATE"]),
    "create_contact_person": ("POST", "/contacts/contactpersons", ["ZohoBooks.contacts.CREATE"]),
    "update_contact_person": (
        "PUT",
        "/contacts/contactpersons/{contact_person_id}",
        ["ZohoBooks.contacts.UPDATE"],
    ),
    "create_salesorder": ("POST", "/salesorders", ["ZohoBooks.salesorders.CREATE"]),
    "create_invoice": ("POST", "/invoices", ["ZohoBooks.invoices.CREATE"]),
    "get_record": ("GET", "/{module}/{record_id}", []),
    "get_contact_addresses": ("GET", "/contacts/{contact_id}/address", ["ZohoBooks.contacts.READ"]),
    "get_contact_persons": ("GET", "/contacts/{contact_id}/contactpersons", ["ZohoBooks.contacts.READ"]),
}
RETRY_BY_METHOD = {"GET": "read", "PUT": "update", "POST": "create"}


def texts(data: Any) -> Iterator[str]:
    """Every text in the manifest, keys aside."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from texts(each)
    elif isinstance(data, str):
        yield data


def steps() -> Iterator[dict[str, Any]]:
    for path in MANIFEST["setup"]["paths"]:
        yield from path["steps"]
    yield from MANIFEST["triggers"][TRIGGER_ID]["setup"]


# --- the file ------------------------------------------------------------------------------------------------------


def test_compiled_file_is_current() -> None:
    source, compiled = find_data("connector.yaml"), ROOT / "schemas" / "connector.json"
    assert compiled.read_text(encoding="utf-8") == manifest_json(source), (
        "schemas/connector.json is out of date: run python -m zoho_books_connector.authoring"
    )


def test_compiled_file_keeps_the_format() -> None:
    # JSON is YAML, so the same check reads both.
    assert check_manifest(find_data("schemas/connector.json")) == []


def test_what_is_filled_in_is_not_written_by_hand() -> None:
    written = read_yaml(find_data("connector.yaml"))
    assert "errors" not in written
    assert "logo_data" not in written["connector"]
    assert "scopes" not in written["actions"]["get_record"]["scopes"]["call_by"]
    assert "types" not in written["triggers"][TRIGGER_ID]["events"]


def test_format_is_a_schema_without_what_draft_07_reads_otherwise() -> None:
    schema = json.loads(find_data("schemas/manifest.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    keywords = set(re.findall(r'"(dependentRequired|prefixItems|unevaluated\w+)"', json.dumps(schema)))
    assert keywords == set()


def test_every_object_of_the_format_refuses_unknown_keys() -> None:
    schema = json.loads(find_data("schemas/manifest.schema.json").read_text(encoding="utf-8"))
    open_objects = [where for where, part in objects(schema) if "additionalProperties" not in part]
    assert open_objects == []


def objects(schema: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object" and isinstance(schema.get("properties", {}), dict):
            yield where, schema
        for name, part in schema.items():
            yield from objects(part, f"{where}/{name}")


# --- identity ------------------------------------------------------------------------------------------------------


def test_identity() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    connector = MANIFEST["connector"]
    assert connector["id"] == CONNECTOR_ID
    assert connector["version"] == project["version"]
    assert connector["logo_data"].startswith("data:image/svg+xml;base64,")


def test_project_pages_exist() -> None:
    if not any((ROOT / "docs").glob("*.md")):
        pytest.skip("there are no pages yet")
    pages = [MANIFEST["connector"][name]["path"] for name in ("documentation", "support")]
    assert [page for page in pages if not (ROOT / page).is_file()] == []


def test_links_are_https() -> None:
    links = [text for text in texts(MANIFEST) if re.match(r"[a-z]+://", text)]
    assert len(links) > 40
    assert [link for link in links if not link.startswith("https://")] == []


# --- regions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.code)
def test_region_has_the_hosts_of_the_table(region: Region) -> None:
    told = MANIFEST["regions"][region.code]
    names = ("title", "accounts_url", "api_domain", "console_url", *URL_FIELDS)
    assert {name: told[name] for name in names} == {name: getattr(region, name) for name in names}
    assert told["enabled"] == region.confirmed == (told["source"] == "documented")


def test_regions_are_those_of_the_table() -> None:
    assert list(MANIFEST["regions"]) == [region.code for region in REGIONS]
    assert [code for code, region in MANIFEST["regions"].items() if not region["enabled"]] == ["uk", "ae"]


def test_canada_is_irregular() -> None:
    canada = MANIFEST["regions"]["ca"]
    assert (canada["accounts_url"], canada["api_domain"]) == (
        "https://accounts.zohocloud.ca",
        "https://www.zohoapis.ca",
    )


# --- the credential form -------------------------------------------------------------------------------------------


def test_form_has_the_fields_in_order() -> None:
    order = MANIFEST["credential"]["ui_schema"]["ui:order"]
    assert order == [
        *("region", "authorization_url", "token_url", "base_api_url", "callback_url"),
        *("client_id", "client_secret", "scope", "organization_id", "schema_version"),
    ]
    assert set(order) == set(FORM["properties"])
    assert set(FORM["properties"]) - set(FORM["required"]) == {"callback_url", "organization_id"}


def test_form_titles() -> None:
    assert {name: field["title"] for name, field in FORM["properties"].items()} == {
        "region": "Region",
        "authorization_url": "Authorization URL",
        "token_url": "Token URL",
        "base_api_url": "Base API URL",
        "client_id": "Client ID",
        "client_secret": "Client Secret",
        "scope": "API Access Scope",
        "callback_url": "Callback URL",
        "organization_id": "Organization",
        "schema_version": "Form version",
    }


@pytest.mark.parametrize("name", URL_FIELDS)
def test_dropdown_offers_each_confirmed_region(name: str) -> None:
    confirmed = [region for region in REGIONS if region.confirmed]
    choices = FORM["properties"][name]["oneOf"]
    assert [choice["const"] for choice in choices] == [getattr(region, name) for region in confirmed]
    assert all(choice["title"].startswith(region.title) for choice, region in zip(choices, confirmed, strict=True))


def test_region_leads_the_urls() -> None:
    leads = MANIFEST["credential"]["leads"]
    assert leads == {"field": "region", "table": "regions", "sets": list(URL_FIELDS)}
    offered = [choice["const"] for choice in FORM["properties"]["region"]["oneOf"]]
    assert offered == [code for code, region in MANIFEST["regions"].items() if region["enabled"]]
    for code in offered:
        row = {name: MANIFEST[leads["table"]][code][name] for name in leads["sets"]}
        assert Draft202012Validator(FORM).is_valid(filled(region=code, **row))


def filled(**changes: Any) -> dict[str, Any]:
    europe = MANIFEST["regions"]["eu"]
    urls = {name: europe[name] for name in URL_FIELDS}
    form = {
        "schema_version": SCHEMA_VERSION,
        "region": "eu",
        **urls,
        "client_id": "1000.ABCDEFGHIJKLMNOPQRSTUVWXYZ0123",
        "client_secret": "some",
        "scope": FORM["properties"]["scope"]["default"],
    }
    return {name: value for name, value in (form | changes).items() if value is not ...}


@pytest.mark.parametrize("validator", [Draft202012Validator, Draft7Validator])
@pytest.mark.parametrize(
    ("changes", "valid"),
    [
        ({}, True),
        ({"organization_id": "10234695", "callback_url": "https://host.example/callback"}, True),
        ({"region": "uk"}, False),
        ({"token_url": "https://accounts.zoho.example/oauth/v2/token"}, False),
        ({"token_url": "https://accounts.zoho.uk/oauth/v2/token"}, False),
        ({"client_id": "client"}, False),
        ({"client_secret": ""}, False),
        ({"client_secret": ...}, False),
        ({"organization_id": "ten"}, False),
        ({"schema_version": 1}, False),
        ({"other": "x"}, False),
    ],
)
def test_form_takes_what_it_says(validator: Any, changes: dict[str, Any], valid: bool) -> None:
    validator.check_schema(FORM)
    assert validator(FORM).is_valid(filled(**changes)) is valid


def test_secret_is_hidden_in_every_way_that_forms_know() -> None:
    secret = FORM["properties"]["client_secret"]
    assert (secret["format"], secret["writeOnly"]) == ("password", True)
    assert MANIFEST["credential"]["ui_schema"]["client_secret"]["ui:widget"] == "password"


def test_form_version_is_the_one_that_is_read() -> None:
    version = FORM["properties"]["schema_version"]
    assert MANIFEST["credential"]["schema_version"] == version["const"] == version["default"] == SCHEMA_VERSION


# --- authorization -------------------------------------------------------------------------------------------------


def scheme() -> dict[str, Any]:
    found: dict[str, Any] = MANIFEST["authorization"]["securitySchemes"]["zoho_oauth"]
    return found


def test_authorization_says_what_is_special_about_zoho() -> None:
    assert scheme()["x-authorization-parameters"] == {"access_type": "offline", "prompt": "consent"}
    assert scheme()["x-scope-separator"] == ","
    assert scheme()["x-header"] == {"name": "Authorization", "prefix": "Zoho-oauthtoken"}
    assert scheme()["x-refresh-token-rotates"] is False
    assert set(scheme()["x-callback-extras"]) == {"location", "accounts-server"}
    assert scheme()["x-token-life-seconds"] == 3600


def test_authorization_describes_exactly_the_scopes_in_use() -> None:
    sources = MANIFEST["option_sources"].values()
    used = {
        scope
        for source in sources
        for scope in source.get("scope_by", {}).get("scopes", {"": source.get("scope")}).values()
    }
    for action in MANIFEST["actions"].values():
        for purpose, scopes in action["scopes"].items():
            used |= set(scopes["scopes"].values() if purpose == "call_by" else scopes)
    used |= {scope for scopes in MANIFEST["triggers"][TRIGGER_ID]["scopes"].values() for scope in scopes}
    assert set(scheme()["flows"]["authorizationCode"]["scopes"]) == used


def test_every_scope_is_known() -> None:
    named = re.findall(r"ZohoBooks\.[A-Za-z]+\.[A-Za-z]+", json.dumps({**MANIFEST, "setup": None}))
    assert set(named) - set(SCOPES) == set()


# --- actions -------------------------------------------------------------------------------------------------------


def test_actions_are_those_of_the_registry_by_their_titles() -> None:
    assert list(MANIFEST["actions"]) == list(ACTIONS)
    assert {name: action["title"] for name, action in MANIFEST["actions"].items()} == TITLES


@pytest.mark.parametrize("action_id", ACTIONS)
def test_action_makes_the_documented_call(action_id: str) -> None:
    action = MANIFEST["actions"][action_id]
    method, path, scopes = CALLS[action_id]
    assert (action["call"]["method"], action["call"]["path"]) == (method, path)
    assert action["scopes"]["call"] == scopes
    assert action["scopes"]["check"] == ["ZohoBooks.settings.READ"]
    assert action["retry"] == RETRY_BY_METHOD[method]
    assert action["revision"] == 1


@pytest.mark.parametrize("action_id", ACTIONS)
def test_action_hints_follow_from_its_method(action_id: str) -> None:
    action = MANIFEST["actions"][action_id]
    method = action["call"]["method"]
    assert action["hints"] == {
        "readOnlyHint": method == "GET",
        "destructiveHint": method == "PUT",
        "idempotentHint": method != "POST",
        "openWorldHint": True,
    }


@pytest.mark.parametrize("action_id", ACTIONS)
def test_only_a_create_is_settled_by_the_read_scope_of_its_group(action_id: str) -> None:
    action = MANIFEST["actions"][action_id]
    read = [scope.replace(".CREATE", ".READ") for scope in action["scopes"]["call"] if scope.endswith(".CREATE")]
    assert action["scopes"].get("settle", []) == read


def test_any_record_needs_the_scope_of_its_module() -> None:
    by_module = MANIFEST["actions"]["get_record"]["scopes"]["call_by"]
    assert by_module["scopes"] == {row.key: row.full_scope for row in MODULES.values()}
    assert set(by_module["prefilled"]) <= set(by_module["scopes"])


@pytest.mark.parametrize("action_id", ACTIONS)
def test_action_has_its_schemas(action_id: str) -> None:
    action = MANIFEST["actions"][action_id]
    assert action["input"] == f"schemas/inputs/{action_id}.json"
    assert action["output"] == f"schemas/outputs/{action_id}.json"
    assert [ref for ref in (action["input"], action["output"]) if not (ROOT / ref).is_file()] == []


# --- trigger, set-up, limits, errors -------------------------------------------------------------------------------


def test_trigger_is_the_one_of_the_registry() -> None:
    assert list(MANIFEST["triggers"]) == [TRIGGER_ID]


@pytest.mark.parametrize(
    ("bodies", "query"),
    [
        (
            [{"invoice": {"invoice_id": "1", "last_modified_time": "2026-06-11T17:38:06-0700"}}],
            {"organization_id": "7"},
        ),
        ([{"unheard_of": "x"}], {}),
    ],
)
def test_event_has_its_schema(bodies: list[dict[str, Any]], query: dict[str, str]) -> None:
    schema = json.loads((ROOT / MANIFEST["triggers"][TRIGGER_ID]["output"]).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    names = [each.name for each in fields(Event)]
    assert list(schema["properties"]) == schema["required"] == names
    [event] = read_events(bodies, "delivery", query, {"query": query, "received_at": 1.5})
    Draft202012Validator(schema).validate(asdict(event))


def test_trigger_says_what_the_receiver_does() -> None:
    trigger = MANIFEST["triggers"][TRIGGER_ID]
    events = trigger["events"]

    def received(query: dict[str, Any]) -> str:
        [event] = read_events([{"invoice": {"invoice_id": "1"}}], "delivery", query, {})
        return event.type

    assert received({events["parameter"]: events["example"]["parameter"]}) == events["example"]["type"]
    assert received({}) == f"invoice.{events['without_parameter']}"
    for verb, told in events["verbs"].items():
        assert received({events["parameter"]: f"invoice_{verb}"}) == f"invoice.{told}"
    assert trigger["signature"]["header"] == SIGNATURE_HEADER
    assert set(trigger["modules"]) - {"record"} <= {module.key for module in TRIGGER_MODULES}


def test_trigger_example_follows_its_patterns() -> None:
    trigger = MANIFEST["triggers"][TRIGGER_ID]
    events = trigger["events"]
    assert re.match(events["parameter_pattern"], events["example"]["parameter"])
    assert re.match(events["type_pattern"], events["example"]["type"])
    assert re.match(trigger["signature"]["secret_pattern"], "a1" * 6)
    assert not re.match(trigger["signature"]["secret_pattern"], "a-symbol-is-refused")
    assert [name for name in trigger["modules"] if not re.match(events["parameter_pattern"], f"{name}_created")] == []


def test_trigger_steps_paste_everything_that_the_host_gives() -> None:
    trigger = MANIFEST["triggers"][TRIGGER_ID]
    pasted = [step["value"] for step in trigger["setup"] if "value" in step]
    assert set(pasted) | {"header_name"} == set(trigger["values"])


def test_step_ids_are_unique_within_their_path() -> None:
    lists = [path["steps"] for path in MANIFEST["setup"]["paths"]] + [MANIFEST["triggers"][TRIGGER_ID]["setup"]]
    for each in lists:
        ids = [step["id"] for step in each]
        assert len(set(ids)) == len(ids)


def test_steps_fill_every_field_that_a_person_fills() -> None:
    browser = MANIFEST["setup"]["paths"][0]
    filled_in = {step["fills"] for step in browser["steps"] if "fills" in step}
    led = set(MANIFEST["credential"]["leads"]["sets"])
    assert filled_in | led | {"schema_version"} == set(FORM["properties"])
    assert {step["fills"] for step in steps() if "fills" in step} <= set(FORM["properties"])


def test_budgets() -> None:
    budgets = MANIFEST["budgets"]
    assert budgets["per_minute"]["limit"] == 100
    assert (budgets["concurrent"]["limit"], budgets["concurrent"]["limit_free_plan"]) == (10, 5)
    assert budgets["per_day"]["plans"] == {
        "Free": 1000,
        "Standard": 2000,
        "Professional": 5000,
        "Premium": 10000,
        "Elite": 10000,
        "Ultimate": 10000,
    }


def test_budget_codes_are_in_the_catalogue() -> None:
    budgets = MANIFEST["budgets"]
    codes = {each["zoho_code"] for each in budgets.values() if isinstance(each, dict)}
    assert codes == {row.zoho_code for row in CATALOGUE if row.kind == "rate_limited"} - {None}


def test_errors_are_the_catalogue() -> None:
    assert MANIFEST["errors"] == [row.to_dict() for row in CATALOGUE]
