"""Scopes: what actions need, what a grant lacks, and what Zoho does not know."""

from __future__ import annotations

import pytest

from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.oauth.scopes import (
    FULL_ACCESS,
    PURPOSES,
    SCOPES,
    missing,
    required_scopes,
    required_trigger_scopes,
    unknown_scopes,
    warning,
)
from zoho_books_connector.registry import ACTIONS


def test_list_has_each_scope_once() -> None:
    assert len(set(SCOPES)) == len(SCOPES) == 17 * 5 + 1 + 1
    assert "ZohoBooks.custommodules.ALL" in SCOPES
    assert "ZohoBooks.custommodules.READ" not in SCOPES


@pytest.mark.parametrize(
    ("action_id", "purposes", "needed"),
    [
        ("create_invoice", ["call"], ("ZohoBooks.invoices.CREATE",)),
        ("create_invoice", ["call", "settle"], ("ZohoBooks.invoices.CREATE", "ZohoBooks.invoices.READ")),
        ("get_contact_addresses", ["settle"], ()),
        ("update_contact", ["call", "merge"], ("ZohoBooks.contacts.UPDATE", "ZohoBooks.contacts.READ")),
        ("update_item", ["check"], ("ZohoBooks.settings.READ",)),
    ],
)
def test_action_needs(action_id: str, purposes: list[str], needed: tuple[str, ...]) -> None:
    assert required_scopes([action_id], purposes) == needed


def test_reading_any_record_needs_the_scope_of_its_module() -> None:
    assert required_scopes(["get_record"], ["call"], ["bill"]) == ("ZohoBooks.bills.READ",)
    assert set(required_scopes(["get_record"], ["call"])) == {
        "ZohoBooks.contacts.READ",
        "ZohoBooks.settings.READ",
        "ZohoBooks.salesorders.READ",
        "ZohoBooks.invoices.READ",
    }


@pytest.mark.parametrize(
    ("purposes", "needed"),
    [
        (["check"], ("ZohoBooks.settings.READ",)),
        (["unsubscribe", "check"], ("ZohoBooks.settings.READ", "ZohoBooks.settings.DELETE")),
    ],
)
def test_trigger_needs(purposes: list[str], needed: tuple[str, ...]) -> None:
    assert required_trigger_scopes(purposes) == needed


def test_what_the_trigger_alone_needs_is_not_asked_of_everybody() -> None:
    assert "ZohoBooks.settings.DELETE" in required_trigger_scopes()
    assert "ZohoBooks.settings.DELETE" not in required_scopes(ACTIONS)


def test_each_scope_is_named_once() -> None:
    needed = required_scopes(ACTIONS)
    assert len(set(needed)) == len(needed)


@pytest.mark.parametrize(("action_id", "modules"), [("no_such_action", None), ("get_record", ["no_such_module"])])
def test_unknown_names_are_an_error(action_id: str, modules: list[str] | None) -> None:
    with pytest.raises(KeyError):
        required_scopes([action_id], PURPOSES, modules)


@pytest.mark.parametrize(
    ("granted", "lacking"),
    [
        ("", ("ZohoBooks.contacts.READ", "ZohoBooks.invoices.CREATE")),
        ("ZohoBooks.contacts.READ,ZohoBooks.invoices.CREATE", ()),
        ("ZohoBooks.contacts.READ ZohoBooks.invoices.CREATE", ()),
        (" ZohoBooks.contacts.READ , ZohoBooks.bills.READ\n", ("ZohoBooks.invoices.CREATE",)),
        ("ZohoBooks.contacts.ALL", ("ZohoBooks.invoices.CREATE",)),
        ("ZohoBooks.contacts.CREATE", ("ZohoBooks.contacts.READ", "ZohoBooks.invoices.CREATE")),
        (FULL_ACCESS, ()),
        ("ZohoBooks.FullAccess.all", ("ZohoBooks.contacts.READ", "ZohoBooks.invoices.CREATE")),
        ("ZohoBooks.modules.ALL", ("ZohoBooks.contacts.READ", "ZohoBooks.invoices.CREATE")),
    ],
)
def test_grant_lacks(granted: str, lacking: tuple[str, ...]) -> None:
    assert missing(granted, ["ZohoBooks.contacts.READ", "ZohoBooks.invoices.CREATE"]) == lacking


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("ZohoBooks.contacts.READ,ZohoBooks.fullaccess.all", ()),
        ("ZohoBooks.modules.ALL", ("ZohoBooks.modules.ALL",)),
        ("ZohoBooks.items.READ ZohoBooks.contacts.READ", ("ZohoBooks.items.READ",)),
        ("ZohoBooks.contacts.read", ("ZohoBooks.contacts.read",)),
        ("zohobooks.contacts.READ", ("zohobooks.contacts.READ",)),
        ("AaaServer.profile.READ,ZohoCRM.modules.ALL", ()),
        ("contacts", ("contacts",)),
        ("", ()),
    ],
)
def test_unknown_scopes(text: str, unknown: tuple[str, ...]) -> None:
    assert unknown_scopes(text) == unknown


def test_unlisted_scope_is_taken_with_a_warning_that_names_what_is_needed() -> None:
    said = warning("ZohoBooks.modules.ALL,ZohoBooks.contacts.READ", ["ZohoBooks.contacts.READ", "ZohoBooks.bills.READ"])
    assert said is not None
    assert "ZohoBooks.modules.ALL" in said
    assert "Add what is needed: ZohoBooks.bills.READ." in said
    assert warning("ZohoBooks.contacts.READ", ["ZohoBooks.bills.READ"]) is None


def test_form_is_prefilled_with_exactly_what_the_actions_need() -> None:
    field = load_manifest()["credential"]["schema"]["properties"]["scope"]
    assert sorted(field["default"].split(field["x-separator"])) == sorted(required_scopes(ACTIONS))
    assert unknown_scopes(field["default"]) == ()
