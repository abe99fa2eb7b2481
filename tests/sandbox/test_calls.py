"""What every call to the Books API needs, and how it is refused without."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from zoho_books_connector.sandbox.caller import Caller
from zoho_books_connector.sandbox.messages import FORM


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Zoho-oauthtoken", "nonsense"])
def test_no_or_an_unreadable_authorization_is_code_14(bench: Any, header: str | None) -> None:
    with Caller(bench.us.api_url, None, bench.organization_id) as caller:
        reply = caller.call("GET", "/contacts", headers={} if header is None else {"Authorization": header})
    assert (reply.status, reply.code) == (401, 14)
    assert "x-rate-limit-limit" not in reply.headers


@pytest.mark.parametrize("code", [57, 14])
def test_a_dead_or_foreign_token_is_told_by_the_switch(make_bench: Any, code: int) -> None:
    bench = make_bench(unknown_token_code=code)
    client = bench.sandbox.register_client()
    foreign = bench.sandbox["in"].issue_tokens(client)["access_token"]
    with Caller(bench.us.api_url, foreign, bench.organization_id) as caller:
        reply = caller.get("/contacts")
    assert (reply.status, reply.code) == (401, code)


def test_bearer_is_accepted_too(bench: Any) -> None:
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    with Caller(bench.us.api_url, None, bench.organization_id) as caller:
        assert caller.call("GET", "/contacts", headers={"Authorization": f"Bearer {token}"}).status == 200


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("ZohoBooks.contacts.READ", "GET", "/contacts", 200),
        ("ZohoBooks.contacts.ALL", "POST", "/contacts", 201),
        ("ZohoBooks.contacts.READ", "POST", "/contacts", 401),
        ("ZohoBooks.settings.CREATE", "POST", "/contacts", 401),
        ("ZohoBooks.settings.READ", "GET", "/items", 200),
        ("ZohoBooks.invoices.READ", "GET", "/items", 401),
        ("ZohoBooks.settings.READ", "GET", "/organizations", 200),
        ("ZohoBooks.contacts.READ", "GET", "/organizations", 401),
    ],
)
def test_each_call_needs_the_scope_of_its_module(
    make_bench: Any, scope: str, method: str, path: str, status: int
) -> None:
    bench = make_bench(scope=scope)
    reply = bench.books.call(method, path, body={"contact_name": "Bowman and Co"} if method == "POST" else None)
    assert reply.status == status
    assert reply.code == (57 if status == 401 else 0)


def test_custom_modules_have_one_scope_only(make_bench: Any) -> None:
    bench = make_bench(scope="ZohoBooks.custommodules.ALL")
    record = bench.us.seed(bench.organization_id, "custom_module_record", {"module_name": "cm_machines"})
    found = bench.books.get(f"/cm_machines/{record['module_record_id']}")
    assert found.data["module_record"]["module_record_id"] == record["module_record_id"]


@pytest.mark.parametrize("organization_id", ["", "1", "982000000567114"])
def test_a_wrong_or_missing_organization_is_6041(bench: Any, organization_id: str) -> None:
    reply = bench.books.get("/contacts", organization_id=organization_id)
    assert (reply.status, reply.code) == (400, 6041)


def test_organizations_need_no_organization(bench: Any) -> None:
    token = bench.us.issue_tokens(bench.sandbox.register_client())["access_token"]
    with Caller(bench.us.api_url, token) as caller:
        organizations = caller.get("/organizations").data["organizations"]
        one = caller.get(f"/organizations/{bench.organization_id}").data["organization"]
    assert [organization["currency_code"] for organization in organizations] == ["USD", "INR"]
    assert one["organization_id"] == bench.organization_id


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/contacts/1/2/3/4", 404),
        ("PATCH", "/contacts", 405),
        ("POST", "/contacts/1", 405),
        ("POST", "/bills", 501),
    ],
)
def test_unknown_addresses_and_methods(bench: Any, method: str, path: str, status: int) -> None:
    reply = bench.books.call(method, path)
    assert (reply.status, reply.code) == (status, 5)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"contact_name": NaN}', "application/json"),
        (b"contact_name=Bowman", FORM),
    ],
)
def test_what_is_no_json_object_is_1038(bench: Any, body: bytes, content_type: str) -> None:
    reply = bench.books.call("POST", "/contacts", body=body, headers={"Content-Type": content_type})
    assert (reply.status, reply.code) == (400, 1038)


def test_a_form_field_jsonstring_is_read(bench: Any) -> None:
    body = urlencode({"JSONString": '{"contact_name": "Café"}'}).encode()
    reply = bench.books.call("POST", "/contacts", body=body, headers={"Content-Type": FORM})
    assert reply.data["contact"]["contact_name"] == "Café"


def test_creates_answer_201_with_a_location(bench: Any) -> None:
    reply = bench.books.post("/contacts", {"contact_name": "Bowman and Co"})
    contact_id = reply.data["contact"]["contact_id"]
    assert reply.status == 201
    assert reply.headers["location"] == f"/api/v3/contacts/{contact_id}"
    assert int(contact_id) > 2**53


@pytest.mark.parametrize("status", [404, 400])
def test_an_unknown_id_is_1002(make_bench: Any, status: int) -> None:
    bench = make_bench(missing_record_status=status)
    for path in ("/contacts/1", "/invoices/1", "/bills/1", "/contacts/1/address", "/contacts/1/contactpersons"):
        reply = bench.books.get(path)
        assert (reply.status, reply.code) == (status, 1002)


def test_the_two_organizations_are_apart(bench: Any) -> None:
    contact = bench.customer()
    other = bench.us.organizations[1]["organization_id"]
    assert bench.books.get(f"/contacts/{contact['contact_id']}", organization_id=other).code == 1002


def test_timestamps_are_in_the_zone_of_the_organization(bench: Any) -> None:
    assert bench.customer()["created_time"] == "2026-06-11T20:38:06-0400"
    other = bench.us.organizations[1]["organization_id"]
    created = bench.books.post("/contacts", {"contact_name": "Mehta"}, organization_id=other)
    assert created.data["contact"]["created_time"] == "2026-06-12T06:08:06+0530"


@pytest.mark.parametrize("position", ["empty_text", "typed"])
def test_blank_values_by_switch(make_bench: Any, position: str) -> None:
    contact = make_bench(blanks=position).customer()
    blanks = [contact[name] for name in ("credit_limit", "is_portal_enabled", "opening_balances", "default_templates")]
    assert blanks == (["", "", "", ""] if position == "empty_text" else [0, False, [], {}])


@pytest.mark.parametrize("position", ["never", "some"])
def test_ids_as_numbers_by_switch(make_bench: Any, position: str) -> None:
    contact = make_bench(numeric_ids=position).customer()
    assert isinstance(contact["currency_id"], int if position == "some" else str)
    assert isinstance(contact["contact_id"], str)


def test_records_carry_more_than_is_documented(bench: Any) -> None:
    contact = bench.customer(custom_fields=[{"label": "Region", "value": "West"}])
    assert contact["custom_field_hash"] == {"cf_region": "West", "cf_region_unformatted": "West"}
    assert contact["outstanding_receivable_amount_formatted"] == "$0.00"
